/** Every error, in each of its forms: a problem for scripts, a page for people, a fragment for htmx. */
import { describe, expect, test } from 'bun:test'
import { openApp } from '../src/app.ts'
import type { Store } from '../src/chat/store.ts'
import { openRedis } from '../src/store/redis.ts'
import { startRedis } from './with/redis.ts'
import { stopwatch } from './with/stopwatch.ts'
import { freshRoom, KINDS, openChatbox, openStore, silent } from './with/stores.ts'

const SETTINGS = { messageLength: 1000, pollSeconds: 5, perMinute: 0, load: () => 1 }
const PEOPLE = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
const SCRIPT = { accept: 'application/json' }
const HTMX = { accept: 'text/html', 'hx-request': 'true' }

type Ask = (path: string, init?: RequestInit) => Promise<Response>

/** Asks for the same in each form; expects the same error in each and answers its words and headers. */
async function errorIn(ask: Ask, path: string, status: number, init: RequestInit = {}) {
  const as = (form: Record<string, string>) =>
    ask(path, { ...init, headers: { ...(init.headers as Record<string, string>), ...form } })
  const script = await as(SCRIPT)
  expect([path, script.status]).toEqual([path, status])
  expect(script.headers.get('content-type')).toBe('application/problem+json')
  const problem = await script.json()
  expect(problem).toMatchObject({ type: 'about:blank', status })
  expect(problem.title).toMatch(/^[A-Z][A-Za-z ]+$/)
  expect(problem.detail).toMatch(/^[A-Za-z].{10,}\.$/)

  const page = await as(PEOPLE)
  const html = await page.text()
  expect([path, page.status]).toEqual([path, status])
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(html).toStartWith('<!doctype html>')
  expect(html).toContain(Bun.escapeHTML(problem.detail).replaceAll('&#x27;', "'"))

  const fragment = await as(HTMX)
  expect([path, fragment.status]).toEqual([path, status])
  expect(await fragment.text()).toMatch(/^<p>[^<]+<\/p>$/)
  for (const { headers } of [script, page, fragment]) {
    expect(headers.get('vary')).toStartWith('Accept, HX-Request')
    expect(headers.get('cache-control')).toBe('no-store')
  }
  return { problem, headers: page.headers, all: [script, page, fragment] }
}

describe.each(KINDS)('an error on %s', async (kind) => {
  const { ask, get, say } = await openChatbox(kind)
  const room = freshRoom()
  const { id } = await say(room, 'hello')
  const messages = `/rooms/${room}/messages`

  test.each([
    '/nowhere',
    '/rooms/lobby/nowhere',
    '/%zz',
    '/%00',
    '/__proto__',
    '//',
    '/constructor',
  ])('at %s there is nothing: 404', async (path) => {
    const { problem } = await errorIn(ask, path, 404)
    expect(problem).toMatchObject({
      title: 'Not Found',
      detail: 'There is nothing at this address.',
    })
    for (const method of ['POST', 'DELETE'])
      expect((await ask(path, { method, headers: SCRIPT })).status).toBe(404)
    const headers = { ...SCRIPT, 'content-type': 'application/json' }
    expect((await ask(path, { method: 'POST', body: '{', headers })).status).toBe(404)
  })

  test('takes the form of a suffix among messages alone', async () => {
    for (const path of ['/index.html', '/robots.txt', '/rooms/lobby.json', '/messages.json']) {
      const answer = await get(path, { accept: 'text/html' })
      expect(answer.status).toBe(404)
      expect(await answer.text()).toStartWith('<!doctype html>')
      expect(answer.headers.get('vary')).toStartWith('Accept, HX-Request')
    }
  })

  test('in a room that is called api is one of a room', async () => {
    const answer = await get('/rooms/api/messages?after=x')
    expect(answer.headers.get('content-type')).toStartWith('text/html')
  })

  test.each([
    ...['Lobby', '-a', 'a-', '-', 'a'.repeat(65), 'a_b', '__proto__', 'a.b', 'r%C3%A4um', 'a b'],
    ...['a%2Fb', 'a%0D%0Ab', 'lobby%0A', 'a%00', '%zz', '%', '%E2%80%AE', '%FF', '%20', '\u0430'],
  ])('%p can be no room: 404', async (name) => {
    const body = new URLSearchParams({ screenname: 'a', value: 'hi' })
    await errorIn(ask, `/rooms/${name}`, 404)
    await errorIn(ask, `/rooms/${name}/messages`, 404)
    await errorIn(ask, `/rooms/${name}/messages/${id}`, 404)
    await errorIn(ask, `/rooms/${name}/messages`, 404, { method: 'POST', body })
  })

  test.each(['%80', '%', '%00', '1%0A', '1.json%FF'])('%p can be no message: 404', async (id) => {
    await errorIn(ask, `${messages}/${id}`, 404)
    await errorIn(ask, `${messages}/${id}`, 404, { method: 'DELETE' })
    await errorIn(ask, `${messages}/${id}/revision`, 404, { method: 'POST', body: 'value=hi' })
  })

  test('a room of 64 letters, digits and hyphens is one', async () => {
    for (const name of ['a'.repeat(64), `a${'-'.repeat(62)}0`, '0', 'constructor'])
      expect((await get(`/rooms/${name}`)).status).toBe(200)
  })

  test.each([
    ['/', 'GET, HEAD'],
    ['/rooms', 'GET, HEAD'],
    [`/rooms/${room}`, 'GET, HEAD'],
    [messages, 'GET, HEAD, POST'],
    [`${messages}/${id}`, 'GET, HEAD, PATCH, DELETE'],
    [`${messages}/${id}/revision`, 'GET, HEAD, POST'],
    [`${messages}/${id}/removal`, 'POST'],
    ['/api/latest-chat/60', 'GET, HEAD'],
    ['/api/latest-chat/60/', 'GET, HEAD'],
    ['/healthz', 'GET, HEAD'],
    ['/readyz', 'GET, HEAD'],
    ['/metrics', 'GET, HEAD'],
  ])('a wrong method at %s: 405, and which are right', async (path, allow) => {
    for (const method of ['DELETE', 'PATCH', 'PUT', 'POST'].filter((m) => !allow.includes(m))) {
      const { problem, all } = await errorIn(ask, path, 405, { method })
      expect(problem).toMatchObject({ title: 'Method Not Allowed' })
      for (const { headers } of all) expect(headers.get('allow')).toBe(allow)
    }
    const options = await ask(path, { method: 'OPTIONS' })
    expect([options.status, options.headers.get('allow')]).toEqual([204, allow])
  })

  test.each([
    ['.html', 'GET, HEAD, POST', 'text/html; charset=utf-8'],
    ['.json', 'GET, HEAD, POST', 'application/problem+json'],
    ['.txt', 'GET, HEAD', 'application/problem+json'],
  ])('under %s an error has the form of the address', async (suffix, allow, type) => {
    const wrong = await ask(messages + suffix, { method: 'PUT', headers: PEOPLE })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, allow])
    const malformed = await ask(`${messages}${suffix}?after=x`, { headers: PEOPLE })
    for (const { headers } of [wrong, malformed]) {
      expect(headers.get('content-type')).toBe(type)
      expect(headers.get('vary')).toBeNull()
    }
  })

  test('what nobody offers: 406, as a problem', async () => {
    for (const path of ['/', messages, `${messages}/${id}`, '/api/latest-chat/60']) {
      const answer = await get(path, { accept: 'image/png' })
      expect([path, answer.status]).toEqual([path, 406])
      expect(await answer.json()).toMatchObject({ title: 'Not Acceptable', status: 406 })
    }
  })

  test('more than 64 KiB: 413', async () => {
    const body = new URLSearchParams({ screenname: 'a', value: 'x'.repeat(64 * 1024) })
    const { problem } = await errorIn(ask, messages, 413, { method: 'POST', body })
    expect(problem.detail).toContain('64 KiB')
  })

  const NUMBERS = ['0x10', '-1', '+1', '1.5', '%207%20', '1e3', '01', '', 'x', '9007199254740992']
  test.each(['after', 'before', 'since', 'limit'])('a malformed %s: 422', async (name) => {
    for (const number of [...NUMBERS, '9007199254740993', '٣', '7%00', '99999999999999999999']) {
      const { problem } = await errorIn(ask, `${messages}?${name}=${number}`, 422)
      expect(problem.detail).toStartWith(`${name} must be a whole number from `)
    }
    for (const twice of [`${name}=1&${name}=2`, `${name}=1&${name}=1`])
      expect((await errorIn(ask, `${messages}?${twice}`, 422)).problem.detail).toContain('2 times')
  })

  test.each([
    'after=1&before=2',
    'before=1&since=2',
    'since=1&after=2',
    'after=0&before=0&since=0',
  ])('conflicting parameters, %s: 422', async (query) => {
    expect((await errorIn(ask, `${messages}?${query}`, 422)).problem.detail).toContain('one of')
  })

  test('a fault that nobody foresaw says nothing of its inside, and is logged once', async () => {
    const faulty: Store = {
      ...(await openStore(kind)),
      read: () => {
        throw new Error('secret boom')
      },
      append: () => Promise.reject(new Error('secret boom')),
    }
    const logged: [string, Record<string, unknown>][] = []
    const app = await openApp(faulty, SETTINGS, (...line) => logged.push(line))
    const body = new URLSearchParams({ screenname: 'a', value: 'hi' })
    for (const init of [{}, { method: 'POST', body }])
      for (const headers of [SCRIPT, PEOPLE, HTMX]) {
        logged.length = 0
        const address = `http://localhost${messages}?q=1`
        const answer = await app.handle(new Request(address, { ...init, headers }))
        expect(answer.status).toBe(500)
        const text = await answer.text()
        expect(text).toContain('Something went wrong here')
        expect(text).not.toMatch(/secret|boom|\.ts| at /)
        expect(logged).toHaveLength(1)
        expect(logged[0]?.[1]).toMatchObject({ path: messages, error: new Error('secret boom') })
      }
  })

  test('a store that is closed is no empty room', async () => {
    const closed = await openChatbox(kind)
    await closed.store.close()
    for (const path of ['/', messages, `${messages}?after=0`, `${messages}/${id}`, '/readyz'])
      expect((await errorIn(closed.ask, path, 503)).headers.get('retry-after')).toBe('5')
  })
})

describe('a Redis that went away', () => {
  test('is told at once in every form, and forgotten when it is back', async () => {
    const redis = await startRedis()
    const { port } = new URL(redis.url)
    const logged: string[] = []
    const log = (event: string) => logged.push(event)
    const store = await openRedis(redis.url, { messages: 10, days: 1 }, log)
    const app = await openApp(store, SETTINGS, silent)
    const ask: Ask = async (path, init) => app.handle(new Request(`http://localhost${path}`, init))
    const messages = '/rooms/lobby/messages'
    const post = { method: 'POST', body: new URLSearchParams({ screenname: 'Ann', value: 'hi' }) }
    expect((await ask(messages, { ...post, headers: SCRIPT })).status).toBe(201)
    await redis.stop()

    const took = stopwatch()
    const reads = ['/', '/rooms/lobby', messages, `${messages}?after=0`, '/api/latest-chat/60']
    for (const path of [...reads, `${messages}/1`, '/readyz']) {
      const { headers, problem } = await errorIn(ask, path, 503)
      expect(headers.get('retry-after')).toBe('5')
      expect(problem).toMatchObject({ title: 'Service Unavailable', retryAfter: 5 })
    }
    const { all } = await errorIn(ask, messages, 503, post)
    for (const { headers } of all) expect(headers.get('retry-after')).toBe('5')
    for (const path of ['.html', '.json', '.txt', '.html?after=0', '.txt?before=9'])
      expect([path, (await ask(messages + path)).status]).toEqual([path, 503])
    const box = /<textarea [^>]*>\nhi<\/textarea>/
    expect(await (await ask(messages, { ...post, headers: PEOPLE })).text()).toMatch(box)
    expect(took()).toBeLessThan(5000)
    expect((await ask('/healthz')).status).toBe(200)
    expect(logged).toEqual(['redis lost'])

    const again = await startRedis('--port', port)
    for (let i = 0; i < 100 && !(await ask('/readyz')).ok; i++) await Bun.sleep(100)
    expect((await ask('/readyz')).status).toBe(200)
    expect((await ask(messages, { ...post, headers: SCRIPT })).status).toBe(201)
    const { messages: said } = await (await ask(`${messages}.json`)).json()
    expect(said).toMatchObject([{ screenname: 'Ann', value: 'hi' }])
    expect(logged).toEqual(['redis lost', 'redis back'])
    await store.close()
    await again.stop()
  })
})
