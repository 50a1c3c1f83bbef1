/** What is refused though it is well-formed: repetition, many links from newcomers, ever new rooms. */
import { describe, expect, test } from 'bun:test'
import { openChat } from '../src/chat/chat.ts'
import { type Server, startServer, storeSettings, wrongClock } from './with/server.ts'
import { freshRoom, KINDS, openStore } from './with/stores.ts'
import { openVisitor, SCRIPT } from './with/visitor.ts'

const LINKS = ['http://a.example/', 'see HTTPS://b.example and', 'https://c.example']

describe.each(KINDS)('on %s', async (kind) => {
  const settings = await storeSettings(kind)
  const paced = { ...settings, POSTS_PER_MINUTE: '100' }
  const [server, other, free] = await Promise.all([
    startServer(paced),
    startServer(paced),
    startServer(settings),
  ])

  /** A person with a browser; `say` answers the status, and what was told. */
  function somebody(at: Server = server) {
    const visitor = openVisitor((path, init) => fetch(at.url + path, init))
    const say = async (room: string, value: string, headers = {}) => {
      const answer = await visitor.post(
        `/rooms/${room}/messages`,
        { screenname: 'Ann', value },
        { ...SCRIPT, ...headers },
      )
      return { status: answer.status, ...((await answer.json()) as { detail?: string }) }
    }
    return { say, cookie: visitor.cookie }
  }

  test('nobody says the very same twice in a row', async () => {
    const room = freshRoom()
    const [ann, bob] = [somebody(), somebody()]
    expect((await ann.say(room, 'hello')).status).toBe(201)
    expect(await ann.say(room, ' hello ')).toMatchObject({
      status: 422,
      detail: 'You said just that a moment ago.',
    })
    const elsewhere = openVisitor((path, init) => fetch(other.url + path, init), ann.cookie())
    const fields = { screenname: 'Ann', value: 'hello' }
    const path = `/rooms/${room}/messages`
    expect((await elsewhere.post(path, fields, SCRIPT)).status).toBe(422)
    expect((await ann.say(freshRoom(), 'hello')).status).toBe(201)
    expect((await bob.say(room, 'hello')).status).toBe(201)
    expect((await ann.say(room, 'hello')).status).toBe(201)
    expect((await ann.say(room, 'hello!')).status).toBe(201)
    const page = await openVisitor(
      (path, init) => fetch(server.url + path, init),
      ann.cookie(),
    ).post(path, { screenname: 'Ann', value: 'hello!' })
    expect([page.status, await page.text()]).toEqual([
      422,
      expect.stringMatching(/hello!<\/textarea>[\s\S]*You said just that/),
    ])
  })

  test('what is sent again under its key is no repetition', async () => {
    const room = freshRoom()
    const { say } = somebody()
    const keyed = { 'idempotency-key': 'k' }
    for (const status of [201, 201]) expect((await say(room, 'once', keyed)).status).toBe(status)
    expect((await say(room, 'once', { 'idempotency-key': 'another' })).status).toBe(422)
    const { messages } = await (await fetch(`${server.url}/rooms/${room}/messages.json`)).json()
    expect(messages).toHaveLength(1)
  })

  test('who is new brings two links and no more', async () => {
    const room = freshRoom()
    const { say } = somebody()
    expect((await say(room, LINKS.slice(1).join(' '))).status).toBe(201)
    expect(await say(room, LINKS.join(' '))).toMatchObject({
      status: 422,
      detail: 'Who is new here can bring 2 links in a message.',
    })
    expect((await say(room, 'no links at all')).status).toBe(201)
  })

  test('who came an hour ago brings as many as they like', async () => {
    const room = freshRoom()
    const then = await startServer({ ...paced, ...(await wrongClock('-1h')) })
    const { say, cookie } = somebody(then)
    expect((await say(room, 'hello')).status).toBe(201)
    const now = openVisitor((path, init) => fetch(server.url + path, init), cookie())
    const fields = { screenname: 'Ann', value: LINKS.join(' ') }
    expect((await now.post(`/rooms/${room}/messages`, fields, SCRIPT)).status).toBe(201)
  })

  test('where there is no limit on posts, all of it is taken', async () => {
    const room = freshRoom()
    const { say } = somebody(free)
    for (const value of ['hello', 'hello', LINKS.join(' ')])
      expect((await say(room, value)).status).toBe(201)
  })

  test('where the end of a room is not to be had, its messages are taken all the same', async () => {
    const store = await openStore(kind)
    const never = () => new Promise<never>(() => {})
    const chat = openChat(
      { ...store, read: never, stand: never },
      { messageLength: 100, perMinute: 9 },
    )
    for (const value of ['hello', 'hello'])
      await chat.say(freshRoom(), { screenname: 'Ann', value, author: 'ann', client: 'c' })
  })

  test('a client is the first in so many rooms of all servers, and speaks on in those there are', async () => {
    const few = { ...settings, ROOMS_PER_HOUR: '3', TRUSTED_PROXIES: '127.0.0.0/8' }
    const [one, two] = (await Promise.all([startServer(few), startServer(few)])) as [Server, Server]
    const from = (address: string) => ({ 'x-forwarded-for': address })
    const speak = (at: Server, room: string, address: string) =>
      fetch(`${at.url}/rooms/${room}/messages`, {
        method: 'POST',
        headers: { ...SCRIPT, ...from(address) },
        body: new URLSearchParams({ screenname: 'Ann', value: 'first' }),
      })
    const client = `198.51.100.${kind.length}`
    const rooms = [freshRoom(), freshRoom(), freshRoom()] as const
    for (const room of rooms) expect((await speak(one, room, client)).status).toBe(201)
    const refused = await speak(two, freshRoom(), client)
    expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([
      429,
      expect.any(Number),
    ])
    expect(Number(refused.headers.get('retry-after'))).toBeWithin(1, 1201)
    const { detail } = (await refused.json()) as { detail: string }
    expect(detail).toStartWith('You opened many rooms. Please wait')
    for (const at of [one, two]) expect((await speak(at, rooms[0], client)).status).toBe(201)
    expect((await speak(two, freshRoom(), '203.0.113.9')).status).toBe(201)
  })
})
