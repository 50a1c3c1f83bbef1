/** What goes over the wire is compressed, in the way each client takes. */
import { describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { startServer, storeSettings } from './with/server.ts'
import { freshRoom, KINDS, openChatbox } from './with/stores.ts'
import { numbered, sayAll } from './with/tab.ts'
import { openVisitor } from './with/visitor.ts'

const BROWSER = 'gzip, deflate, br, zstd'

/** What a client says it takes, and what it is sent. */
const ACCEPTED: [string | undefined, string | null][] = [
  [BROWSER, 'br'],
  ['br', 'br'],
  ['BR', 'br'],
  ['gzip', 'gzip'],
  ['gzip, br;q=0.9', 'gzip'],
  ['br;q=0.5, gzip;q=0.5', 'br'],
  ['br;q=0', null],
  ['br;q=0, gzip;q=0', null],
  ['br;q=0, *', 'gzip'],
  ['*', 'br'],
  ['*;q=0', null],
  ['identity', null],
  ['identity, br', 'br'],
  ['identity, gzip;q=0.5', null],
  ['identity;q=0', null],
  ['deflate, zstd', null],
  ['gzip;q=abc', null],
  [';;,q=1', null],
  ['', null],
  [undefined, null],
]

/** The answer as it was sent: on a socket, since every client says what it takes, and decodes what comes. */
async function ask(address: string, coding?: string, method = 'GET') {
  const { hostname, port, pathname, search } = new URL(address)
  const socket = connect(Number(port), hostname)
  const accepted = coding === undefined ? '' : `Accept-Encoding: ${coding}\r\n`
  socket.write(
    `${method} ${pathname}${search} HTTP/1.1\r\nHost: localhost\r\n${accepted}Connection: close\r\n\r\n`,
  )
  const sent = await buffer(socket)
  const end = sent.indexOf('\r\n\r\n')
  const lines = sent.subarray(0, end).toString().split('\r\n').slice(1)
  const headers = new Headers(lines.map((line) => line.split(/: ?(.*)/, 2) as [string, string]))
  headers.delete('date')
  return { headers, body: sent.subarray(end + 4) }
}

function decoded({ headers, body }: { headers: Headers; body: Uint8Array }): string {
  const coding = headers.get('content-encoding')
  const bytes =
    coding === 'br' ? brotliDecompressSync(body) : coding === 'gzip' ? gunzipSync(body) : body
  return new TextDecoder().decode(bytes)
}

describe.each(KINDS)('an answer on %s', async (kind) => {
  const server = await startServer(await storeSettings(kind))
  const room = freshRoom()
  await sayAll(server, room, numbered(1, 50))
  const messages = `${server.url}/rooms/${room}/messages`
  const page = await (await fetch(`${server.url}/rooms/${room}`)).text()
  const assets = [...page.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => server.url + path)
  const one = `${messages}/${/id="m-(\d+)"/.exec(page)?.[1]}`

  test.each(ACCEPTED)('to who takes %p is sent as %p', async (accepted, coding) => {
    for (const address of [`${messages}.json`, assets[1] as string]) {
      const answer = await ask(address, accepted)
      expect(answer.headers.get('content-encoding')).toBe(coding)
      expect(answer.headers.get('vary')).toBe('Accept-Encoding')
      expect(answer.headers.get('content-length')).toBe(String(answer.body.length))
      expect(decoded(answer)).toBe(decoded(await ask(address)))
    }
  })

  test.each([
    ['', 'Accept, HX-Request, Accept-Language, Accept-Encoding'],
    ['.html', 'Accept-Language, Host, Accept-Encoding'],
    ['.html?after=0', 'Accept-Encoding'],
    ['.json', 'Accept-Encoding'],
    ['.txt', 'Accept-Encoding'],
    ['.json?after=0', 'Accept-Encoding'],
  ])('of messages%s says what it depends on, and is itself but smaller', async (suffix, vary) => {
    const plain = await ask(messages + suffix)
    // What is the visitor's own: a nonce, a mark and its colour.
    const hidden = (html: string) =>
      html.replace(
        /(?<=name="nonce" value=")[^"]*|<small class="mark" data-hue[^<]*your mark[^<]*/g,
        '',
      )
    for (const coding of ['br', 'gzip']) {
      const answer = await ask(messages + suffix, coding)
      expect(answer.headers.get('content-encoding')).toBe(coding)
      expect(answer.body.length).toBeLessThan(plain.body.length * 0.6)
      expect(hidden(decoded(answer))).toBe(hidden(decoded(plain)))
      for (const { headers } of [plain, answer]) expect(headers.get('vary')).toBe(vary)
      for (const name of ['content-type', 'cache-control', 'link', 'content-security-policy'])
        expect([name, answer.headers.get(name)]).toEqual([name, plain.headers.get(name)])
    }
  })

  test('to HEAD has the headers of GET', async () => {
    for (const address of [...assets, `${messages}.json`, `${messages}.txt`, `${one}.json`])
      for (const coding of [BROWSER, 'gzip', undefined]) {
        const head = await ask(address, coding, 'HEAD')
        const get = await ask(address, coding)
        expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers))
        expect(head.body).toHaveLength(0)
      }
  })

  test('of less than 1,000 bytes is left alone', async () => {
    const empty = `${messages}.html?after=${await cursorOf(`${messages}.json`)}`
    for (const address of [`${server.url}/healthz`, `${one}.json`, `${one}.html`, empty]) {
      const { headers, body } = await ask(address, BROWSER)
      expect(body.length).toBeLessThan(1000)
      expect(headers.get('content-encoding')).toBeNull()
      expect(headers.get('vary')).toBeNull()
    }
  })

  test('is compressed from 1,000 bytes on, which are not characters', async () => {
    const lengths: [number, string | null][] = [
      [999, null],
      [1000, 'br'],
    ]
    for (const [length, coding] of lengths) {
      const spoken = `${server.url}/rooms/${freshRoom()}/messages`
      const around = '2026-11-22T06:53:14Z <eve> \n'.length
      const value = 'x'.repeat((length - around) % 2) + 'é'.repeat((length - around) / 2)
      await fetch(`${spoken}.json`, {
        method: 'POST',
        body: new URLSearchParams({ screenname: 'eve', value }),
      })
      const answer = await ask(`${spoken}.txt`, BROWSER)
      expect(Buffer.byteLength(decoded(answer))).toBe(length)
      expect(answer.headers.get('content-encoding')).toBe(coding)
    }
  })
})

test('the page of an error is compressed where it is long', async () => {
  const PUBLIC_URL = `http://localhost/${'chat'.repeat(50)}`
  const server = await startServer({ ...(await storeSettings('sqlite')), PUBLIC_URL })
  const answer = await ask(`${server.url}/nowhere`, BROWSER)
  expect(answer.headers.get('content-encoding')).toBe('br')
  expect(answer.headers.get('vary')).toBe('Accept, HX-Request, Accept-Language, Accept-Encoding')
  expect(decoded(answer)).toContain('There is nothing at this address.')
})

test('our own script is served without its comments, at the address of what is served', async () => {
  const server = await startServer(await storeSettings('sqlite'))
  const page = await (await fetch(`${server.url}/rooms/lobby`)).text()
  const address = /\/assets\/([^/]+)\/chat\.js/.exec(page)
  const script = await (await fetch(server.url + address?.[0])).text()
  expect(script).not.toContain('//')
  expect(script).toContain('finally:request')
  expect(address?.[1]).toBe(Bun.hash(script).toString(36).slice(0, 8))
})

async function cursorOf(address: string): Promise<string> {
  return ((await (await fetch(address)).json()) as { cursor: string }).cursor
}

describe("a room's page, compressed once for all but what is each visitor's own", async () => {
  const { ask, say } = await openChatbox('redis')
  const pageIn = async (visitor: ReturnType<typeof openVisitor>, path: string, coding?: string) => {
    const headers = { 'accept-encoding': coding ?? 'identity' }
    const answer = await visitor(path, { headers })
    expect(answer.headers.get('content-encoding')).toBe(coding ?? null)
    const html = decoded({ headers: answer.headers, body: await answer.bytes() })
    const nonce = /name="nonce" value="([^"]*)"/.exec(html)?.[1] ?? ''
    return { nonce, html: html.replace(nonce, 'NONCE') }
  }

  test.each(['br', 'gzip'])('with %s is the page of whoever comes', async (coding) => {
    const room = freshRoom()
    for (const value of numbered(1, 60)) await say(room, `${value}, für Bob: 👋`)
    const names = ['Ann', 'Bob', '"Jörg" <b>', 'x'.repeat(40), 'رامي']
    const visitors = names.map(() => openVisitor(ask))
    const nonces = new Set<string>()
    for (const [i, visitor] of [...visitors, ...visitors].entries()) {
      const plain = await pageIn(visitor, `/rooms/${room}`)
      const page = await pageIn(visitor, `/rooms/${room}`, coding)
      expect(page.html).toBe(plain.html)
      expect(page.html).toEndWith('</html>')
      expect(page.html).toContain('your mark')
      // Whose name is in it has another page than all others.
      expect(page.html.includes('data-mentions')).toBe(i > 5 && names[i % 5] === 'Bob')
      for (const { nonce } of [plain, page]) nonces.add(nonce)
      await visitor.say(freshRoom(), 'hi', names[i % names.length])
    }
    expect(nonces.size).toBe(4 * names.length)
  })

  test.each(['br', 'gzip', undefined])(
    'with %p is their own of many who come at once',
    async (coding) => {
      const room = freshRoom()
      await say(room, 'x'.repeat(900))
      const names = ['Ann', 'Jörg', 'رامي', 'x'.repeat(40)]
      const visitors = names.map(() => openVisitor(ask))
      for (const [i, visitor] of visitors.entries()) await visitor.say(freshRoom(), 'hi', names[i])
      for (let round = 0; round < 3; round++) {
        const crowd = [...visitors, ...visitors].map((visitor) =>
          pageIn(visitor, `/rooms/${room}`, coding),
        )
        const pages = await Promise.all(crowd)
        expect(new Set(pages.map(({ nonce }) => nonce)).size).toBe(pages.length)
        for (const [i, { html }] of pages.entries()) {
          expect(html).toContain(`name="screenname" value="${names[i % names.length]}"`)
          expect(html).toEndWith('</html>')
        }
      }
    },
  )

  test('is another when something was said', async () => {
    const room = freshRoom()
    const visitor = openVisitor(ask)
    const { id } = await say(room, 'x'.repeat(900))
    expect((await pageIn(visitor, `/rooms/${room}`, 'br')).html).toContain(`m-${id}`)
    const next = await say(room, 'short')
    const { html } = await pageIn(visitor, `/rooms/${room}`, 'br')
    expect(html).toContain(`m-${next.id}`)
    expect(html).toContain(`?after=${next.id}&`)
  })
})
