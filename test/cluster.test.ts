/** A real Redis Cluster under two servers: what becomes of a room when its primary goes. */
import { expect, test } from 'bun:test'
import { openChat } from '../src/chat/chat.ts'
import { openRedis } from '../src/store/redis.ts'
import { startCluster } from './with/cluster.ts'
import { command } from './with/commands.ts'
import { halt } from './with/halt.ts'
import { cli } from './with/redis.ts'
import { startServer } from './with/server.ts'
import { freshRoom, silent } from './with/stores.ts'
import { eventually } from './with/tab.ts'
import { startTraffic } from './with/traffic.ts'

const cluster = await startCluster()
const settings = { REDIS_URL: cluster.url, WAIT: '1' }
const servers = await Promise.all([startServer(settings), startServer(settings)])
const urls = servers.map(({ url }) => url)

const says = async (room: string, value: string) =>
  fetch(`${urls[0]}/rooms/${room}/messages.json`, {
    method: 'POST',
    headers: { 'idempotency-key': value },
    body: new URLSearchParams({ screenname: 'tester', value }),
  })

test('rooms lie on all primaries, and each is read on each server', async () => {
  const rooms = Array.from({ length: 12 }, freshRoom)
  for (const room of rooms) expect((await says(room, 'hello')).status).toBe(201)
  const shards = await Promise.all(rooms.map((room) => cluster.shardOf(`chat:{${room}}:log`)))
  expect(new Set(shards.map(({ primary }) => primary.url)).size).toBe(3)
  for (const url of urls) {
    for (const room of rooms) {
      const page = await (await fetch(`${url}/rooms/${room}/messages.json`)).json()
      expect(page).toMatchObject({ messages: [{ value: 'hello' }] })
    }
    const front = await fetch(url, { headers: { accept: 'application/json' } })
    const listed = ((await front.json()) as { rooms: { room: string }[] }).rooms
    expect(listed.map(({ room }) => room)).toEqual(rooms.toReversed())
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
  }
})

test('rooms are taken out and put in again, wherever they lie', async () => {
  const rooms = Array.from({ length: 12 }, freshRoom)
  for (const room of rooms) expect((await says(room, 'hello')).status).toBe(201)
  const keep = { messages: 100, days: 1 }
  const store = await openRedis(cluster.url, keep, silent)
  for (const room of rooms) {
    const { printed } = await command(store, ['export', room])
    const there = printed.replaceAll(room, `${room}-there`)
    expect((await command(store, ['import'], there)).declined).toBeUndefined()
    expect((await command(store, ['export', `${room}-there`])).printed).toBe(there)
  }
  await store.close()
})

test('one server leads, and all know what it notes, wherever that lies', async () => {
  const keep = { messages: 100, days: 1 }
  const stores = [
    await openRedis(cluster.url, keep, silent),
    await openRedis(cluster.url, keep, silent),
  ]
  const [one, other] = stores as [(typeof stores)[0], (typeof stores)[0]]
  expect(await one.lead('a', 60, { x: '1' })).toBe(true)
  expect(await other.lead('b', 60, { x: '2' })).toBe(false)
  expect(Object.fromEntries(await other.notes())).toEqual({ x: '1' })
  for (const store of stores) await store.close()
})

test('moderators do all they do, wherever a room lies', async () => {
  const keep = { messages: 100, days: 1 }
  const store = await openRedis(cluster.url, keep, silent)
  const { say, moderating } = openChat(store, { messageLength: 100, perMinute: 0 })
  const author = 'a'.repeat(26)
  const words = { screenname: 'Ann', value: 'hello', author, network: 'home' }
  for (const room of Array.from({ length: 6 }, freshRoom)) {
    const { message } = await say(room, words)
    await moderating.rule(room, { slowSeconds: 60, isReadOnly: false, notice: 'slow' }, 'key')
    await say(room, words)
    expect(say(room, words)).rejects.toThrow('slow')
    await moderating.mute(room, message.id, 60, 'key')
    expect(say(room, { ...words, author: 'b'.repeat(26) })).rejects.toThrow('muted')
    expect(await moderating.sweep(room, message.id, 'key')).toBe(2)
    await moderating.unmute(room, author, 'key')
    await moderating.clear(room, 'key')
    const { mutes, records } = await moderating.look(room, Number.MAX_SAFE_INTEGER, 10)
    expect(mutes).toEqual([])
    const done = ['clear', 'unmute', 'sweep', 'mute', 'rule']
    expect(records.map(({ did }) => did as string)).toEqual(done)
  }
  await moderating.attempt('somebody', 1)
  expect(moderating.attempt('somebody', 1)).rejects.toThrow('often')
  await store.close()
})

test('a primary that is killed takes nothing along that was answered, and nobody skips, doubles or hangs', async () => {
  const room = freshRoom()
  const { primary, replicas } = await cluster.shardOf(`chat:{${room}}:log`)
  expect(replicas).toHaveLength(1)
  const traffic = startTraffic(urls, room)
  await traffic.goOn(100)
  primary.process.kill('SIGKILL')
  await eventually(async () =>
    expect((await cluster.shardOf(`chat:{${room}}:log`)).primary.url).toBe(
      replicas[0]?.url as string,
    ),
  )
  // The new primary has no replica of its own until the old one comes back as one.
  await cluster.restart(primary)
  await traffic.goOn(100)
  console.log(`primary killed: 1 fault, ${await traffic.stop()}`)
})

test('a room that is moved to another node is read on there, and heard of from there', async () => {
  const room = freshRoom()
  const traffic = startTraffic(urls, room)
  await traffic.goOn(50)
  const node = await cluster.move(`chat:{${room}}:log`)
  await traffic.goOn(50)
  await eventually(async () => expect(cli(node, 'pubsub', 'shardchannels')).toContain(`{${room}}`))
  console.log(`slot moved: 1 fault, ${await traffic.stop()}`)
})

test('where fewer replicas have it than shall, nothing is answered as said, and a repeat is said once', async () => {
  const room = freshRoom()
  expect((await says(room, 'with a replica')).status).toBe(201)
  const { replicas } = await cluster.shardOf(`chat:{${room}}:log`)
  for (const replica of replicas) await halt(replica.process)
  for (let i = 0; i < 2; i++) {
    const refused = await says(room, 'without')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
  }
  for (const replica of replicas) replica.process.kill('SIGCONT')
  await eventually(async () => expect((await says(room, 'without')).status).toBe(201))
  const page = await (await fetch(`${urls[1]}/rooms/${room}/messages.json`)).json()
  expect(page).toMatchObject({ messages: [{ value: 'with a replica' }, { value: 'without' }] })
})
