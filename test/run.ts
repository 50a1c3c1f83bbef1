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
 * Tests wait some of the time, so there are three parts side by side; more would only wait for one another. One begins
 * where a browser is needed, so that not all of them need one at the same time. What the first part prints is seen at
 * once, the rest after it. Named files or filters run alone.
 */
const named = process.argv.slice(2)
const filesIn = (folder: string) =>
  [...new Bun.Glob(`${folder}/*.test.ts`).scanSync('.')].sort().map((file) => `./${file}`)
function partsOfAll(): string[][] {
  const inBrowser = filesIn('test/browser')
  const others = [...filesIn('test'), ...filesIn('test/faults')]
  const third = (files: string[], which: number) => files.filter((_, i) => i % 3 === which)
  return [
    [...third(others, 0), ...third(inBrowser, 1)],
    [...third(inBrowser, 2), ...third(others, 1)],
    [...third(others, 2), ...third(inBrowser, 0)],
  ]
}
const parts = named.length > 0 ? [named] : partsOfAll()

/**
 * What waits for the machine longer than this waits for ever; more at a time would only wait for one another. A machine that
 * stands still for seconds breaks what is promised in three: so what fails is tried once more, and told of at the end,
 * though it passed then.
 */
const LIMITS = ['--timeout', '180000', '--max-concurrency', '4', '--retry', '1']

async function run(part: string[], isFirst: boolean) {
  const report = join(freshFolder(), 'report.xml')
  const command = ['"$0" "$@" 2>&1', process.execPath, 'test', ...LIMITS]
  const tests = Bun.spawn(
    ['sh', '-c', ...command, '--reporter=junit', `--reporter-outfile=${report}`, ...part],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let output = ''
  for await (const text of tests.stdout.pipeThrough(new TextDecoderStream())) {
    output += text
    if (isFirst) process.stdout.write(text)
  }
  const exitCode = await tests.exited
  const counted = existsSync(report) ? readFileSync(report, 'utf8') : ''
  const count = (what: string) =>
    Number(new RegExp(`<testsuites[^>]* ${what}="(\\d+)"`).exec(counted)?.[1] ?? 0)
  const failures = count('failures')
  return {
    passed: count('tests') - failures - count('skipped'),
    failed: failures + (exitCode !== 0 && failures === 0 ? 1 : 0),
    failures: failuresIn(output),
    output: isFirst ? '' : output,
  }
}

/** The last of many lines. */
const lastOf = (text = '') => text.split('\n').slice(-60).join('\n')

/** Of each test that failed, if only at first, what was printed since the one before it; Bun lists those that failed again. */
function failuresIn(output: string): string[] {
  const [single = ''] = output.split(/^\d+ tests? failed:$/m)
  const told = single.split(/^(?=\()|(?<=^\(.*\n)/m)
  return told.flatMap((line, i) =>
    /^\(fail\)|\(attempt \d+\)/.test(line) ? `${lastOf(told[i - 1])}${line}` : [],
  )
}

const runs = await Promise.all(parts.map((part, i) => run(part, i === 0)))
const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0)
const failed = sum(runs.map((run) => run.failed))
for (const { output } of runs) process.stdout.write(output)
// Once more, where they are seen.
for (const failure of runs.flatMap(({ failures }) => failures)) console.log(failure)
console.log(`${sum(runs.map((run) => run.passed))} passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)
