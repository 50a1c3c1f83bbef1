/** What becomes of rooms in the long run, and of those in whose keys another program writes. */
import { describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { memoryOf } from '../with/crowd.ts'
import { KEY, openScript } from '../with/moderators.ts'
import { cli, startRedis } from '../with/redis.ts'
import { type Server, startServer, storeSettings } from '../with/server.ts'
import { freshRoom, KINDS, type Kind } from '../with/stores.ts'
import { eventually } from '../with/tab.ts'

const say = (server: Server, room: string, key: string = crypto.randomUUID()) =>
  fetch(`${server.url}/rooms/${room}/messages.json`, {
    method: 'POST',
    headers: { 'idempotency-key': key },
    body: new URLSearchParams({ screenname: 'tester', value: key }),
  })

const status = async (server: Server, path: string) => (await fetch(server.url + path)).status

test.concurrent('a key of another kind in place of one of a room ails that room alone, until it is gone', async () => {
  const redis = await startRedis()
  const server = await startServer({ REDIS_URL: redis.url, POSTS_PER_MINUTE: '30' })
  const another = freshRoom()
  expect((await say(server, another)).status).toBe(201)
  const [pace = ''] = /pace:.*/.exec(cli(redis, 'keys', `chat:{${another}}:pace:*`)) ?? []
  const said: [part: string[], said: number, read: number][] = [
    [['log'], 503, 503],
    [['state'], 503, 503],
    [['decided'], 503, 503],
    [['once:even', 'once:odd'], 503, 200],
    [[pace], 503, 200],
    [['here'], 201, 200],
  ]
  for (const [parts, saying, reading] of said) {
    const room = freshRoom()
    for (const part of parts) cli(redis, 'sadd', `chat:{${room}}:${part}`, 'foreign')
    const answer = await say(server, room)
    expect([parts, answer.status]).toEqual([parts, saying])
    if (saying === 503) expect(await answer.json()).toMatchObject({ title: 'Service Unavailable' })
    const polls = [`/rooms/${room}`, `/rooms/${room}/messages.json`]
    for (const path of polls) expect([parts, await status(server, path)]).toEqual([parts, reading])
    await fetch(`${server.url}/rooms/${room}/messages.html?after=0&every=5&here=0`)
    expect((await say(server, another)).status).toBe(201)
    for (const part of parts) cli(redis, 'del', `chat:{${room}}:${part}`)
    await eventually(async () => {
      expect((await say(server, room)).status).toBe(201)
      expect(await status(server, `/rooms/${room}`)).toBe(200)
    })
  }
  expect(server.logged().map(({ event, kind }) => [event, kind])).toEqual([
    ['redis without appendonly', undefined],
    ['store unreachable', 'WRONGTYPE'],
  ])
  await server.stop()
  await redis.stop()
})

test.concurrent('a key of another kind in place of one of moderators ails what needs it, and nothing is half done', async () => {
  const redis = await startRedis()
  const server = await startServer({ REDIS_URL: redis.url, MODERATOR_KEY: KEY })
  const { post } = openScript((path, init) => fetch(server.url + path, init))
  /** A room in slow mode, what is done there while `part` is of another kind, and the key that it is. */
  const ailing = async (part: string) => {
    const room = freshRoom()
    const { id } = await (await say(server, room)).json()
    await post(`/rooms/${room}/moderation`, { slow: '1' })
    const key = `chat:{${room}}:${part}`
    cli(redis, 'del', key)
    cli(redis, 'sadd', key, 'foreign')
    const done = async (end: string, fields = {}) =>
      (await post(`/rooms/${room}${end}`, fields)).status
    const all = () => [
      cli(redis, 'zrange', `chat:{${room}}:log`, '0', '-1'),
      cli(redis, 'hgetall', `chat:{${room}}:state`),
      cli(redis, 'hgetall', `chat:{${room}}:decided`),
    ]
    return { room, id, key, done, all }
  }
  for (const part of ['lately', 'senders']) {
    const { room, id, key, done } = await ailing(part)
    expect([part, (await say(server, room)).status]).toEqual([part, 503])
    expect(await status(server, `/rooms/${room}`)).toBe(200)
    expect(await done(`/messages/${id}/muting`, { for: 'hour' })).toBe(
      part === 'senders' ? 503 : 204,
    )
    expect(await done('/moderation')).toBe(200)
    cli(redis, 'del', key)
    expect((await say(server, room)).status).toBe(part === 'senders' ? 201 : 403)
  }
  const { room, id, key, done, all } = await ailing('done')
  const before = all()
  const deeds: [end: string, fields?: Record<string, string>][] = [
    [`/messages/${id}/removal`],
    [`/messages/${id}/clearing`],
    [`/messages/${id}/muting`, { for: 'good' }],
    ['/moderation', { notice: 'hello' }],
    ['/clearing', { sure: 'yes' }],
  ]
  for (const [end, fields] of deeds) expect([end, await done(end, fields)]).toEqual([end, 503])
  expect(all()).toEqual(before)
  expect(await status(server, `/rooms/${room}`)).toBe(200)
  cli(redis, 'del', key)
  expect(await done(`/messages/${id}/removal`)).toBe(204)
  await server.stop()
  await redis.stop()
})

const MAIN = join(import.meta.dir, '../../src/main.ts')

/** A room of so many messages, a millisecond apart, as `export` writes it; answers the ids, too. */
function roomOf(length: number) {
  const room = freshRoom()
  const now = Date.now() * 1000
  const ids = Array.from({ length }, (_, i) => String(now - (length - i) * 1000))
  const [born, head] = [ids[0], ids.at(-1)]
  const standing = JSON.stringify({ room, spoken: head, born, head, trimmed: '0' })
  const said = ids.map((id) =>
    JSON.stringify({ id, said: { id, screenname: 'tester', value: 'hello' } }),
  )
  return { room, ids, lines: [standing, ...said, standing, ''].join('\n') }
}

type Process = { pid: number }

/** CPU time that the main threads of processes have used, in nanoseconds. */
function busyOf(processes: Process[]): number {
  const stats = processes.map(({ pid }) => readFileSync(`/proc/${pid}/schedstat`, 'utf8'))
  return stats.reduce((sum, stat) => sum + Number(stat.split(' ')[0]), 0)
}

/** What this costs the processes a time, in microseconds of CPU time. */
async function costOf(processes: Process[], ask: () => Promise<unknown>): Promise<number> {
  const before = busyOf(processes)
  for (let i = 0; i < 100; i++) await ask()
  return (busyOf(processes) - before) / 100 / 1000
}

/** What is read of a room, in the middle of it where it is long. */
const READINGS: Record<string, (id: string, last: string) => string> = {
  'the room': () => '',
  'the latest page': () => '/messages.json',
  'an empty poll': (_, last) => `/messages.json?after=${last}`,
  'what came after': (id) => `/messages.json?after=${id}`,
  'what was before': (id) => `/messages.json?before=${id}`,
  'a message': (id) => `/messages/${id}.json`,
  'no message': (id) => `/messages/${Number(id) + 1}.json`,
}

describe.each(KINDS)('on %s', (kind: Kind) => {
  test.concurrent('a room of 100,000 messages is read at the cost of one of a thousand', async () => {
    const redis = kind === 'redis' ? await startRedis() : undefined
    const store = redis ? { REDIS_URL: redis.url } : await storeSettings(kind)
    const settings = { ...store, KEEP_MESSAGES: '100000' }
    const rooms = [roomOf(1000), roomOf(100_000)] as const
    const importing = Bun.spawn([process.execPath, MAIN, 'import'], {
      env: { PATH: process.env.PATH ?? '', ...settings },
      stdin: new Blob(rooms.map(({ lines }) => lines)),
    })
    expect(await importing.exited).toBe(0)
    const server = await startServer(settings)
    const processes = [server, ...(redis ? [redis] : [])].map(({ process }) => process)
    const dear: string[] = []
    for (const [reading, pathOf] of Object.entries(READINGS)) {
      const costs: number[] = []
      // The first round warms up.
      for (const { room, ids } of [...rooms, ...rooms]) {
        const [id = '', last = ''] = [ids[ids.length / 2], ids.at(-1)]
        const url = `${server.url}/rooms/${room}${pathOf(id, last)}`
        costs.push(await costOf(processes, async () => (await fetch(url)).text()))
      }
      const [, , short = 0, long = 0] = costs
      // Whatever is looked for all through the room costs it a hundred times as much.
      if (long > 5 * short) dear.push(`${reading}: ${short} and ${long} µs`)
    }
    expect(dear).toEqual([])
    await server.stop()
    await redis?.stop()
  })
})

/** Somebody says something in a room, reads it, waits for more on a stream, polls, and goes. */
async function visit(server: Server, room: string): Promise<void> {
  expect((await say(server, room)).status).toBe(201)
  const messages = `${server.url}/rooms/${room}/messages`
  const stream = (await fetch(`${messages}.events?after=0`)).body?.getReader()
  await stream?.read()
  for (const url of [`${server.url}/rooms/${room}`, `${messages}.html?after=0&every=1&here=0`])
    expect((await fetch(url)).status).toBe(200)
  await stream?.cancel()
}

const descriptorsOf = ({ process }: Server) => readdirSync(`/proc/${process.pid}/fd`).length

/** Answers the keys that never run out. */
const FOR_EVER = `
  local found = {}
  for _, key in ipairs(redis.call('KEYS', '*')) do
    if redis.call('TTL', key) < 0 then table.insert(found, key) end
  end
  return found`

test.concurrent('a thousand rooms that come and go leave no descriptor, no key for ever, and no memory', async () => {
  const redis = await startRedis()
  const server = await startServer({
    ...{ REDIS_URL: redis.url, SECRET: 'x'.repeat(32) },
    ...{ POSTS_PER_MINUTE: '30', TAIL_MEGABYTES: '1' },
  })
  const comeAndGo = async () => {
    for (let i = 0; i < 1000; i += 20)
      await Promise.all(Array.from({ length: 20 }, () => visit(server, freshRoom())))
  }
  await comeAndGo()
  const [descriptors, memory] = [descriptorsOf(server), memoryOf(server)]
  await comeAndGo()
  await comeAndGo()
  expect(Number(cli(redis, 'dbsize'))).toBeGreaterThan(9000)
  expect(cli(redis, 'eval', FOR_EVER, '0')).toBe('chat:rooms')
  await eventually(async () => {
    // Of a thousand rooms each with a page and a stream, which may have connections of their own for a while.
    expect(descriptorsOf(server)).toBeLessThan(descriptors + 20)
    expect(memoryOf(server)).toBeLessThan(memory + 30)
    // A channel for each room whose end is kept, which are as many as its megabyte holds.
    expect(cli(redis, 'pubsub', 'shardchannels').split('\n').length).toBeLessThan(250)
  })
  await server.stop()
  await redis.stop()
})
