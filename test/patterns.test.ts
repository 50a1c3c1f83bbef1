/** No pattern of the program outgrows what it reads: 16 KiB of what is worst for one takes as good as no time. */
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import ts from 'typescript'

const ROOT = join(import.meta.dir, '..')

/** Every pattern that stands in a file. */
function patternsIn(code: string): RegExp[] {
  const found: RegExp[] = []
  const look = (node: ts.Node) => {
    if (ts.isRegularExpressionLiteral(node)) {
      const [, source = '', flags = ''] = /^\/(.*)\/(\w*)$/s.exec(node.text) ?? []
      found.push(new RegExp(source, flags))
    }
    ts.forEachChild(node, look)
  }
  look(ts.createSourceFile('.tsx', code, ts.ScriptTarget.Latest, true))
  return found
}

const STARTS = ['', '<', '@', ',wait', '/rooms/', 'http://', 'bearer ', ';', '?after=1', '::ffff:']
const REPEATED = [
  ...[
    'a',
    '0',
    '-',
    '.',
    ',',
    ';',
    ':',
    '/',
    ' ',
    '=',
    '"',
    '<',
    '>',
    '|',
    '&',
    '*',
    '`',
    '@',
    '%',
  ],
  ...[
    'a.',
    'a,',
    ', ',
    ' =',
    '<a',
    '<a|',
    '&amp;',
    'a-',
    '/a',
    '//',
    '=a',
    '0,',
    '\n',
    '\r\n',
    'é',
    '{',
  ],
]

/** The best of three, in milliseconds: what the machine does besides is not counted. */
function timeOf(pattern: RegExp, text: string): number {
  const times = Array.from({ length: 3 }, () => {
    const start = performance.now()
    text.replace(pattern, '')
    return performance.now() - start
  })
  return Math.min(...times)
}

test('every pattern reads 16 KiB of the worst at once', async () => {
  const texts = STARTS.flatMap((start) =>
    REPEATED.map((part) => `${(start + part.repeat(16_384)).slice(0, 16_384)}\0`),
  )
  let patterns = 0
  for await (const path of new Bun.Glob('{src,public}/**/*.{ts,tsx,js}').scan(ROOT))
    for (const pattern of patternsIn(await Bun.file(join(ROOT, path)).text())) {
      patterns += 1
      for (const text of texts) {
        const time = timeOf(pattern, text)
        if (time > 100)
          throw new Error(`${path}: ${pattern} takes ${time} ms for ${text.slice(0, 20)}…`)
      }
    }
  expect(patterns).toBeGreaterThan(50)
})
