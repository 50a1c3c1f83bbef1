/** Webhooks of servers as they are started for real: what ends, dies and goes on, and whom they trust. */
import { describe, expect, test } from 'bun:test'
import { openRedis } from '../src/store/redis.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import { certify } from './with/certificates.ts'
import { command } from './with/commands.ts'
import { startReceiver, verify } from './with/receiver.ts'
import { startRedis } from './with/redis.ts'
import { type Server, startServer } from './with/server.ts'
import { stopwatch } from './with/stopwatch.ts'
import { freshFile, freshRoom, KINDS, silent } from './with/stores.ts'
import { eventually } from './with/tab.ts'

const KEEP = { messages: 10_000, days: 90 }

/** What servers that deliver are started with: no other test's server shall be on their store. */
async function openPlace(kind: (typeof KINDS)[number], more: Record<string, string> = {}) {
  const room = freshRoom()
  const file = freshFile()
  const redis = kind === 'redis' ? await startRedis() : undefined
  const store = redis ? await openRedis(redis.url, KEEP, silent) : openSqlite(file, KEEP)
  const where: Record<string, string> = redis ? { REDIS_URL: redis.url } : { SQLITE_PATH: file }
  return {
    room,
    start: () => startServer({ ...where, WEBHOOK_NETWORKS: '127.0.0.0/8', ...more }),
    add: async (url: string, to = room) =>
      (await command(store, ['webhook', 'add', to, url])).printed.trim(),
    list: async () => (await command(store, ['webhook', 'list'])).printed,
    say: async ({ url }: Server, value: string, to = room) => {
      const body = new URLSearchParams({ screenname: 'tester', value })
      const answer = await fetch(`${url}/rooms/${to}/messages.json`, { method: 'POST', body })
      expect(answer.status).toBe(201)
    },
  }
}

describe.concurrent.each(KINDS)('servers on %s', (kind) => {
  test('of which one is killed while it delivers lose nothing, and keep the order', async () => {
    const { room, start, add, say } = await openPlace(kind)
    const receiver = startReceiver()
    const secret = await add(receiver.url)
    const [first, values] = [await start(), Array.from({ length: 30 }, (_, i) => `${i}`)]
    await say(first, 'before')
    await eventually(async () => expect(receiver.values()).toEqual(['before']))
    const second = await start()
    for (const [i, value] of values.entries()) {
      if (i === 20) first.process.kill('SIGKILL')
      await say(second, value)
    }
    await eventually(async () => expect(receiver.values().at(-1)).toBe('29'))
    // What was taken and not yet noted when it was killed comes again, under its own id.
    const once = new Map(receiver.taken.map(({ id, data }) => [id, data.value]))
    expect([...once.values()]).toEqual(['before', ...values])
    expect(receiver.taken.length - once.size).toBeLessThanOrEqual(1)
    for (const delivery of receiver.taken) verify(secret, delivery)
    expect(receiver.taken[0]?.data.room).toBe(room)
    await second.stop()
  })

  test('that are told to end do so at once, and go on where they were when they are started again', async () => {
    const { start, add, say } = await openPlace(kind)
    const receiver = startReceiver((n) => (n === 2 ? 'nothing' : 200))
    await add(receiver.url)
    const server = await start()
    await say(server, 'one')
    await say(server, 'two')
    await say(server, 'three')
    await eventually(async () => expect(receiver.came).toHaveLength(2))
    const took = stopwatch()
    await server.stop()
    expect(took()).toBeLessThan(4000)
    const again = await start()
    await eventually(async () => expect(receiver.values()).toEqual(['one', 'two', 'three']))
    expect(receiver.came).toHaveLength(4)
    await again.stop()
  })

  test('wait some seconds before they try again, also where they were started anew meanwhile', async () => {
    const { start, add, say, list } = await openPlace(kind)
    const receiver = startReceiver((n) => (n === 1 ? 500 : 200))
    await add(receiver.url)
    const server = await start()
    await say(server, 'one')
    await eventually(async () => expect(await list()).toContain('1 try, tried again at'))
    await server.stop()
    const again = await start()
    await eventually(async () => expect(receiver.values()).toEqual(['one']))
    const [first, second] = receiver.came.map(({ at }) => at)
    expect(Number(second) - Number(first)).toBeGreaterThan(4990)
    await again.stop()
  })
})

test.concurrent('a receiver with a certificate of another name, or of nobody’s, is told nothing', async () => {
  const { authority, tls } = await certify('localhost', 'other.example')
  const { tls: strange } = await certify('localhost')
  const { start, add, say, list } = await openPlace('sqlite', {
    NODE_EXTRA_CA_CERTS: authority,
    // None of these may change whom it talks to.
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    HTTP_PROXY: 'http://127.0.0.1:9',
  })
  const [good, other, foreign] = [
    startReceiver(() => 200, { tls: tls('localhost') }),
    startReceiver(() => 200, { tls: tls('other.example') }),
    startReceiver(() => 200, { tls: strange('localhost') }),
  ]
  const rooms = ['good', 'other', 'foreign'] as const
  const server = await start()
  for (const [i, { url }] of [good, other, foreign].entries()) {
    await add(url, rooms[i])
    await say(server, 'hello', rooms[i])
  }
  await eventually(async () => expect(good.values()).toEqual(['hello']))
  await eventually(async () => {
    const told = await list()
    expect(told).toMatch(/^other .* failing .*: could not be reached: .*altnames/m)
    expect(told).toMatch(/^foreign .* failing .*: could not be reached: .*certificate/m)
    expect(told).toMatch(/^good .* working$/m)
  })
  expect([other.came, foreign.came]).toEqual([[], []])
  await server.stop()
})
