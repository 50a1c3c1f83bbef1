/** `npm test`: sees to it that the programs the tests use are there, runs all tests, and counts them. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freshFolder } from './with/folder.ts'

/** Each program, and the Debian package that brings it. */
const PROGRAMS = {
  'redis-server': 'redis-server',
  chromium: 'chromium',
  w3m: 'w3m',
  lynx: 'lynx',
  faketime: 'faketime',
  curl: 'curl',
}

const missing = () =>
  Object.entries(PROGRAMS)
    .filter(([program]) => !Bun.which(program))
    .map(([, debian]) => debian)

function install(packages: string[]) {
  const apt = (...args: string[]) =>
    Bun.spawnSync(['apt-get', '-qq', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  console.log(`Installing ${packages.join(', ')} with apt-get`)
  apt('update')
  apt('install', '-y', '--no-install-recommends', ...packages)
}

if (missing().length > 0 && process.getuid?.() === 0 && Bun.which('apt-get')) install(missing())
if (missing().length > 0) {
  console.error(`The tests use programs that are not here: apt-get install ${missing().join(' ')}`)
  process.exit(1)
}

const report = join(freshFolder(), 'report.xml')
const { exitCode } = Bun.spawnSync(
  [
    process.execPath,
    'test',
    '--timeout',
    '60000',
    '--reporter=junit',
    `--reporter-outfile=${report}`,
    ...process.argv.slice(2),
  ],
  { cwd: join(import.meta.dir, '..'), stdio: ['ignore', 'inherit', 'inherit'] },
)

const counted = existsSync(report) ? readFileSync(report, 'utf8') : ''
const count = (what: string) =>
  Number(new RegExp(`<testsuites[^>]* ${what}="(\\d+)"`).exec(counted)?.[1] ?? 0)
const failed = count('failures') + (exitCode !== 0 && count('failures') === 0 ? 1 : 0)
console.log(`${count('tests') - count('failures') - count('skipped')} passed, ${failed} failed`)
process.exit(exitCode ?? 1)
