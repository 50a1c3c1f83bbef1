/** Saying something: how it may be sent, what comes back, what is refused. */
import { describe, expect, test } from 'bun:test'
import { freshRoom, KINDS, openChatbox } from './with/stores.ts'
import { HTMX, openVisitor } from './with/visitor.ts'

const FAMILY = '👨‍👩‍👧‍👦'
const AS_JSON = { accept: 'application/json' }
type Fields = Record<string, unknown>

describe.each(KINDS)('saying something on %s', async (kind) => {
  const chatbox = await openChatbox(kind)
  const post = (
    room: string,
    body: BodyInit,
    headers: Record<string, string> = AS_JSON,
    end = '',
  ) => chatbox.ask(`/rooms/${room}/messages${end}`, { method: 'POST', body, headers })
  const form = (fields: Fields) => new URLSearchParams(fields as Record<string, string>)
  const json = (room: string, body: unknown, headers = {}) =>
    post(room, typeof body === 'string' ? body : JSON.stringify(body), {
      ...AS_JSON,
      'content-type': 'application/json',
      ...headers,
    })
  const said = async (room: string): Promise<[string, string][]> => {
    const { messages } = await (await chatbox.get(`/rooms/${room}/messages.json`)).json()
    return messages.map((m: Record<string, string>) => [m.screenname, m.value])
  }
  /** What the room keeps of a value. */
  const kept = async (value: string): Promise<Fields> => {
    const answer = await json(freshRoom(), { screenname: 'tester', value })
    return { ...(await answer.json()), status: answer.status }
  }

  test('works by form, multipart, JSON and plain text', async () => {
    const room = freshRoom()
    const parts = new FormData()
    for (const [name, value] of Object.entries({ screenname: 'b', value: 'multi\r\npart' }))
      parts.set(name, value)
    const answers = [
      await post(room, form({ screenname: 'a', value: 'as a form' })),
      await post(room, parts),
      await json(room, { screenname: 'c', value: 'as JSON' }),
      await post(room, 'as plain text\n', AS_JSON, '?screenname=d'),
      await post(room, new TextEncoder().encode('untyped'), AS_JSON, '?screenname=e'),
    ]
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201])
    expect(await said(room)).toEqual([
      ['a', 'as a form'],
      ['b', 'multi\npart'],
      ['c', 'as JSON'],
      ['d', 'as plain text'],
      ['e', 'untyped'],
    ])
  })

  test('sends a browser back to the room, and curl with it', async () => {
    for (const accept of ['text/html,application/xhtml+xml,*/*;q=0.8', '*/*']) {
      const room = freshRoom()
      const answer = await post(room, form({ screenname: 'a', value: 'hi' }), { accept })
      expect(answer.status).toBe(303)
      expect(answer.headers.get('location')).toBe(`/rooms/${room}`)
      expect(answer.headers.get('vary')).toStartWith('Accept, HX-Request')
      expect(await said(room)).toEqual([['a', 'hi']])
    }
  })

  test('gives htmx the message and a composer that is cleared but for the name', async () => {
    const room = freshRoom()
    const headers = { 'hx-request': 'true', accept: 'text/html' }
    const answer = await post(room, form({ screenname: 'Ann', value: 'hello there' }), headers)
    const html = await answer.text()
    expect(answer.status).toBe(200)
    expect(html).not.toContain('<html')
    expect(html.match(/hello there/g)).toHaveLength(1)
    expect(html).toMatch(/<li id="m-\d{16}" class="chat">/)
    expect(html).toContain('<form id="composer"')
    expect(html).toMatch(/<input id="screenname"[^>]* value="Ann"/)
    expect(html).toMatch(/<textarea [^>]*>\n<\/textarea>/)
  })

  test('gives a script the message and where it stands', async () => {
    const room = freshRoom()
    const answer = await json(room, { screenname: 'Ann', value: 'hi' })
    const message = await answer.json()
    expect(answer.status).toBe(201)
    const location = `/rooms/${room}/messages/${message.id}`
    expect(answer.headers.get('location')).toBe(`http://localhost${location}`)
    expect(await (await chatbox.get(location, AS_JSON)).json()).toEqual(message)
    expect(message).toMatchObject({ screenname: 'Ann', value: 'hi' })
  })

  test('the same nonce or Idempotency-Key posts once and gets the same answer', async () => {
    const room = freshRoom()
    const fields = { screenname: 'Ann', value: 'once', nonce: 'n1' }
    const keyed = { ...AS_JSON, 'idempotency-key': 'k1' }
    const twice = async (send: () => Promise<Response>) => {
      const [first, second] = [await send(), await send()]
      expect([first.status, second.status]).toEqual([201, 201])
      expect(second.headers.get('location')).toBe(first.headers.get('location'))
      expect(await second.text()).toBe(await first.text())
    }
    await twice(() => post(room, form(fields)))
    await twice(() => post(room, form({ screenname: 'Bob', value: 'twice' }), keyed))
    expect(await said(room)).toEqual([
      ['Ann', 'once'],
      ['Bob', 'twice'],
    ])
    expect((await post(room, form(fields), { accept: 'text/html' })).status).toBe(303)
    const headers = { accept: 'text/html', 'hx-request': 'true' }
    const fragment = await post(room, form(fields), headers)
    expect(fragment.status).toBe(200)
    expect(await fragment.text()).toContain('once</span>')
    expect(await said(room)).toHaveLength(2)
  })

  test('a repeat brings htmx the message as it stands now, if it stands', async () => {
    const room = freshRoom()
    const ann = openVisitor(chatbox.ask)
    const fields = { screenname: 'Ann', value: 'as it was', nonce: 'n3' }
    const repeat = async () => (await ann.post(`/rooms/${room}/messages`, fields, HTMX)).text()
    await repeat()
    const { messages } = await (await ann(`/rooms/${room}/messages.json`)).json()
    const address = `/rooms/${room}/messages/${messages[0].id}`
    await ann.post(`${address}/revision`, { value: 'mended' })
    expect(await repeat()).toMatch(/<form id="composer"[\s\S]*<hx-upsert[\s\S]*mended<\/span>/)
    await ann(address, { method: 'DELETE' })
    expect(await repeat()).toMatch(/^<form id="composer"(?![\s\S]*hx-upsert)/)
    expect(await said(room)).toEqual([])
  })

  test('posts once when the same form is sent many times at once', async () => {
    const room = freshRoom()
    const send = () => json(room, { screenname: 'Ann', value: 'once', nonce: 'n2' })
    const answers = await Promise.all(Array.from({ length: 8 }, send))
    const ids = await Promise.all(answers.map(async (answer) => (await answer.json()).id))
    expect(new Set(ids).size).toBe(1)
    expect(await said(room)).toHaveLength(1)
  })

  test('another text with the same key is refused; in another room it is fine', async () => {
    const room = freshRoom()
    const key = { 'idempotency-key': 'k2' }
    await json(room, { screenname: 'Ann', value: 'first' }, key)
    const other = { screenname: 'Ann', value: 'second' }
    const refused = await json(room, other, key)
    expect(refused.status).toBe(422)
    expect((await refused.json()).detail).toContain('already said with this key')
    expect((await json(freshRoom(), other, key)).status).toBe(201)
    expect(await said(room)).toEqual([['Ann', 'first']])

    const page = await post(room, form({ ...other, nonce: 'k2' }), { accept: 'text/html' })
    const html = await page.text()
    expect(page.status).toBe(422)
    expect(html).toContain('\nsecond</textarea>')
    expect(html).not.toContain('value="k2"')
    expect((await json(room, other, { 'idempotency-key': 'x'.repeat(256) })).status).toBe(422)
  })

  test('counts characters as people see them, up to 1000 and up to 16 KiB', async () => {
    expect(await kept('a'.repeat(1000))).toMatchObject({ status: 201 })
    expect(await kept('a'.repeat(1001))).toMatchObject({ status: 422 })
    expect(await kept('e\u0301'.repeat(1000))).toMatchObject({ value: 'é'.repeat(1000) })
    const full = FAMILY.repeat(600) + 'a'.repeat(400)
    expect(await kept(full)).toMatchObject({ status: 201, value: full })
    expect((await kept(`${full}a`)).detail).toContain('1001 characters long; 1000 is the most')
    const heavy = FAMILY.repeat(655) + 'a'.repeat(9)
    expect(Buffer.byteLength(heavy)).toBe(16 * 1024)
    expect(await kept(heavy)).toMatchObject({ status: 201, value: heavy })
    expect((await kept(`${heavy}a`)).detail).toContain('16 KiB')
  })

  test('the most characters of a message is a setting', async () => {
    const { ask } = await openChatbox(kind, { messageLength: 5 })
    const answers = ['12345', '123456'].map((value) =>
      ask(`/rooms/${freshRoom()}/messages.json`, {
        method: 'POST',
        body: form({ screenname: 'a', value }),
      }),
    )
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([201, 422])
  })

  test.each([
    ['a screenname of 40', 'x'.repeat(40), 'x'.repeat(40)],
    ['a screenname of 40 families', FAMILY.repeat(40), FAMILY.repeat(40)],
    ['a screenname on two lines', ' a\r\n b ', 'a b'],
    ['a screenname of 41', 'x'.repeat(41), undefined],
    ['a screenname of 41 families', FAMILY.repeat(41), undefined],
    ['a blank screenname', ' \u200b\u3164 ', undefined],
    ['a screenname with a NUL', 'a\0b', undefined],
  ])('%s', async (_, screenname, expected) => {
    const room = freshRoom()
    const answer = await json(room, { screenname, value: 'hi' })
    expect(answer.status).toBe(expected ? 201 : 422)
    expect(await said(room)).toEqual(expected ? [[expected, 'hi']] : [])
    if (!expected) expect((await answer.json()).detail).toStartWith('The name ')
  })

  test.each([
    ['composes (NFC)', 'Ame\u0301lie', 'Am\u00e9lie'],
    ['trims', ' \n\t hello \n ', 'hello'],
    ['keeps line breaks, whatever wrote them', 'a\r\nb\rc\nd\u2028e', 'a\nb\nc\nd\ne'],
    ['keeps the space that people type', 'a  b\tc\n\n d', 'a  b\tc\n\n d'],
    ['sweeps bidi controls', '\u202eabc\u202c\u2066d\u2069\u200e\u200f\u061c', 'abcd'],
    [
      'sweeps other invisible controls',
      'a\u0007b\u001b[0m\u0085c\u00ad\u200b\u2060\ufeffd',
      'ab[0mcd',
    ],
    [
      'keeps what emoji and scripts need',
      `${FAMILY}❤\ufe0f می\u200cخواهم`,
      `${FAMILY}❤\ufe0f می\u200cخواهم`,
    ],
    ['keeps an RTL text', 'שלום עולם', 'שלום עולם'],
  ])('%s', async (_, value, expected) => {
    expect(await kept(value)).toMatchObject({ status: 201, value: expected })
  })

  const FORM = 'application/x-www-form-urlencoded'
  const MULTIPART = 'multipart/form-data; boundary=b'
  const part = (name: string, value: string, more = '') =>
    `--b\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
  const invalid = (text: string) => Buffer.from(text.replace('?', '\xff'), 'latin1')

  test('a compressed body is refused, and posts nothing', async () => {
    const room = freshRoom()
    const headers = { accept: 'application/json', 'content-type': FORM, 'content-encoding': 'gzip' }
    const answer = await post(room, Bun.gzipSync('screenname=a&value=hi'), headers)
    expect(answer.status).toBe(415)
    expect(await said(room)).toEqual([])
  })

  test('a percent sign that encodes nothing is one', async () => {
    const room = freshRoom()
    await post(room, 'screenname=a&value=100%+of+it', { 'content-type': FORM })
    expect(await said(room)).toEqual([['a', '100% of it']])
  })

  test.each<[string, number, string, string | Uint8Array<ArrayBuffer>]>([
    ['an empty form', 422, FORM, ''],
    ['a form without a screenname', 422, FORM, 'value=hi'],
    ['a form without a value', 422, FORM, 'screenname=a'],
    ['an empty value', 422, FORM, 'screenname=a&value='],
    ['a blank value', 422, FORM, 'screenname=a&value=+%0A+'],
    ['a value of invisibles alone', 422, FORM, 'screenname=a&value=%E2%80%8B%E2%80%8D%EF%B8%8F'],
    ['a doubled screenname', 422, FORM, 'screenname=a&screenname=b&value=hi'],
    ['a doubled value', 422, FORM, 'screenname=a&value=hi&value=hi'],
    ['a doubled nonce', 422, FORM, 'screenname=a&value=hi&nonce=1&nonce=2'],
    ['a NUL', 422, FORM, 'screenname=a&value=a%00b'],
    ['a form that is not UTF-8', 400, FORM, invalid('screenname=a&value=?')],
    ['a form whose encoded bytes are not UTF-8', 400, FORM, 'screenname=a&value=b%E4c'],
    ['a multipart without a value', 422, MULTIPART, `${part('screenname', 'a')}--b--\r\n`],
    [
      'a file for a value',
      422,
      MULTIPART,
      `${part('screenname', 'a')}${part('value', 'x', '; filename="x"')}--b--\r\n`,
    ],
    [
      'a doubled part',
      422,
      MULTIPART,
      `${part('screenname', 'a')}${part('value', 'x')}${part('value', 'x')}--b--\r\n`,
    ],
    ['a multipart that is none', 400, MULTIPART, 'screenname=a'],
    ['a multipart without a boundary', 400, 'multipart/form-data', part('value', 'x')],
    [
      'a multipart that is not UTF-8',
      400,
      MULTIPART,
      invalid(`${part('screenname', 'a')}${part('value', '?')}--b--\r\n`),
    ],
    ['half a JSON', 400, 'application/json', '{"screenname":"a","value":"hi"'],
    ['no JSON', 400, 'application/json', ''],
    ['JSON that is not UTF-8', 400, 'application/json', invalid('{"screenname":"a","value":"?"}')],
    ['a JSON array', 422, 'application/json', '["a","hi"]'],
    ['a JSON string', 422, 'application/json', '"hi"'],
    ['a JSON null', 422, 'application/json', 'null'],
    ['a number for a value', 422, 'application/json', '{"screenname":"a","value":5}'],
    ['null for a value', 422, 'application/json', '{"screenname":"a","value":null}'],
    ['a list for a screenname', 422, 'application/json', '{"screenname":["a"],"value":"hi"}'],
    ['a number for a nonce', 422, 'application/json', '{"screenname":"a","value":"hi","nonce":1}'],
    [
      'names that JavaScript inherits',
      422,
      'application/json',
      '{"__proto__":{"screenname":"a","value":"hi"}}',
    ],
    ['a lone surrogate', 422, 'application/json', '{"screenname":"a","value":"\\ud800"}'],
    [
      'a lone surrogate in the name',
      422,
      'application/json',
      '{"screenname":"\\udc00","value":"hi"}',
    ],
    ['a NUL in JSON', 422, 'application/json', '{"screenname":"a","value":"\\u0000"}'],
    ['plain text from nobody', 422, 'text/plain', 'hi'],
    ['plain text that is not UTF-8', 400, 'text/plain', invalid('?')],
    ['XML', 415, 'application/xml', '<value>hi</value>'],
    ['an image', 415, 'image/png', invalid('?')],
  ])('%s is refused (%d) and posts nothing', async (_, status, type, body) => {
    for (const accept of ['application/json', 'text/html']) {
      const room = freshRoom()
      const answer = await post(room, body, { accept, 'content-type': type })
      expect(answer.status).toBe(status)
      expect(await said(room)).toEqual([])
      if (status === 415) expect(answer.headers.get('accept-post')).toContain(FORM)
      if (accept === 'text/html') continue
      const problem = await answer.json()
      expect(problem).toMatchObject({ type: 'about:blank', status })
      expect(problem.detail).toMatch(/^.{10,}\.$/)
    }
  })

  test('a refused text is still in the box, from its first character', async () => {
    const room = freshRoom()
    const value = `\n\n  <b>&amp; "so" </textarea>${'x'.repeat(1000)}`
    const answer = await post(room, form({ screenname: 'A "&lt;" B', value }), {
      accept: 'text/html',
    })
    const html = await answer.text()
    expect(answer.status).toBe(422)
    expect(html).toContain('characters long; 1000 is the most')
    const box = /<textarea [^>]*>([^<]*)<\/textarea>/.exec(html)?.[1] ?? ''
    const name = /<input id="screenname"[^>]* value="([^"]*)"/.exec(html)?.[1] ?? ''
    // A parser drops the first newline in a textarea; the text's own come after it.
    expect(unescaped(box)).toBe(`\n${value}`)
    expect(unescaped(name)).toBe('A "&lt;" B')
  })

  test('a refusal goes to the place for errors on an open page, and leaves the composer alone', async () => {
    const headers = { accept: 'text/html', 'hx-request': 'true' }
    const answer = await post(freshRoom(), form({ screenname: 'a', value: '' }), headers)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toBe('<p>The message is empty.</p>')
  })
})

const CHARACTERS: Record<string, string> = {
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#x27': "'",
  amp: '&',
}

function unescaped(html: string): string {
  return html.replace(/&([^;]+);/g, (_, name) => CHARACTERS[name] ?? `?${name}?`)
}
