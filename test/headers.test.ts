/**
 * What every answer says beside what it brings, at each address there is, whatever was asked and however that ended: what
 * Mozilla's HTTP Observatory and securityheaders.com ask for at their best grade (A+), and a little more.
 */
import { describe, expect, test } from 'bun:test'
import { openTokens } from '../src/chat/tokens.ts'
import { startServer, storeSettings } from './with/server.ts'
import { freshRoom, openChatbox } from './with/stores.ts'
import { BROWSER, HTMX, SCRIPT } from './with/visitor.ts'

const HOST = 'https://www.example'
const SETTINGS = { embedOrigins: [HOST], publicUrl: new URL('https://chat.example'), perMinute: 3 }

const chatbox = await openChatbox('sqlite', SETTINGS)
const broken = await openChatbox('sqlite', SETTINGS)
await broken.store.close()
const room = freshRoom()
const { id } = await chatbox.say(room, 'hello')
const gone = await chatbox.say(room, 'hello')
await chatbox.store.remove(room, Number(gone.id))
const [hook = '', bot = ''] = await Promise.all([
  openTokens(chatbox.store, 'hooks').add(`${room} Deploys`),
  openTokens(chatbox.store, 'bots').add('Build server'),
])

/** What stands in an address where the route has a parameter. */
const PLACES: Record<string, string>[] = [
  { room, id, seconds: '60', token: hook, version: 'old' },
  { room, id: gone.id, seconds: '0', token: 'wrong', version: '%00' },
  { room: 'No room', id: 'x', seconds: 'x', token: '%ff', version: '%ff' },
]
const QUERIES = [
  ...['', '?after=0', '?after=9007199254740991', '?before=x', '?readonly&theme=dark'],
  ...['?room=lobby&refresh=15', '?url=https://chat.example/rooms/lobby'],
  '?url=https://chat.example/rooms/lobby&format=xml',
]
const ASKERS: Record<string, string>[] = [
  BROWSER,
  HTMX,
  SCRIPT,
  { accept: 'image/png' },
  { 'if-none-match': '*', 'accept-encoding': 'br' },
  { origin: HOST, 'sec-fetch-site': 'cross-site' },
  { ...BROWSER, origin: 'null', 'sec-fetch-site': 'cross-site' },
  { authorization: 'Bearer wrong' },
  { authorization: `Bearer ${bot}` },
]
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const BODIES: RequestInit[] = [
  { body: 'screenname=Build+server&value=hello&text=hello', headers: FORM },
  { body: 'screenname=&value=', headers: FORM },
  { body: '{', headers: { 'content-type': 'application/json' } },
  { body: 'x', headers: { 'content-type': 'x/y' } },
  { body: 'x'.repeat(65_537), headers: { 'content-type': 'text/plain' } },
]

type Asked = { path: string; init: RequestInit; isFirst: boolean }

/** All that is asked of one address by one method. */
function asking(method: string, route: string): Asked[] {
  const asked: Asked[] = []
  const bodies = ['POST', 'PATCH'].includes(method) ? BODIES : [{}]
  const queries = method === 'GET' ? QUERIES : ['']
  for (const place of route.includes(':') ? PLACES : PLACES.slice(0, 1))
    for (const query of queries)
      for (const asker of ASKERS)
        for (const { body, headers } of bodies)
          asked.push({
            path: route.replace(/:(\w+)/g, (_, name) => encodeURI(place[name] as string)) + query,
            init: { method, body, headers: { ...asker, ...(headers as object) } },
            isFirst: place === PLACES[0] && query === queries[0] && body === bodies[0]?.body,
          })
  return asked
}

const policyOf = (headers: Headers) =>
  Object.fromEntries(
    (headers.get('content-security-policy') ?? '').split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ')
      return [name, sources.join(' ')]
    }),
  )

const isFrame = (path: string) => /\/embed(?:\?|$)/.test(path)

/** What an answer says, and what it should. */
function guarded({ path, init }: Asked, { status, headers }: Response): [object, object] {
  const type = headers.get('content-type') ?? ''
  const isPage = type.startsWith('text/html') && !headers.has('chatbox')
  const isFile = /^\/(?:assets\/|embed\.js)/.test(path) && [200, 304].includes(status)
  const { 'frame-ancestors': ancestors, ...policy } = policyOf(headers)
  // What was said in a frame comes back in it.
  const framed = isPage && isFrame(path) ? `'self' ${HOST}` : isPage ? "'self'" : "'none'"
  const own = isPage ? "'self'" : undefined
  const said = {
    policy,
    ancestors,
    sniffing: headers.get('x-content-type-options'),
    referrer: headers.get('referrer-policy'),
    resource: headers.get('cross-origin-resource-policy'),
    opener: headers.get('cross-origin-opener-policy'),
    https: headers.get('strict-transport-security'),
    asks: headers.get('permissions-policy')?.includes('camera=()') ?? false,
    coded: /^text\/(?:html|plain)/.test(type) ? /; charset=utf-8$/.test(type) : true,
  }
  const sources = {
    'script-src': own,
    'style-src': own,
    'img-src': own,
    'connect-src': own,
    'frame-src': own,
  }
  const should = {
    policy: {
      'default-src': "'none'",
      ...(isPage && sources),
      'form-action': own ?? "'none'",
      'base-uri': "'none'",
    },
    ancestors: framed,
    sniffing: 'nosniff',
    referrer: 'same-origin',
    resource: isFile ? 'cross-origin' : 'same-origin',
    opener: isPage ? 'same-origin' : null,
    https: status === 204 ? null : 'max-age=31536000',
    asks: isPage,
    coded: true,
  }
  const where = `${init.method} ${path} ${JSON.stringify(init.headers)} ${status}`
  return [
    { where, ...said },
    { where, ...should },
  ]
}

const routes = chatbox.routes.map(({ method, path }): [string, string] => [
  // None that an address answers, so that it tells which it does.
  method === 'ALL' ? 'PUT' : method,
  path,
])
const seen = new Set<number>()

describe('the headers of', () => {
  test.each([...routes, ['GET', '/nowhere'], ['POST', '/']] as [string, string][])(
    '%s %s',
    async (method, route) => {
      for (const asked of asking(method, route))
        for (const { ask } of asked.isFirst ? [chatbox, broken] : [chatbox]) {
          const answer = await ask(asked.path, asked.init)
          await answer.body?.cancel()
          const { status, headers } = answer
          seen.add(status)
          for (const name of ['server', 'x-powered-by', 'access-control-allow-credentials'])
            expect(headers.has(name)).toBe(false)
          for (const cookie of headers.getSetCookie())
            expect(cookie).toMatch(/^__Host-.*; Path=\/; .*; Secure; HttpOnly; SameSite=/)
          // A poll that found nothing is but its status.
          if (status === 204 && headers.has('expires')) {
            expect(
              [...headers.keys()].filter((name) => !/^(?:expires|access-)/.test(name)),
            ).toEqual([])
            continue
          }
          const [said, should] = guarded(asked, answer)
          expect(said).toEqual(should)
        }
    },
  )

  test('answers of every kind', () => {
    const statuses = [
      200, 201, 204, 303, 304, 400, 401, 403, 404, 405, 406, 410, 413, 415, 422, 429,
    ]
    expect([...seen].toSorted((a, b) => a - b)).toEqual([...statuses, 501, 503])
  })
})

test('a chatbox that is not seen by https binds nobody to it', async () => {
  for (const publicUrl of [undefined, new URL('http://chat.example')]) {
    const { get } = await openChatbox('sqlite', publicUrl && { publicUrl })
    for (const path of ['/', '/nowhere', '/rooms/lobby/messages.json', '/embed.js'])
      expect((await get(path)).headers.has('strict-transport-security')).toBe(false)
  }
})

test('over the network nothing is added that tells what serves', async () => {
  const server = await startServer(await storeSettings('sqlite'))
  for (const path of ['/', '/nowhere', '/rooms/lobby/messages.html?after=0']) {
    const { headers } = await fetch(server.url + path)
    for (const name of ['server', 'x-powered-by', 'via']) expect(headers.has(name)).toBe(false)
  }
  await server.stop()
})
