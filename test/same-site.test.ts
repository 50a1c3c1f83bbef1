/** Pages of other sites do nothing in a visitor's name (`src/http/same-site.ts`). */
import { describe, expect, test } from 'bun:test'
import { freshRoom, KINDS, openChatbox } from './with/stores.ts'
import { BROWSER, HTMX, openVisitor, SCRIPT } from './with/visitor.ts'

const WORDS = 'This was sent by a page of another site, so it was not done.'
const PUBLIC = 'https://chat.example'

type Sent = { site?: string; origin?: string; host?: string }

/** What a browser says of where a request comes from, and whether it is let through. */
const EVERYWHERE: [Sent, boolean][] = [
  // A script says nothing.
  [{}, true],
  [{ host: 'inside:3000' }, true],
  // Browsers since 2023 say it themselves, whatever proxies make of the host.
  [{ site: 'same-origin' }, true],
  [{ site: 'none' }, true],
  [{ site: 'same-origin', origin: 'https://evil.example', host: 'inside:3000' }, true],
  [{ site: 'same-site' }, false],
  [{ site: 'cross-site' }, false],
  [{ site: 'Same-Origin' }, false],
  [{ site: 'same-origin, cross-site' }, false],
  [{ site: 'nonsense' }, false],
  [{ site: 'cross-site', origin: 'http://localhost', host: 'localhost' }, false],
  [{ site: 'same-site', origin: 'https://other.example', host: 'localhost' }, false],
  [{ site: 'cross-site', origin: 'null' }, false],
  // Older ones say the origin of the page, which must be the host that was asked.
  [{ origin: 'http://localhost', host: 'localhost' }, true],
  [{ origin: 'https://localhost', host: 'localhost' }, true],
  [{ origin: 'http://localhost:3000', host: 'localhost:3000' }, true],
  [{ origin: 'http://localhost:4000', host: 'localhost:3000' }, false],
  [{ origin: 'http://localhost', host: 'localhost:3000' }, false],
  [{ origin: 'https://evil.example', host: 'localhost' }, false],
  [{ origin: 'https://localhost.evil.example', host: 'localhost' }, false],
  [{ origin: 'https://evillocalhost', host: 'localhost' }, false],
  [{ origin: 'https://localhost@evil.example', host: 'localhost' }, false],
  [{ origin: 'null', host: 'localhost' }, false],
  [{ origin: 'null' }, false],
  [{ origin: '', host: 'localhost' }, false],
  [{ origin: 'localhost', host: 'localhost' }, false],
  [{ origin: 'http://localhost' }, false],
]

const WHERE: [string, URL | undefined, [Sent, boolean][]][] = [
  ['without PUBLIC_URL', undefined, [[{ origin: PUBLIC, host: 'inside:3000' }, false]]],
  [
    'with PUBLIC_URL',
    new URL(`${PUBLIC}/talk/`),
    [
      // Behind a proxy the host is another than the one that people see.
      [{ origin: PUBLIC, host: 'inside:3000' }, true],
      [{ origin: PUBLIC, site: 'same-origin', host: 'inside:3000' }, true],
      [{ origin: 'http://chat.example', host: 'inside:3000' }, false],
      [{ origin: `${PUBLIC}:8443`, host: 'inside:3000' }, false],
      [{ origin: `${PUBLIC}.evil.example`, host: 'inside:3000' }, false],
      [{ origin: 'null', host: 'inside:3000' }, false],
    ],
  ],
]

const saysOf = ({ site, origin, host }: Sent): Record<string, string> => ({
  ...(site !== undefined && { 'sec-fetch-site': site }),
  ...(origin !== undefined && { origin }),
  ...(host !== undefined && { host }),
})
const shown = ([sent, isLet]: [Sent, boolean]) =>
  [JSON.stringify(sent), isLet ? 'is let through' : 'is refused', sent, isLet] as const

describe.each(WHERE)('%s', async (_, publicUrl, more) => {
  const { ask, get } = await openChatbox('sqlite', { publicUrl })
  const table = [...EVERYWHERE, ...more].map(shown)

  const said = async () => {
    const [room, ann] = [freshRoom(), openVisitor(ask)]
    const { id } = await ann.say(room, 'as it was', 'Ann')
    const messages = `/rooms/${room}/messages`
    const post = (end: string, body = '') => ({ method: 'POST', path: messages + end, body })
    const words = 'screenname=Ann&value=done'
    const writing = [
      ...['', '.html', '.json'].map((suffix) => post(suffix, words)),
      { ...post(`/${id}`, words), method: 'PATCH' },
      post(`/${id}/revision`, words),
      // A removal last: after it there is nothing to change.
      ...[post(`/${id}/removal`), { ...post(`/${id}`), method: 'DELETE' }],
    ]
    const whole = async () => (await get(`${messages}.json`)).text()
    return { ann, id, messages, writing, whole }
  }
  const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

  test.each(table)('what says %s %s, at every address that writes', async (_, __, sent, isLet) => {
    const { ann, writing, whole } = await said()
    const before = await whole()
    for (const { method, path, body } of writing) {
      if (isLet && method === 'DELETE') continue
      const headers = { ...SCRIPT, ...FORM, ...saysOf(sent) }
      const { status } = await ann(path, { method, body, headers })
      expect([method, path, status === 403]).toEqual([method, path, !isLet])
      if (isLet) expect(status).toBeLessThan(300)
    }
    const after = await whole()
    expect(after === before).toBe(!isLet)
    if (isLet) expect(JSON.parse(after).messages).toHaveLength(3)
  })

  test('a refusal is in the form asked for, and gives no identity', async () => {
    const { writing, whole } = await said()
    const before = await whole()
    for (const { method, path, body } of writing)
      for (const asked of [BROWSER, HTMX, SCRIPT]) {
        const headers = { ...asked, ...FORM, 'sec-fetch-site': 'cross-site' }
        const answer = await ask(path, { method, body, headers })
        const text = await answer.text()
        const suffix = /\.(?:html|json)$/.exec(path)?.[0]
        const isFragment = suffix ? suffix === '.html' : asked === HTMX
        const isJson = suffix ? suffix === '.json' : asked === SCRIPT
        expect([path, answer.status, answer.headers.getSetCookie()]).toEqual([path, 403, []])
        if (isJson) expect(JSON.parse(text)).toMatchObject({ status: 403, detail: WORDS })
        else if (isFragment) expect(text).toBe(`<p>${WORDS}</p>`)
        else expect(text).toStartWith('<!doctype html>')
        expect(text).toContain(WORDS)
      }
    expect(await whole()).toBe(before)
  })

  test('reading is never refused, for links lead from anywhere', async () => {
    const { ann, id, messages } = await said()
    const ends = ['', '.html', '.json', '.txt', '?before=1', `/${id}`, `/${id}.json`]
    const room = messages.replace('/messages', '')
    for (const { 2: sent } of table)
      for (const path of ['/', room, ...ends.map((end) => messages + end), '/healthz'])
        for (const method of ['GET', 'HEAD']) {
          const { status } = await ann(path, { method, headers: saysOf(sent) })
          expect([path, sent, status]).toEqual([path, sent, 200])
        }
    const revision = { headers: { ...HTMX, 'sec-fetch-site': 'cross-site' } }
    expect((await ann(`${messages}/${id}/revision`, revision)).status).toBe(200)
  })
})

/** Browsers before 2020, and text browsers: neither `Origin` nor `Sec-Fetch-Site`, and no `SameSite` where they are older. */
describe.each(KINDS)('a form of which the browser says nothing, on %s,', async (kind) => {
  const { ask, get } = await openChatbox(kind)
  const NONCE = /name="nonce" value="([^"]+)"/

  /** Ann, who said something, with that browser; `nonceAt` takes the nonce from a form of hers. */
  async function visited() {
    const room = freshRoom()
    const ann = openVisitor(ask)
    const { id, mark } = await ann.say(room, 'as it was', 'Ann')
    const messages = `/rooms/${room}/messages`
    const nonceAt = async (path: string, { cookie } = ann) =>
      NONCE.exec(await (await get(path, { ...BROWSER, cookie: cookie() })).text())?.[1] ?? ''
    const send = (path: string, fields: Record<string, string>, headers = {}) =>
      ask(path, {
        method: 'POST',
        headers: { ...BROWSER, 'user-agent': 'Lynx/2.9.0', cookie: ann.cookie(), ...headers },
        body: new URLSearchParams({ screenname: 'Ann', value: 'done', ...fields }),
      })
    const whole = async () => (await get(`${messages}.json`)).text()
    return { room, messages, id, mark, nonceAt, send, whole }
  }

  test('is let through with the nonce that its page has', async () => {
    const { room, messages, id, mark, nonceAt, send, whole } = await visited()
    const nonce = await nonceAt(`/rooms/${room}`)
    expect((await send(messages, { nonce })).status).toBe(303)
    expect(JSON.parse(await whole()).messages[1]).toMatchObject({ value: 'done', mark })
    const own = await nonceAt(`${messages}/${id}`)
    expect((await send(`${messages}/${id}/revision`, { nonce: own })).status).toBe(303)
    expect((await send(`${messages}/${id}/removal`, { nonce: own })).status).toBe(303)
    expect(JSON.parse(await whole()).messages).toHaveLength(1)
  })

  test('is refused without it, with one made up, and with one of somebody else', async () => {
    const { room, messages, id, nonceAt, send, whole } = await visited()
    const before = await whole()
    const theirs = openVisitor(ask)
    await theirs.say(freshRoom(), 'hi')
    const [ours, other] = [await nonceAt(`/rooms/${room}`), await nonceAt(`/rooms/${room}`, theirs)]
    expect(other).not.toBe('')
    const altered = [...ours]
    altered[10] = altered[10] === 'A' ? 'B' : 'A'
    const wrong = ['', 'x', crypto.randomUUID(), other, altered.join(''), ours.slice(0, -1)]
    for (const nonce of [...wrong, `${ours}x`, '.', ours.slice(0, 22), ours.slice(22)])
      for (const end of ['', '.html', '.json', `/${id}/revision`, `/${id}/removal`])
        expect([nonce, end, (await send(messages + end, { nonce })).status]).toEqual([
          nonce,
          end,
          403,
        ])
    expect(await whole()).toBe(before)
  })

  test('comes back with what was written, to be sent again', async () => {
    const { messages, send, whole } = await visited()
    const page = await (await send(messages, { value: 'half an hour of thought' })).text()
    expect(page).toContain(WORDS)
    expect(page).toContain('half an hour of thought</textarea>')
    const nonce = NONCE.exec(page)?.[1] ?? ''
    expect((await send(messages, { nonce })).status).toBe(303)
    expect(JSON.parse(await whole()).messages).toHaveLength(2)
  })

  test('needs none where it can be no form, or nobody is known', async () => {
    const { messages, send } = await visited()
    const askers: Record<string, string>[] = [
      { 'user-agent': 'python-requests/2.32' },
      { accept: '*/*' },
      SCRIPT,
      HTMX,
      { 'idempotency-key': 'k' },
      { 'sec-fetch-site': 'same-origin' },
      { cookie: '' },
    ]
    for (const headers of askers)
      expect([headers, (await send(messages, {}, headers)).status < 400]).toEqual([headers, true])
  })
})
