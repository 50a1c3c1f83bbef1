/** What identities are signed with where no SECRET is set: the store's own, shared by all servers on it. */
import { describe, expect, test } from 'bun:test'
import { chmodSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openApp } from '../src/app.ts'
import { openRedis } from '../src/store/redis.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import { freshFolder } from './with/folder.ts'
import { startRedis } from './with/redis.ts'
import { type Server, startServer } from './with/server.ts'
import { freshRoom, KINDS, silent } from './with/stores.ts'
import { eventually } from './with/tab.ts'
import { type Ask, openVisitor } from './with/visitor.ts'

const KEEP = { messages: 100, days: 1 }

const asking =
  ({ url }: Server): Ask =>
  (path, init) =>
    fetch(url + path, { redirect: 'manual', ...init })

describe.each(KINDS)('without a SECRET, on %s', (kind) => {
  test.concurrent('all servers know a browser again, after a restart, too', async () => {
    const settings: Record<string, string> =
      kind === 'redis'
        ? { REDIS_URL: (await startRedis()).url }
        : { SQLITE_PATH: join(freshFolder(), 'chat.sqlite') }
    const servers = await Promise.all([startServer(settings), startServer(settings)])
    // Nobody was here before, so both ask for the secret that is made by the first.
    const visitors = servers.map((server) => openVisitor(asking(server)))
    const said = await Promise.all(visitors.map((visitor) => visitor.say(freshRoom(), 'hi')))
    const marks = said.map(({ mark }) => mark)
    expect(new Set(marks).size).toBe(2)
    const cookies = visitors.map((visitor) => visitor.cookie())
    const marksAt = async (server: Server) => {
      const again = cookies.map((cookie) => openVisitor(asking(server), cookie))
      return Promise.all(again.map(async (visitor) => (await visitor.say('lobby', 'hi')).mark))
    }
    for (const server of servers) expect(await marksAt(server)).toEqual(marks)
    await Promise.all(servers.map((server) => server.stop()))
    const restarted = await startServer(settings)
    expect(await marksAt(restarted)).toEqual(marks)
    await restarted.stop()
  })
})

describe('a SQLite file with a secret', () => {
  const modesOf = (path: string) =>
    ['', '-wal', '-shm'].map((end) => (statSync(path + end).mode & 0o777).toString(8))
  const OWN = ['600', '600', '600']

  test("is its owner's alone, from its first moment and after it was closed", async () => {
    const path = join(freshFolder(), 'chat.sqlite')
    const store = openSqlite(path, KEEP)
    expect(modesOf(path)).toEqual(OWN)
    const secret = await store.secret()
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(modesOf(path)).toEqual(OWN)
    await store.close()
    const again = openSqlite(path, KEEP)
    await again.append('lobby', { screenname: 'a', value: 'hi' })
    expect(modesOf(path)).toEqual(OWN)
    expect(await again.secret()).toBe(secret)
    await again.close()
  })

  test('is taken from all others where it was theirs to read before', async () => {
    const path = join(freshFolder(), 'chat.sqlite')
    const store = openSqlite(path, KEEP)
    for (const end of ['', '-wal', '-shm']) chmodSync(path + end, 0o644)
    await store.append('lobby', { screenname: 'a', value: 'before there was a secret' })
    await store.secret()
    expect(modesOf(path)).toEqual(OWN)
    await store.close()
  })
})

test('a Redis that is down at the first visit gives an identity when it is back', async () => {
  const redis = await startRedis()
  const store = await openRedis(redis.url, KEEP, silent)
  const settings = { messageLength: 1000, pollSeconds: 5, perMinute: 0, load: () => 1 }
  const app = await openApp(store, settings, silent)
  const ann = openVisitor((path, init) => app.handle(new Request(`http://localhost${path}`, init)))
  await redis.stop()
  for (const path of ['/rooms/lobby', '/rooms/lobby?refresh=15']) {
    const page = await ann(path)
    expect([path, page.status]).toEqual([path, 503])
    expect(page.headers.getSetCookie()).toEqual([])
  }
  const text = 'half an hour of thought'
  const refused = await ann.post('/rooms/lobby/messages', { screenname: 'Ann', value: text })
  expect(refused.status).toBe(503)
  expect(await refused.text()).toContain(`${text}</textarea>`)
  const again = await startRedis('--port', new URL(redis.url).port)
  await eventually(async () => expect((await ann('/rooms/lobby')).status).toBe(200))
  expect(ann.cookie()).toStartWith('chatbox=')
  const { mark } = await ann.say('lobby', 'hi')
  expect((await ann.say('garden', 'hi')).mark).toBe(mark)
  await store.close()
  await again.stop()
})
