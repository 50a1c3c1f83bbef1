/** Anything at all as a path, a query, a header, a cookie or a body: it is answered as is written, and nothing else is touched. */
import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { RedisClient } from 'bun'
import fc from 'fast-check'
import { ROOM } from '../src/chat/chat.ts'
import { sharedRedis } from './with/redis.ts'
import { freshFile, freshRoom, KINDS, openChatbox } from './with/stores.ts'
import { SCRIPT } from './with/visitor.ts'

/** All that the README and the OpenAPI document speak of. */
const STATUSES = [
  ...[200, 201, 204, 303, 304],
  ...[400, 401, 403, 404, 405, 406, 410, 413, 415, 422, 429, 501],
]

/** Every key that there may be in Redis: what comes from a client is hashed in it. No room is called `-`. */
const KEY = new RegExp(
  [
    /^chat:(?:rooms|secret|bots|hooks|webhooks)$/,
    /^chat:end:[0-9a-z]{6}\.[0-9]{10}$/,
    /^chat:\{:webhooks\}:(?:leader|notes)$/,
    /^chat:\{(?:-|[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)\}:(?:log|state|here|decided|done|lately|senders|once:(?:even|odd)|pace:(?:[\w-]{43})?)$/,
  ]
    .map(({ source }) => source)
    .join('|'),
)

/** What looks like a number to somebody, or like an address, a name or a pattern. */
const ODD = [
  ...[
    '0',
    '1',
    '50',
    '-1',
    '+1',
    '01',
    '1.0',
    '1e3',
    '1e999',
    '0x10',
    '0b1',
    ' 7 ',
    '7 ',
    '٣',
    '１',
  ],
  ...['9007199254740991', '9007199254740992', '9007199254740993', '99999999999999999999'],
  ...['NaN', 'Infinity', 'null', 'undefined', 'true', '[]', '{}', '__proto__', 'constructor'],
  ...[
    '*',
    '?',
    '[a-z]',
    'a:b',
    '{a}',
    '}',
    'chat:secret',
    "' OR 1=1 --",
    '"; DROP TABLE rooms; --',
  ],
  ...['../..', '%2e%2e%2f', 'a\r\nb: c', 'a\0b', '\ud800', 'x'.repeat(3000), 'Lobby', 'a_b', '-a'],
]
const text = fc.oneof(
  fc.constantFrom(...ODD),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ maxLength: 20 }),
  fc.integer().map(String),
)

/** As it can stand in an address: encoded, or as it is. */
const segment = fc.oneof(
  text.map((text) => encodeURIComponent(text.toWellFormed())),
  text,
  fc.uint8Array({ maxLength: 4 }).map((bytes) => bytes.toHex().replace(/../g, '%$&')),
)
const QUERY = ['after', 'before', 'since', 'limit', 'every', 'here', 'data', 'theme', 'readonly']
const MORE_QUERY = [
  'room',
  'url',
  'maxwidth',
  'maxheight',
  'format',
  'way',
  'refresh',
  'screenname',
]
const HEADERS = [
  ...['accept', 'accept-encoding', 'accept-language', 'authorization', 'chatbox-token', 'cookie'],
  ...[
    'content-encoding',
    'content-type',
    'hx-request',
    'idempotency-key',
    'if-none-match',
    'origin',
  ],
  ...[
    'last-event-id',
    'prefer',
    'sec-fetch-site',
    'x-forwarded-for',
    'x-forwarded-host',
    'forwarded',
  ],
]
/** What no header holds is refused before it comes to us. */
const header = fc.oneof(
  text.map((text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '').trim()),
  fc.constantFrom('true', 'application/json', 'text/html', 'Bearer x', 'gzip', '*', 'null', 'none'),
)
const body = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.json().map((json) => Buffer.from(json)),
  fc
    .record({ screenname: text, value: text, nonce: text, token: text, text, payload: text })
    .chain((fields) =>
      fc.constantFrom(
        Buffer.from(JSON.stringify(fields)),
        Buffer.from(String(new URLSearchParams(fields))),
      ),
    ),
)
const TYPES = [
  ...['application/x-www-form-urlencoded', 'application/json', 'text/plain', 'x/y'],
  'multipart/form-data; boundary=x',
]

describe.each(KINDS)('on %s,', async (kind) => {
  const file = freshFile()
  const logged: [event: string, ...unknown[]][] = []
  const log = (...line: [event: string, ...unknown[]]) => void logged.push(line)
  const { ask, get, say, routes } = await openChatbox(kind, { file, log })

  const templates = [...new Set(routes.map(({ path }) => path))]
  const path = fc
    .tuple(fc.constantFrom(...templates), fc.array(segment, { minLength: 2, maxLength: 2 }))
    .map(([template, segments]) =>
      template.replace(/:\w+/g, (name) => segments[name === ':room' ? 0 : 1] ?? ''),
    )
  const query = fc
    .array(fc.tuple(fc.constantFrom(...QUERY, ...MORE_QUERY), segment), { maxLength: 4 })
    .map((pairs) => pairs.map((pair) => pair.join('=')).join('&'))
  const headers = fc.array(fc.tuple(fc.constantFrom(...HEADERS), header), { maxLength: 5 })
  const method = fc.constantFrom(
    'GET',
    'GET',
    'HEAD',
    'POST',
    'POST',
    'PATCH',
    'DELETE',
    'PUT',
    'OPTIONS',
  )

  test('everything is answered with a status that is written down', async () => {
    const type = fc.constantFrom(...TYPES)
    await fc.assert(
      fc.asyncProperty(
        ...[method, path, query, headers, type, body],
        async (method, path, query, headers, type, body) => {
          const sent = new Headers({ 'content-type': type })
          for (const [name, value] of headers) sent.set(name, value)
          const hasBody = !['GET', 'HEAD'].includes(method)
          const init = { method, headers: sent, ...(hasBody && { body }) }
          const answer = await ask(`${path}?${query}`, init as RequestInit)
          await answer.body?.cancel()
          expect(STATUSES).toContain(answer.status)
        },
      ),
      { numRuns: 2500 },
    )
    // On a busy machine Redis may be late, which is told.
    expect(logged.filter(([event]) => !/^redis (lost|back)$/.test(event))).toEqual([])
  })

  test('a name is a room by one pattern, or nowhere', async () => {
    const ways = (room: string) => [
      [`/rooms/${room}`, 'GET'],
      [`/rooms/${room}/messages.json`, 'GET'],
      [`/rooms/${room}/messages.json?after=0&every=5&here=1`, 'GET'],
      [`/api/latest-chat/9?room=${room}`, 'GET'],
      [`/rooms/${room}/messages.json`, 'POST'],
    ]
    const name = fc.oneof(text, fc.stringMatching(/^[a-z0-9-]{1,70}$/))
    await fc.assert(
      fc.asyncProperty(name, async (name) => {
        fc.pre(name.isWellFormed() && !['.', '..', ''].includes(name))
        for (const [path = '', method = ''] of ways(encodeURIComponent(name))) {
          const isPost = method === 'POST'
          const init = isPost
            ? { method, body: new URLSearchParams({ screenname: 'a', value: 'b' }) }
            : { method }
          const { status } = await ask(path, { ...init, headers: SCRIPT })
          expect([path, status]).toEqual([path, !ROOM.test(name) ? 404 : isPost ? 201 : 200])
        }
      }),
      { numRuns: 300 },
    )
  })

  test('a number has one way to be written, wherever one is asked for', async () => {
    const room = freshRoom()
    const at = `/rooms/${room}/messages.json`
    const places: [string, number, number][] = [
      ...['after', 'before', 'since'].map((name): [string, number, number] => [
        `${at}?${name}=`,
        0,
        2 ** 53 - 1,
      ]),
      [`${at}?limit=`, 1, 200],
      ['/api/latest-chat/', 0, 2 ** 53 - 1],
      [`/rooms/${room}?refresh=`, 5, 3600],
    ]
    const written = fc.oneof(
      text,
      fc
        .tuple(
          fc.constantFrom('', '', '0', '+', '-', ' ', '0x'),
          fc.nat(300),
          fc.constantFrom('', '', '.0', ' ', 'e0', 'n', '\0'),
        )
        .map((parts) => parts.join('')),
      fc.maxSafeNat().map(String),
      fc.bigInt({ min: 2n ** 52n, max: 2n ** 54n }).map(String),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...places),
        written,
        async ([path, least, most], written) => {
          fc.pre(written.isWellFormed() && !['', '.', '..'].includes(written))
          const number = Number(written)
          const isOne = /^(?:0|[1-9]\d*)$/.test(written) && number >= least && number <= most
          const isExact = isOne && String(number) === written
          const { status } = await get(path + encodeURIComponent(written), SCRIPT)
          expect([path, written, status]).toEqual([path, written, isExact ? 200 : 422])
        },
      ),
      { numRuns: 600 },
    )
  })

  test('nobody reads what was not asked for', async () => {
    const [room, other] = [freshRoom(), freshRoom()]
    const ids: number[] = []
    for (let i = 0; i < 12; i++) {
      ids.push(Number((await say(room, `${i}`)).id))
      await say(other, `elsewhere ${i}`)
    }
    const near = fc
      .tuple(fc.constantFrom(0, ...ids), fc.integer({ min: -1, max: 1 }))
      .map(([id, by]) => Math.max(0, id + by))
    const limit = fc.integer({ min: 1, max: 15 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('after', 'before'), near, limit, async (side, id, limit) => {
        const { messages } = await (
          await get(`/rooms/${room}/messages.json?${side}=${id}&limit=${limit}`)
        ).json()
        const found = messages.map((message: { id: string }) => Number(message.id))
        const first = ids[0] as number
        const isStrange = side === 'after' && id > 0 && (id < first || id > Math.max(...ids))
        const asked =
          isStrange || side === 'before'
            ? ids.filter((one) => isStrange || one < id).slice(-limit)
            : ids.filter((one) => one > id).slice(0, limit)
        expect(found).toEqual(asked)
      }),
      { numRuns: 200 },
    )
  })

  test('rooms in which nobody spoke leave nothing behind, however many are read', async () => {
    const before = await everything()
    const ends = ['', '/messages.json', '/messages.json?after=0', '/messages/1', '/messages.html']
    for (let i = 0; i < 100; i++)
      await Promise.all(
        Array.from({ length: 100 }, async (_, j) => {
          const { body } = await get(`/rooms/unknown-${i}-${j}${ends[j % ends.length]}`)
          await body?.cancel()
        }),
      )
    expect(await everything()).toEqual(before)
  })

  /** What names there are in the store. */
  async function everything(): Promise<string[]> {
    if (kind === 'redis') {
      const client = new RedisClient((await sharedRedis()).url)
      const keys = (await client.send('KEYS', ['*'])) as string[]
      client.close()
      return keys.filter((key) => !key.endsWith(':here')).sort()
    }
    using db = new Database(file, { readonly: true })
    const tables = db
      .query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE sql LIKE '%room TEXT%'")
      .all()
    return tables.flatMap(({ name }) =>
      db
        .query<{ room: string }, []>(`SELECT DISTINCT room FROM ${name}`)
        .all()
        .map(({ room }) => `${name} ${room}`),
    )
  }

  test('no name of anything in the store is made of what somebody sent', async () => {
    const names = await everything()
    expect(names.length).toBeGreaterThan(3)
    for (const name of names)
      expect(name).toMatch(
        kind === 'redis' ? KEY : /^(?:rooms|entries|uses|pace|polls) [a-z0-9-]{1,64}$/,
      )
  })
})
