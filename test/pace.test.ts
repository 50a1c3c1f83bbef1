/** Nobody says too much at once: the limit on posts, and by what a client is known. */

import { describe, expect, test } from 'bun:test'
import { BlockList } from 'node:net'
import { clientAddress } from '../src/http/client.ts'
import { openBuckets } from '../src/http/reading-pace.ts'
import { type Server, startServer, storeSettings } from './with/server.ts'
import { freshRoom, KINDS } from './with/stores.ts'

const JSON_FORM = { accept: 'application/json' }

const post = (server: Server, room: string, headers: Record<string, string> = JSON_FORM) =>
  fetch(`${server.url}/rooms/${room}/messages`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({ screenname: 'tester', value: 'kept <text>' }),
    redirect: 'manual',
  })

describe.each(KINDS)('two posts a minute on %s', async (kind) => {
  const settings = { ...(await storeSettings(kind)), POSTS_PER_MINUTE: '2' }
  const server = await startServer({ ...settings, TRUSTED_PROXIES: '127.0.0.0/8, ::1' })
  const direct = await startServer(settings)

  test('the third is refused with the wait, in the form that was asked for', async () => {
    const room = freshRoom()
    const left = (answer: Response) =>
      Number(/^"posts";r=(\d+);t=\d+$/.exec(answer.headers.get('ratelimit') ?? '')?.[1])
    const first = await post(server, room)
    expect([first.status, left(first)]).toEqual([201, 1])
    expect(first.headers.get('ratelimit-policy')).toBe('"posts";q=2;w=60')
    const second = await post(server, room)
    expect([second.status, left(second)]).toEqual([201, 0])

    const script = await post(server, room)
    const { status, detail, retryAfter } = (await script.json()) as Record<string, unknown>
    expect([script.status, status]).toEqual([429, 429])
    expect(retryAfter).toBeWithin(1, 31)
    expect(script.headers.get('retry-after')).toBe(String(retryAfter))
    expect(script.headers.get('ratelimit')).toBe(`"posts";r=0;t=${retryAfter}`)
    expect(detail).toContain(`Please wait ${retryAfter} second`)

    const page = await post(server, room, { accept: 'text/html' })
    expect(page.status).toBe(429)
    expect(await page.text()).toMatch(/kept &lt;text>?[\s\S]*Please wait \d+ second/)

    const fragment = await post(server, room, { accept: 'text/html', 'hx-request': 'true' })
    expect(fragment.status).toBe(429)
    expect(await fragment.text()).toMatch(/^<p>.*Please wait \d+ second.*<\/p>$/)

    const read = await fetch(`${server.url}/rooms/${room}/messages.json`)
    expect(((await read.json()) as { messages: unknown[] }).messages).toHaveLength(2)
  })

  test('a repeat under the same key is no further post', async () => {
    const room = freshRoom()
    const keyed = { ...JSON_FORM, 'idempotency-key': 'k' }
    for (let i = 0; i < 5; i++) expect((await post(server, room, keyed)).status).toBe(201)
    expect((await post(server, room)).status).toBe(201)
    expect((await post(server, room)).status).toBe(429)
  })

  test('corrections count as messages do, and are refused with the text still in the box', async () => {
    const room = freshRoom()
    const said = await post(server, room)
    const { id } = (await said.json()) as { id: string }
    const cookie = said.headers.getSetCookie()[0]?.replace(/;.*/s, '') ?? ''
    const correct = (value: string, headers: Record<string, string> = JSON_FORM) =>
      fetch(`${server.url}/rooms/${room}/messages/${id}/revision`, {
        method: 'POST',
        headers: { ...headers, cookie },
        body: new URLSearchParams({ value }),
        redirect: 'manual',
      })
    expect((await correct('one')).status).toBe(200)
    const script = await correct('two')
    expect(script.status).toBe(429)
    expect(Number(script.headers.get('retry-after'))).toBeWithin(1, 31)
    const page = await correct('three', { accept: 'text/html' })
    expect([page.status, page.headers.has('retry-after')]).toEqual([429, true])
    expect(await page.text()).toMatch(/>\s*three<\/textarea>[\s\S]*Please wait/)
    expect((await correct('one')).status).toBe(200)
    const read = await fetch(`${server.url}/rooms/${room}/messages/${id}.json`)
    expect(await read.json()).toMatchObject({ value: 'one' })
  })

  test('a client is known by a hash under the secret alone', async () => {
    const room = freshRoom()
    const [one, same, other] = (await Promise.all(
      ['one secret of ours', 'one secret of ours', 'another secret of ours'].map((SECRET) =>
        startServer({ ...settings, SECRET }),
      ),
    )) as [Server, Server, Server]
    for (const status of [201, 201, 429]) expect((await post(one, room)).status).toBe(status)
    expect((await post(same, room)).status).toBe(429)
    expect((await post(other, room)).status).toBe(201)
  })

  test('clients behind a trusted proxy are told apart, and nobody else can pretend to be one', async () => {
    const room = freshRoom()
    const from = (address: string) => ({ ...JSON_FORM, 'x-forwarded-for': address })
    for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3'])
      for (const status of [201, 201, 429])
        expect((await post(server, room, from(address))).status).toBe(status)
    for (const status of [201, 201, 429])
      expect((await post(direct, room, from(`192.0.2.${status}`))).status).toBe(status)
  })
})

describe('ten reads a minute', async () => {
  const server = await startServer({
    ...(await storeSettings('sqlite')),
    READS_PER_MINUTE: '10',
    TRUSTED_PROXIES: '127.0.0.0/8',
  })
  let clients = 0
  /** Somebody else each time; `read` answers what comes of the last of so many reads. */
  function somebody() {
    const forwarded = { 'x-forwarded-for': `198.51.100.${++clients}` }
    return async (path: string, times: number, headers: Record<string, string> = {}) => {
      const answers: Response[] = []
      for (let i = 0; i < times; i++)
        answers.push(await fetch(server.url + path, { headers: { ...forwarded, ...headers } }))
      return answers.at(-1) as Response
    }
  }

  test('the eleventh is refused with the wait, in the form that was asked for', async () => {
    const read = somebody()
    expect((await read('/rooms/lobby', 10)).status).toBe(200)
    const page = await read('/', 1, { accept: 'text/html' })
    expect([page.status, await page.text()]).toEqual([
      429,
      expect.stringMatching(/<!doctype html>[\s\S]*Please wait \d+ second/i),
    ])
    const script = await read('/rooms/lobby/messages.json', 1)
    const { retryAfter, detail } = (await script.json()) as Record<string, unknown>
    expect([script.status, detail]).toEqual([429, expect.stringContaining('Please wait')])
    expect(retryAfter).toBeWithin(1, 7)
    expect(script.headers.get('retry-after')).toBe(String(retryAfter))
    expect(script.headers.get('ratelimit-policy')).toBe('"reads";q=10;w=60')
    const fragment = await read('/rooms/lobby/messages?before=9', 1, { 'hx-request': 'true' })
    expect([fragment.status, await fragment.text()]).toEqual([
      429,
      expect.stringMatching(/^<p>.*Please wait/),
    ])
    expect((await somebody()('/rooms/lobby', 1)).status).toBe(200)
  })

  test.each([
    ...['/', '/rooms/lobby', '/rooms/lobby/embed', '/rooms/lobby/share', '/rooms/lobby/messages'],
    ...['/rooms/lobby/messages.atom', '/api/latest-chat/60', '/api', '/openapi.json'],
    ...['/rooms/lobby/messages/1', '/rooms/lobby/messages.events', '/oembed'],
  ])('%s is counted', async (path) => {
    const read = somebody()
    await read('/rooms/lobby', 10)
    expect((await read(path, 1)).status).toBe(429)
  })

  test('polls that find nothing are not, nor is saying something', async () => {
    const read = somebody()
    const poll = '/rooms/quiet/messages.html?after=0'
    // From then on the process knows the room.
    await somebody()(poll, 2)
    expect((await read(poll, 40)).status).toBe(204)
    expect((await read('/rooms/quiet', 10)).status).toBe(200)
    expect((await read(poll, 1)).status).toBe(204)
    expect((await read('/rooms/quiet', 1)).status).toBe(429)
    expect((await post(server, 'other')).status).toBe(201)
  })
})

test('a bucket fills again, and of too many clients the oldest are forgotten', async () => {
  const take = openBuckets(600, 100)
  for (let i = 0; i < 600; i++) expect(take('one')).toBe(0)
  const wait = take('one')
  expect(wait).toBeWithin(1, 101)
  await Bun.sleep(wait + 1)
  expect(take('one')).toBe(0)
  for (let i = 0; i < 100; i++) take(`${i}`)
  expect(take('one')).toBeGreaterThan(0)
  for (let i = 100; i < 300; i++) take(`${i}`)
  expect(take('one')).toBe(0)
})

describe('a client is known', () => {
  const trusted = new BlockList()
  trusted.addSubnet('10.0.0.0', 8, 'ipv4')
  trusted.addAddress('2001:db8:ffff::1', 'ipv6')

  test.each([
    ['by the socket', '192.0.2.1', null, '192.0.2.1'],
    ['by the socket, whatever a stranger forwards', '192.0.2.1', '198.51.100.1', '192.0.2.1'],
    ['by what a trusted proxy saw', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    [
      'not by what a client told that proxy',
      '10.0.0.1',
      '203.0.113.9, 198.51.100.1',
      '198.51.100.1',
    ],
    ['through several trusted proxies', '10.0.0.1', '198.51.100.1, 10.2.3.4', '198.51.100.1'],
    ['by the proxy itself where it forwards no address', '10.0.0.1', 'unknown', '10.0.0.1'],
    ['as IPv4 where IPv6 only carries it', '::ffff:192.0.2.1', null, '192.0.2.1'],
    ['by its /64 on IPv6', '2001:db8:1:2:aaaa:bbbb:cccc:dddd', null, '2001:db8:1:2::/64'],
    ['by the same /64, however it is written', '2001:0DB8:1:2::1', null, '2001:db8:1:2::/64'],
    ['by a /64 that is mostly zeros', '2001:db8::1', null, '2001:db8:0:0::/64'],
    ['as the box itself', '::1', null, '0:0:0:0::/64'],
    ['through a trusted IPv6 proxy', '2001:db8:ffff::1', '198.51.100.1', '198.51.100.1'],
  ])('%s', (_, socket, forwarded, client) => {
    expect(clientAddress(socket, forwarded, trusted)).toBe(client)
  })
})
