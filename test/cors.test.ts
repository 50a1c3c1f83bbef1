/** What pages of other sites may ask: to read everything, without cookies; to write where they have leave. */
import { describe, expect, test } from 'bun:test'
import { freshRoom, openChatbox } from './with/stores.ts'
import { HTMX, openVisitor, SCRIPT } from './with/visitor.ts'

const HOST = 'https://www.example'
const ELSEWHERE = 'https://elsewhere.example'
const from = (origin: string) => ({ origin, 'sec-fetch-site': 'cross-site' })

const { ask, get, say } = await openChatbox('sqlite', { embedOrigins: [HOST] })

describe('reading', async () => {
  const room = freshRoom()
  const { id } = await say(room, 'hello')
  const messages = `/rooms/${room}/messages`

  test('is for pages of every site, in every form, cookies left out, errors told', async () => {
    const forms = ['.html', '.json', '.txt', '.atom', '.yaml', '.events']
    const paths = [
      ...forms.map((form) => messages + form),
      ...forms.slice(0, 5).map((form) => `${messages}${form}?after=0`),
      ...[
        `${messages}.html?after=${id}`,
        `${messages}.json?after=${id}`,
        `${messages}.json?after=x`,
      ],
      ...[`${messages}/${id}.json`, `${messages}/${id}.html`, `${messages}/1.json`],
      `/api/latest-chat/3600/?room=${room}`,
    ]
    // Twice: what is known is answered by another way.
    for (const path of [...paths, ...paths]) {
      const { headers, body } = await get(path, { ...from(ELSEWHERE), accept: 'application/json' })
      expect([path, headers.get('access-control-allow-origin')]).toEqual([path, '*'])
      expect(headers.has('access-control-allow-credentials')).toBe(false)
      await body?.cancel()
    }
    const { headers } = await get(`${messages}.json`, from(ELSEWHERE))
    expect(headers.get('access-control-expose-headers')).toContain('Link')
  })

  test('is not for pages of other sites where it is a page, or what operators ask', async () => {
    for (const path of [
      '/',
      `/rooms/${room}`,
      `/rooms/${room}/embed`,
      '/metrics',
      '/readyz',
      '/healthz',
    ])
      expect([path, (await get(path)).headers.get('access-control-allow-origin')]).toEqual([
        path,
        null,
      ])
  })
})

describe('the question before', () => {
  const room = freshRoom()
  const preflight = (path: string, origin: string, method = 'POST') =>
    ask(path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'hx-request,hx-source',
      },
    })

  test('is answered for what htmx sends, and remembered', async () => {
    const { status, headers } = await preflight(`/rooms/${room}/messages.html`, HOST)
    expect(status).toBe(204)
    const allowed = headers.get('access-control-allow-headers')?.toLowerCase().split(', ')
    for (const name of ['request', 'request-type', 'current-url', 'source', 'target', 'boosted'])
      expect(allowed).toContain(`hx-${name}`)
    expect(headers.get('access-control-max-age')).toBe('7200')
    expect(headers.get('vary')).toBe('Origin')
    expect(headers.get('access-control-allow-origin')).toBe('*')
  })

  test('lets a site write that has leave, and every other read', async () => {
    for (const [end, allow] of [
      ['', 'GET, HEAD, POST'],
      ['.json', 'GET, HEAD, POST'],
      ['.txt', 'GET, HEAD'],
      ['/1', 'GET, HEAD, PATCH, DELETE'],
      ['/1/removal', 'POST'],
    ] as const) {
      const path = `/rooms/${room}/messages${end}`
      const methods = async (origin: string) =>
        (await preflight(path, origin)).headers.get('access-control-allow-methods')
      expect([end, await methods(HOST)]).toEqual([end, allow])
      for (const origin of [ELSEWHERE, 'null', `${HOST}.evil.example`])
        expect([end, await methods(origin)]).toEqual([end, 'GET, HEAD'])
    }
  })

  test('is not answered for pages', async () => {
    const { headers } = await preflight(`/rooms/${room}`, HOST)
    expect(headers.has('access-control-allow-headers')).toBe(false)
  })
})

describe('writing', () => {
  const post = (room: string, origin: string, fields = {}, headers = {}) =>
    ask(`/rooms/${room}/messages`, {
      method: 'POST',
      headers: { ...SCRIPT, ...from(origin), ...headers },
      body: new URLSearchParams({ screenname: 'Ann', value: 'hello', ...fields }),
    })

  test('is for sites that have leave', async () => {
    const room = freshRoom()
    const { status, headers } = await post(room, HOST)
    expect([status, headers.get('access-control-allow-origin')]).toEqual([201, '*'])
    for (const origin of [ELSEWHERE, 'null', `${HOST}:8443`, 'http://www.example']) {
      const { status, headers } = await post(room, origin)
      expect([origin, status]).toEqual([origin, 403])
      expect(headers.get('access-control-allow-origin')).toBe('*')
    }
    const { messages } = await (await get(`/rooms/${room}/messages.json`)).json()
    expect(messages).toHaveLength(1)
  })

  test('is for every site where EMBED_ORIGINS is *, but not for what has no origin', async () => {
    const open = await openChatbox('sqlite', { embedOrigins: ['*'] })
    const status = async (origin: string) =>
      (
        await open.ask('/rooms/lobby/messages', {
          method: 'POST',
          headers: { ...SCRIPT, ...from(origin) },
          body: new URLSearchParams({ screenname: 'Ann', value: origin }),
        })
      ).status
    expect([await status(ELSEWHERE), await status('null')]).toEqual([201, 403])
  })

  test('is never in the name of who has a cookie, and gives none', async () => {
    const room = freshRoom()
    const ann = openVisitor(ask)
    const { id, mark } = await ann.say(room, 'by herself')
    const answer = await post(room, HOST, {}, { cookie: ann.cookie() })
    expect(answer.headers.getSetCookie()).toEqual([])
    expect((await answer.json()).mark).not.toBe(mark)
    const removal = await ask(`/rooms/${room}/messages/${id}`, {
      method: 'DELETE',
      headers: { ...SCRIPT, ...from(HOST), cookie: ann.cookie() },
    })
    expect(removal.status).toBe(403)
  })

  test('by htmx brings a form by which one stays the same, and goes on in whole addresses', async () => {
    const room = freshRoom()
    const form = await (await post(room, HOST, {}, HTMX)).text()
    const [, token = ''] = /name="token" value="([^"]+)"/.exec(form) ?? []
    expect(form).toContain(`hx-post="http://localhost/rooms/${room}/messages"`)
    await post(room, HOST, { token, value: 'again' }, HTMX)
    const { messages } = await (await get(`/rooms/${room}/messages.json`)).json()
    expect(messages).toHaveLength(2)
    expect(messages[0].mark).toBe(messages[1].mark)
  })
})

describe('the addresses in a fragment', async () => {
  const publicUrl = new URL('https://chat.example/talk')
  const outside = await openChatbox('sqlite', { publicUrl })
  const BASE = 'https://chat.example/talk'

  const addressesIn = async (path: string, headers = {}, from = outside) => {
    const html = await (await from.get(path, headers)).text()
    return [...html.matchAll(/(?:href|hx-get)="([^"]*)"/g)].map(([, address]) => address as string)
  }

  test.each([
    ['with PUBLIC_URL', outside, BASE],
    ['without', await openChatbox('sqlite'), 'http://localhost'],
  ])('are whole where it may stand on any page, %s', async (_, chatbox, base) => {
    const room = freshRoom()
    for (let i = 0; i < 3; i++) await chatbox.say(room, `message ${i}`)
    const messages = `/rooms/${room}/messages`
    const asked: [string, Record<string, string>][] = [
      [`${messages}.html?limit=2`, {}],
      [`${messages}.html?after=0`, {}],
      [`${messages}.html?after=0`, {}],
      [`${messages}.html?before=9000000000000000&limit=2`, from(ELSEWHERE)],
      [messages, { ...HTMX, ...from(ELSEWHERE) }],
      [`/api/latest-chat/3600/?room=${room}`, { ...HTMX, ...from(ELSEWHERE) }],
    ]
    for (const [path, headers] of asked) {
      const addresses = await addressesIn(path, headers, chatbox)
      expect(addresses.length).toBeGreaterThan(1)
      for (const address of addresses) expect(address).toStartWith(`${base}/rooms/${room}`)
    }
  })

  test('are those of our own page where that asks, whoever asked for the same before', async () => {
    const room = freshRoom()
    for (let i = 0; i < 3; i++) await outside.say(room, `message ${i}`)
    const messages = `/rooms/${room}/messages`
    const own = [
      `/rooms/${room}`,
      `${messages}.html?after=0&every=5&here=1`,
      `${messages}.html?before=9000000000000000&limit=2`,
    ]
    for (let times = 0; times < 3; times++)
      for (const path of own) {
        await outside.get(path, from(ELSEWHERE))
        expect((await addressesIn(`${messages}.html?after=0`))[0]).toStartWith(BASE)
        const addresses = await addressesIn(path)
        expect(addresses.length).toBeGreaterThan(1)
        for (const address of addresses.filter((address) => address.includes('/rooms/')))
          expect([path, address]).toEqual([path, expect.stringMatching(/^\/talk\/rooms\//)])
      }
  })

  test('do not say that the page is one of those who are here', async () => {
    const room = freshRoom()
    await outside.say(room, 'hello')
    const [poller] = (await addressesIn(`/rooms/${room}/messages.html`)).filter((address) =>
      address.includes('after='),
    )
    expect(poller).toMatch(/\.html\?after=\d+$/)
  })
})
