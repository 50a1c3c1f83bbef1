/** What only Redis can do to us, tried on real ones. */
import { expect, test } from 'bun:test'
import { createClient } from 'redis'
import { type Store, Unreachable } from '../src/chat/store.ts'
import { openRedis } from '../src/store/redis.ts'
import { atEnd } from './with/end.ts'
import { freshFolder } from './with/folder.ts'
import { halt } from './with/halt.ts'
import { cli, startRedis } from './with/redis.ts'
import { silent } from './with/stores.ts'
import { eventually } from './with/tab.ts'
import { openWire } from './with/wire.ts'

const KEEP = { messages: 100, days: 90 }
const WHOLE = { after: 0, limit: 200 }
const SAYING = { screenname: 'tester', value: 'hello' }

const say = async (store: Store) => (await store.append('lobby', SAYING)) as { id: number }

const dayOf = (id: number) => Math.floor(id / 86_400e6)
const onceKey = (id: number) => `chat:{lobby}:once:${dayOf(id) % 2 === 0 ? 'even' : 'odd'}`

async function clientOf(url: string) {
  const client = createClient({ url }).on('error', () => {})
  atEnd(() => client.destroy())
  return await client.connect()
}

test("every key of a room lies on one node of a Cluster, and the rooms' index is no part of a script", async () => {
  const redis = await startRedis('--cluster-enabled', 'yes', '--dir', freshFolder())
  const client = await clientOf(redis.url)
  await client.clusterAddSlotsRange({ start: 0, end: 16_383 })
  while (!(await client.clusterInfo()).includes('cluster_state:ok')) await Bun.sleep(50)
  const store = await openRedis(redis.url, KEEP, silent)
  const { id } = (await store.append('lobby', SAYING, {
    once: { key: 'k', print: 'p' },
    pace: { client: 'c', perMinute: 9 },
  })) as { id: number }
  await store.revise('lobby', id, 'good day')
  await store.remove('lobby', id)
  await store.here('lobby', [{ ago: 0, every: 60, pages: 1 }], 2.5)
  expect((await store.read('lobby', WHOLE)).entries).toMatchObject([{ removed: id }])
  expect(await store.rooms(9)).toMatchObject([{ room: 'lobby' }])
  expect((await client.keys('*')).sort()).toEqual([
    'chat:rooms',
    'chat:{lobby}:here',
    'chat:{lobby}:log',
    onceKey(id),
    'chat:{lobby}:pace:c',
    'chat:{lobby}:state',
  ])
})

test('what another program wrote into a room is skipped, said in the log, and the room lives', async () => {
  const redis = await startRedis()
  const client = await clientOf(redis.url)
  const logged: string[] = []
  const store = await openRedis(redis.url, KEEP, (event) => logged.push(event))
  const { id } = await say(store)
  const last = await say(store)
  const foreign = ['not ours', '{"half', '{"id":"7","screenname":1}', 'revised 1', 'removed x']
  await client.zAdd('chat:{lobby}:log', [
    ...foreign.map((value, i) => ({ score: id - 1 - i, value })),
    { score: last.id + 1e12, value: '{"id":"1","screenname":"from","value":"the future"}' },
  ])
  const { entries, cursor } = await store.read('lobby', WHOLE)
  expect(entries.map((entry) => entry.id)).toEqual([id, last.id])
  expect(cursor).toBe(last.id)
  expect(new Set(logged)).toEqual(new Set(['foreign entry skipped']))
  const next = await say(store)
  expect((await store.read('lobby', { after: last.id, limit: 9 })).entries).toMatchObject([
    { id: next.id },
  ])
})

test('a room where nobody speaks leaves no key behind', async () => {
  const redis = await startRedis()
  const client = await clientOf(redis.url)
  const store = await openRedis(redis.url, { messages: 100, days: 1 }, silent)
  const once = { key: 'k', print: 'p' }
  const pace = { client: 'c', perMinute: 1 }
  const { id } = (await store.append('lobby', SAYING, { once, pace })) as { id: number }
  const day = 86_400
  const holds = {
    'chat:{lobby}:log': day,
    'chat:{lobby}:state': 2 * day,
    [onceKey(id)]: 3 * day,
    'chat:{lobby}:pace:c': 60,
  }
  for (const [key, seconds] of Object.entries(holds)) {
    const left = await client.ttl(key)
    expect(left).toBeGreaterThan(seconds - 30)
    expect(left).toBeLessThanOrEqual(seconds)
  }
})

test('a key counts for 24 hours, over midnight and where the clock of Redis goes back, and then makes room', async () => {
  const redis = await startRedis()
  const client = await clientOf(redis.url)
  const store = await openRedis(redis.url, KEEP, silent)
  const append = (key: string) => store.append('lobby', SAYING, { once: { key, print: 'p' } })
  const now = Date.now() * 1000
  /** What is kept of a key since it was used so many seconds ago. */
  const use = async (key: string, seconds: number) => {
    const id = now - seconds * 1e6
    await client.hSet(onceKey(id), { day: dayOf(id), [key]: `${id} p` })
    return { id, print: 'p' }
  }
  const [day, minute] = [86_400, 60]

  const young = await use('young', day - minute)
  await use('old', day + minute)
  for (const key of ['older', 'oldest']) await use(key, 2 * day)
  expect(await append('young')).toEqual(young)
  for (const key of ['old', 'older']) {
    const again = await append(key)
    expect(again).not.toHaveProperty('print')
    expect(await append(key)).toMatchObject({ ...again, print: 'p' })
  }
  const kept = await client.hKeys(onceKey(now))
  expect(kept.sort()).toEqual(['day', 'old', 'older', 'young'])

  for (const ahead of [1, 2]) {
    const used = await use('ahead', -ahead * day)
    await append(`a new one ${ahead}`)
    expect(await append('ahead')).toEqual(used)
  }
})

test('a room whose whole log grew too old still knows where it stood', async () => {
  const redis = await startRedis()
  const client = await clientOf(redis.url)
  const store = await openRedis(redis.url, { messages: 2, days: 1 }, silent)
  await say(store)
  const { id } = await say(store)
  await client.del('chat:{lobby}:log')
  expect(await store.read('lobby', WHOLE)).toMatchObject({ entries: [], head: id, trimmed: id })
  for (let i = 0; i < 2; i++) await say(store)
  expect((await store.read('lobby', WHOLE)).entries).toHaveLength(2)
  await client.del('chat:{lobby}:log')
  const next = await say(store)
  expect((await store.read('lobby', WHOLE)).entries).toMatchObject([{ id: next.id }])
})

test('a Redis that takes no writes is read, with what is too old, and the secret is had of it', async () => {
  const redis = await startRedis()
  const client = await clientOf(redis.url)
  const store = await openRedis(redis.url, KEEP, silent)
  const secret = await store.secret()
  for (let i = 0; i < 3; i++) await say(store)
  await store.rooms(9)
  await client.sendCommand(['REPLICAOF', '127.0.0.1', '1'])
  const trimming = await openRedis(redis.url, { messages: 1, days: 90 }, silent)
  const { entries, trimmed } = await trimming.read('lobby', WHOLE)
  expect([entries.length, trimmed]).toEqual([3, 0])
  expect(await trimming.find('lobby', entries[0]?.id ?? 0)).toMatchObject({
    found: { value: 'hello' },
  })
  expect(await trimming.rooms(9)).toMatchObject([{ room: 'lobby' }])
  expect(await trimming.secret()).toBe(secret)
  await expect(trimming.append('lobby', SAYING)).rejects.toBeInstanceOf(Unreachable)
  await client.sendCommand(['REPLICAOF', 'NO', 'ONE'])
  expect((await trimming.read('lobby', WHOLE)).entries).toHaveLength(1)
})

test("the rooms' index forgets by the clock of Redis, and a repeat mends what it lacks", async () => {
  const redis = await startRedis()
  const client = await clientOf(redis.url)
  const store = await openRedis(redis.url, { messages: 100, days: 1 }, silent)
  const once = { key: 'k', print: 'p' }
  const { id } = (await store.append('lobby', SAYING, { once })) as { id: number }
  await client.del('chat:rooms')
  await client.zAdd('chat:rooms', { score: id - 25 * 3600e6, value: 'old' })
  await store.append('lobby', SAYING, { once })
  expect(await store.rooms(9)).toEqual([{ room: 'lobby', spoken: id }])
  expect(await client.zCard('chat:rooms')).toBe(1)
})

test("the rooms' index learns of many rooms at once, and of all of them before the end", async () => {
  const redis = await startRedis()
  const client = await clientOf(redis.url)
  const store = await openRedis(redis.url, KEEP, silent)
  const rooms = Array.from({ length: 20 }, (_, i) => `room-${i}`)
  await Promise.all(rooms.map((room) => store.append(room, SAYING)))
  await eventually(async () => expect(await client.zCard('chat:rooms')).toBe(rooms.length))
  const [, calls] = /cmdstat_zadd:calls=(\d+)/.exec(await client.info('commandstats')) ?? []
  expect(Number(calls) - rooms.length).toBeWithin(1, 10)
  await say(store)
  expect(await store.rooms(1)).toMatchObject([{ room: 'lobby' }])
  const { id } = await say(store)
  await store.close()
  expect(await client.zScore('chat:rooms', 'lobby')).toBe(id)
})

test("the rooms' index is told later of what it could not be told", async () => {
  const redis = await startRedis()
  const client = await clientOf(redis.url)
  const store = await openRedis(redis.url, KEEP, silent)
  await client.set('chat:rooms', 'in the way')
  const { id } = await say(store)
  const tries = async () =>
    Number(/cmdstat_zadd:.*failed_calls=(\d+)/.exec(await client.info('commandstats'))?.[1])
  await eventually(async () => expect(await tries()).toBeGreaterThan(1))
  await client.del('chat:rooms')
  await eventually(async () => expect(await client.zScore('chat:rooms', 'lobby')).toBe(id))
  await store.close()
})

test('ids go on growing when the clock of Redis goes back', async () => {
  const redis = await startRedis()
  const client = await clientOf(redis.url)
  const store = await openRedis(redis.url, KEEP, silent)
  await store.append('lobby', SAYING)
  const ahead = (Date.now() + 3_600_000) * 1000
  await client.hSet('chat:{lobby}:state', 'head', ahead)
  expect([await store.append('lobby', SAYING), await store.append('lobby', SAYING)]).toEqual([
    { id: ahead + 1 },
    { id: ahead + 2 },
  ])
})

test('a client is held back for a minute at the most, even when the clock of Redis goes back', async () => {
  const redis = await startRedis()
  const client = await clientOf(redis.url)
  const store = await openRedis(redis.url, KEEP, silent)
  const pace = { client: 'c', perMinute: 2 }
  await client.set('chat:{lobby}:pace:c', (Date.now() + 3_600_000) * 1000)
  const { wait } = (await store.append('lobby', SAYING, { pace })) as { wait: number }
  expect(wait).toBeLessThanOrEqual(30e6)
})

test("a room's polls are kept as long as the longest of them counts, and in no more fields", async () => {
  const redis = await startRedis()
  const client = await clientOf(redis.url)
  const store = await openRedis(redis.url, KEEP, silent)
  const tell = (every: number) => store.here('lobby', [{ ago: 1, every, pages: 1 }], 0.1)
  await tell(3600)
  await tell(10)
  expect(await client.pTTL('chat:{lobby}:here')).toBeWithin(3_590_000, 3_600_001)
  for (let slots = 0; slots < 20; slots++) {
    await Bun.sleep(100)
    await tell(1.2)
  }
  expect(await client.hLen('chat:{lobby}:here')).toBeLessThan(15)
  await client.del('chat:{lobby}:here')
  await tell(1.5)
  await eventually(async () => expect(await client.exists('chat:{lobby}:here')).toBe(0))
})

test('what another program wrote among the polls, and a clock that goes back, do no lasting harm', async () => {
  const redis = await startRedis()
  const client = await clientOf(redis.url)
  const store = await openRedis(redis.url, KEEP, silent)
  const tell = (pages: number) => store.here('lobby', [{ ago: 10, every: 60, pages }], 1)
  expect(await tell(1)).toBe(1)
  const now = Math.floor(Date.now() / 1000)
  const slots = Array.from({ length: 90 }, (_, i) => [`${now - 5 + i}`, 'not ours'] as const)
  await client.hSet('chat:{lobby}:here', { foreign: 'not ours', ...Object.fromEntries(slots) })
  expect(await tell(2)).toBe(3)
  for (const [field, foreign] of [
    ['from', 'not ours'],
    ['before', 'not ours'],
    ['before', 'nan'],
    ['before', 'inf'],
    ['from', '1'],
    ['from', `${now + 3600}`],
  ] as const) {
    await client.hSet('chat:{lobby}:here', field, foreign)
    expect(await tell(4)).toBe(4)
  }
})

test('scripts that Redis forgot are loaded again', async () => {
  const redis = await startRedis()
  const client = await clientOf(redis.url)
  const store = await openRedis(redis.url, KEEP, silent)
  await store.append('lobby', SAYING)
  await client.scriptFlush()
  await Promise.all([store.append('lobby', SAYING), store.append('lobby', SAYING)])
  expect((await store.read('lobby', WHOLE)).entries).toHaveLength(3)
})

test('a Redis that hangs is unreachable, not awaited, and in use again when it goes on', async () => {
  const redis = await startRedis()
  const store = await openRedis(redis.url, KEEP, silent)
  await store.append('lobby', SAYING)
  await halt(redis.process)
  const answers = await Promise.all([
    store.read('lobby', WHOLE).catch((error) => error),
    store.append('lobby', SAYING).catch((error) => error),
    store.ready().catch((error) => error),
  ])
  for (const answer of answers) expect(answer).toBeInstanceOf(Unreachable)
  redis.process.kill('SIGCONT')
  while (await store.ready().catch((error) => error)) await Bun.sleep(50)
  expect((await store.read('lobby', WHOLE)).entries.length).toBeGreaterThan(0)
})

test('a channel that is heard too late to be waited for is left', async () => {
  const redis = await startRedis()
  const wire = await openWire(redis.url, 1500)
  const store = await openRedis(wire.url, KEEP, silent)
  const listened = () => cli(redis, 'pubsub', 'shardchannels')
  const stop = await store.watch('lobby', () => {})
  wire.set('slow')
  const late = store.watch('garden', () => {}).catch((error) => error)
  await eventually(async () => expect(listened()).toContain('{garden}'))
  expect(await late).toBeInstanceOf(Unreachable)
  wire.set('whole')
  await eventually(async () => expect(listened()).not.toContain('{garden}'))
  expect(listened()).toContain('{lobby}')
  stop()
})
