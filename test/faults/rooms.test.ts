/** What becomes of rooms in the long run, and of those in whose keys another program writes. */
import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
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
