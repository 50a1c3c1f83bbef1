/** `npm test`: sees to it that the programs the tests use are there, runs all tests, and counts them. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freshFolder } from './with/folder.ts'
import { ensurePrograms } from './with/programs.ts'

ensurePrograms({
  'redis-server': 'redis-server',
  chromium: 'chromium',
  'chromium-headless-shell': 'chromium-headless-shell',
  w3m: 'w3m',
  lynx: 'lynx',
  faketime: 'faketime',
  curl: 'curl',
  python3: 'python3',
  openssl: 'openssl',
  haproxy: 'haproxy',
  newsboat: 'newsboat',
  nginx: 'nginx-light',
  php: 'php-cli',
  ruby: 'ruby',
  'django-admin': 'python3-django',
  strace: 'strace',
  slowhttptest: 'slowhttptest',
})

process.chdir(join(import.meta.dir, '..'))

/**
 * Tests wait most of the time, so some files run side by side with others: two of us take those in a browser, a few at a
 * time, two take the others from the other end, until they meet. What a few print is seen when they are done. Named files
 * or filters run alone.
 */
const FEW = 4
const named = process.argv.slice(2)
const filesIn = (folder: string) =>
  [...new Bun.Glob(`${folder}/*.test.ts`).scanSync('.')].sort().map((file) => `./${file}`)
const fewOf = (files: string[]) =>
  Array.from({ length: Math.ceil(files.length / FEW) }, (_, i) =>
    files.slice(i * FEW, (i + 1) * FEW),
  )
const left =
  named.length > 0
    ? [named]
    : [...fewOf(filesIn('test/browser')), ...fewOf([...filesIn('test'), ...filesIn('test/faults')])]

const sums = { passed: 0, failed: 0 }
const failures: string[] = []

async function run(part: string[]): Promise<void> {
  const report = join(freshFolder(), 'report.xml')
  const output = join(freshFolder(), 'output')
  const shown = named.length > 0 ? 'inherit' : Bun.file(output)
  const tests = Bun.spawn(
    [
      ...[process.execPath, 'test', '--timeout', '60000'],
      ...['--reporter=junit', `--reporter-outfile=${report}`, ...part],
    ],
    { stdio: ['ignore', shown, shown] },
  )
  const exitCode = await tests.exited
  const counted = existsSync(report) ? readFileSync(report, 'utf8') : ''
  const count = (what: string) =>
    Number(new RegExp(`<testsuites[^>]* ${what}="(\\d+)"`).exec(counted)?.[1] ?? 0)
  const failed = count('failures')
  sums.passed += count('tests') - failed - count('skipped')
  sums.failed += failed + (exitCode !== 0 && failed === 0 ? 1 : 0)
  failures.push(...(counted.match(/<testcase [^>]*>(?=\s*<failure)/g) ?? []))
  if (named.length === 0) process.stdout.write(readFileSync(output, 'utf8'))
}

async function runAll(next: () => string[] | undefined): Promise<void> {
  for (let part = next(); part; part = next()) await run(part)
}

const [first, last] = [() => left.shift(), () => left.pop()]
await Promise.all([first, first, last, last].map(runAll))
for (const failure of failures) console.log(failure)
console.log(`${sums.passed} passed, ${sums.failed} failed`)
process.exit(sums.failed > 0 ? 1 : 0)
