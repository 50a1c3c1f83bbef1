/** What people write is shown as they meant it: links, code and actions, and no other markup. */
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { isAction, Prose } from '../src/view/prose.tsx'
import { unescaped } from './with/unescaped.ts'

const START = '<span class="text" dir="auto">'
const END = '</span>'
const LINK = /<a href="([^"]*)" rel="nofollow ugc noopener">([^<]*)<\/a>/g
const FAMILY = '👩‍👩‍👧‍👦'

/** The HTML inside the element. */
function inside(value: string): string {
  const html = String(Prose({ value }))
  expect(html).toStartWith(START)
  expect(html).toEndWith(END)
  return html.slice(START.length, -END.length)
}

const linksIn = (value: string) =>
  [...inside(value).matchAll(LINK)].map(([, href, shown]) => ({
    href: unescaped(href as string),
    shown: unescaped(shown as string),
  }))
const hrefsIn = (value: string) => linksIn(value).map(({ href }) => href)

/** What was written, read back from the HTML. Markup that is not ours stays, and fails to read as text. */
function written(html: string): string {
  const text = html
    .replace(LINK, '$1')
    .replace(/<code>([^<`\n]+)<\/code>/g, '`$1`')
    .replace(/^<em>([\s\S]*)<\/em>$/, '/me $1')
    .replaceAll('<br>\n', '\n')
  expect(text).not.toMatch(/[<>"']/)
  return unescaped(text)
}

describe('an address', () => {
  test('written out is a link', () => {
    expect(inside('see http://a.example and https://b.example:8/c?d=1#e')).toBe(
      'see <a href="http://a.example" rel="nofollow ugc noopener">http://a.example</a>' +
        ' and <a href="https://b.example:8/c?d=1#e" rel="nofollow ugc noopener">b.example:8/c?d=1#e</a>',
    )
  })

  test.each([
    'HTTP://A.EXAMPLE/',
    'http://localhost:3000/rooms/lobby',
    'http://[::1]:3000/',
    'https://xn--bcher-kva.example/',
    'https://bücher.example/straße',
    'https://ja.wikipedia.example/wiki/チャット',
    'https://en.wikipedia.example/wiki/Chat_(online)',
    'http://a.example/x?y[]=1&z={2}',
    `https://a.example/${'x'.repeat(2000)}`,
  ])('may be %s', (url) => expect(hrefsIn(url)).toEqual([url]))

  test.each([
    'www.a.example',
    'a.example/b',
    'tstone@a.example',
    'mailto:tstone@a.example',
    'ftp://a.example/',
    '//a.example/',
    'javascript://a.example/%0aalert(1)',
    'data:text/html,x',
    'http:a.example',
    'http://',
    'http:///a',
    'http:// a.example',
    'http://999.999.999.999/',
    'http://a.example:99999/',
    'shttp://a.example/',
    `https://a.example/${'x'.repeat(2048)}`,
  ])('is not %s', (text) => expect(inside(text)).toBe(text))

  test.each('. , : ; ! ? ... ?! ** _ ~ ) ] } > \' " » ” 。 ) …'.split(' '))(
    'ends before %s',
    (end) => {
      expect(hrefsIn(`http://a.example/b${end}`)).toEqual(['http://a.example/b'])
      expect(hrefsIn(`http://a.example/b${end} and so on`)).toEqual(['http://a.example/b'])
    },
  )

  test.each(['ftp://a.example/', '//a.example/', 'www.a.example/'])(
    'is a link behind %s',
    (other) => {
      expect(hrefsIn(`${other}http://b.example`)).toEqual(['http://b.example'])
    },
  )

  test('keeps the brackets that it opens and closes, and holds no angle bracket', () => {
    expect(hrefsIn('(http://a.example/b_(c)) [http://a.example/[d]]')).toEqual([
      'http://a.example/b_(c)',
      'http://a.example/[d]',
    ])
    expect(hrefsIn('http://a.example/b(c')).toEqual(['http://a.example/b'])
    expect(hrefsIn('http://a.example/"<b>" http://a.example/(<b>)')).toEqual([
      'http://a.example/',
      'http://a.example/',
    ])
  })

  test('is shown short where it is longer than 40 characters, and leads to the whole', () => {
    const forty = `http://a.example/${FAMILY.repeat(23)}`
    expect(linksIn(forty)).toEqual([{ href: forty, shown: forty }])
    const long = forty + FAMILY.repeat(20)
    const shown = `http://a.example/${FAMILY.repeat(22)}\u2060…`
    expect(linksIn(long)).toEqual([{ href: long, shown }])
  })

  test('is shown without https://, which most begin with, but with http://', () => {
    const shownOf = (url: string) => linksIn(url).map(({ shown }) => shown)
    expect(shownOf('https://a.example/https://')).toEqual(['a.example/https://'])
    expect(shownOf('HTTPS://a.example')).toEqual(['a.example'])
    expect(shownOf('http://a.example')).toEqual(['http://a.example'])
    const forty = `a.example/${FAMILY.repeat(30)}`
    expect(shownOf(`https://${forty}`)).toEqual([forty])
  })

  test('breaks out of no attribute, and holds nothing that htmx would rewrite', () => {
    const html = inside('http://a.example/?b="c"&lt;hx-get=d&d=\'e\'<hx-partial>')
    expect(html).toContain(
      'href="http://a.example/?b=&quot;c&quot;&amp;lt;hx-get=d&amp;d=&#x27;e&#x27;"',
    )
    expect(html).toContain('</a>&lt;hx-partial&gt;')
  })
})

describe('code', () => {
  test('stands between single backticks', () => {
    expect(inside('run `npm start` or `<b>`')).toBe(
      'run <code>npm start</code> or <code>&lt;b&gt;</code>',
    )
  })

  test('holds no link', () => {
    expect(inside('`http://a.example/`')).toBe('<code>http://a.example/</code>')
    expect(hrefsIn('`a`http://a.example/`b`')).toEqual(['http://a.example/'])
  })

  test.each(['`', '``', '`a', 'a`', '`a``', '``a`', '``a``', '```a```'])('is not %s', (text) => {
    expect(inside(text)).toBe(text)
  })

  test('ends on its line', () => expect(inside('`a\nb`')).toBe('`a<br>\nb`'))
})

describe('an action', () => {
  test('begins with /me', () => {
    expect(isAction('/me waves')).toBe(true)
    expect(inside('/me waves')).toBe('<em>waves</em>')
  })

  test('may hold links and code', () => {
    expect(inside('/me likes `a`\nand http://a.example')).toBe(
      '<em>likes <code>a</code><br>\nand ' +
        '<a href="http://a.example" rel="nofollow ugc noopener">http://a.example</a></em>',
    )
  })

  test.each(['/me', '/me ', '/meow', ' /me waves', 'so /me waves', '/ME waves', 'a\n/me waves'])(
    'is not %p',
    (text) => {
      expect(isAction(text)).toBe(false)
      expect(inside(text)).not.toContain('<em>')
      expect(written(inside(text))).toBe(text)
    },
  )
})

test('nothing else is markup', () => {
  const text = '**a** _b_ # c\n> d\n- [e](f) ![g](h) ~~i~~ :smile: &amp; &lt;j&gt; @k #l'
  expect(inside(text)).toBe(
    '**a** _b_ # c<br>\n&gt; d<br>\n- [e](f) ![g](h) ~~i~~ :smile: &amp;amp; &amp;lt;j&amp;gt; @k #l',
  )
})

describe('any text', () => {
  const ours = fc.constantFrom(
    ...['http://', 'https://', 'http://a.example/', 'ftp://', 'xn--', 'javascript:', '/me ', '@'],
    ...['`', '``', '\n', ' ', '<', '>', '"', "'", '&', '(', ')', '[', ']', '.', ':', '*', '\\'],
    ...['<b>', '<hx-', '&lt;', '&#60;', '…', FAMILY, 'x'.repeat(70)],
  )
  const piece = fc.oneof({ weight: 4, arbitrary: ours }, fc.string({ unit: 'binary' }), fc.string())
  const texts = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''))

  test('reads as it was written, with no element but ours', () => {
    const property = fc.property(texts, (value) => expect(written(inside(value))).toBe(value))
    fc.assert(property, { numRuns: 5000 })
  })

  test('leads nowhere but to the web, and shows where', () => {
    const property = fc.property(texts, (value) => {
      for (const { href, shown } of linksIn(value)) {
        expect(href).toMatch(/^https?:\/\/[^\s<>]+$/i)
        expect(new URL(href).protocol).toMatch(/^https?:$/)
        const told = href.replace(/^https:\/\//i, '')
        if (shown !== told) expect(told).toStartWith(shown.replace(/\u2060…$/, ''))
      }
    })
    fc.assert(property, { numRuns: 5000 })
  })
})

describe('16 KiB of the worst', () => {
  const labels = (label: string) => Array(11).fill(label).join('.')
  const WORST = [
    ...['http://', 'http://a', 'http://a/', ',http://a/,', 'http://a.', 'a.a.a.', '://', 'x', ' '],
    ...['(', '[', '`', '`a``', '`a\n', '*', '.', '-', ':', '"', '\n', '<', '&', '👩', '/me '],
    ...[
      'http://a/(',
      'http://a/([{',
      'http://a/(a(a(a(a',
      "http://a/'",
      'http://a/"',
      'http://[1:',
    ],
    ...[`http://${labels('xn--a')}.-,`, `http://${labels(`xn--${'a'.repeat(40)}`)}.-,`],
    ...[`http://${labels('a'.repeat(63))}_,`, 'http://a/**', 'http://a/*x'],
  ]
  const wordsOf = (text: string, length: number) =>
    `${text.slice(0, length)} `.repeat(16_384 / (length + 1))

  /** CPU time, the best of five: what the machine does besides is not counted. */
  const millisecondsOf = (value: string) =>
    Math.min(
      ...Array.from({ length: 5 }, () => {
        const before = process.cpuUsage()
        Prose({ value })
        const { user, system } = process.cpuUsage(before)
        return (user + system) / 1000
      }),
    )

  /** A few milliseconds here. Read in two ways, `xn--` took a second; a word of 16 KiB a quarter of one. */
  test.each(WORST)('%p is written in no time', (worst) => {
    for (const start of ['', 'http://a/', '`']) {
      const text = (start + worst.repeat(16_384)).slice(0, 16_384)
      for (const value of [text, wordsOf(text, 2048), wordsOf(text, 100)])
        expect(millisecondsOf(value)).toBeLessThan(100)
    }
  })
})
