/** Whatever Redis does, under two servers on which people talk and read: nothing that was answered is lost or doubled. */
import { expect, test } from 'bun:test'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { RedisClient } from 'bun'
import { memoryOf, startPages } from '../with/crowd.ts'
import { freshFolder } from '../with/folder.ts'
import { halt } from '../with/halt.ts'
import { BEARER, KEY } from '../with/moderators.ts'
import { expectTold, kindsIn } from '../with/outages.ts'
import { cli, freePort, startRedis } from '../with/redis.ts'
import { type Server, startServer } from '../with/server.ts'
import { hasSmallDisks, smallDisk } from '../with/small-disk.ts'
import { stopwatch } from '../with/stopwatch.ts'
import { freshRoom } from '../with/stores.ts'
import { eventually } from '../with/tab.ts'
import { startTraffic, type Traffic } from '../with/traffic.ts'
import { openWire, type State } from '../with/wire.ts'

type Scene = { servers: Server[]; traffic: Traffic; room: string }

/** Two servers on one Redis, and people in a room who have begun to talk. */
async function scene(url: string): Promise<Scene> {
  const servers = await Promise.all([1, 2].map(() => startServer({ REDIS_URL: url })))
  const room = freshRoom()
  const traffic = startTraffic(
    servers.map((server) => server.url),
    room,
  )
  await traffic.goOn(20)
  return { servers, traffic, room }
}

async function end({ servers, traffic }: Scene, faults: number, what: string): Promise<void> {
  console.log(`${what}: ${faults} faults, ${await traffic.stop()}`)
  await Promise.all(servers.map((server) => server.stop()))
}

const say = (server: Server, room: string) =>
  fetch(`${server.url}/rooms/${room}/messages.json`, {
    method: 'POST',
    body: new URLSearchParams({ screenname: 'tester', value: 'once more' }),
  })

const read = async (server: Server, path: string) => (await fetch(server.url + path)).status

const isReady = async ({ url }: Server) => {
  const took = stopwatch()
  const { status } = await fetch(`${url}/readyz`)
  expect(took()).toBeLessThan(2000)
  return status === 200
}

test.concurrent.each(['everysec', 'always'])(
  'killed and started again, with its file written %s, it has all that was answered',
  async (fsync) => {
    const options = ['--appendonly', 'yes', '--appendfsync', fsync, '--dir', freshFolder()]
    const port = String(await freePort())
    let redis = await startRedis(...options, '--port', port)
    const people = await scene(redis.url)
    for (let kills = 0; kills < 3; kills++) {
      await redis.stop()
      const [server] = people.servers as [Server]
      expect(await isReady(server)).toBe(false)
      // What is known for certain may be read for a second; an outage is no empty room.
      const answer = await fetch(`${server.url}/rooms/${people.room}/messages.json`)
      const { messages } = (await answer.json()) as { messages?: object[] }
      expect([503, 200]).toContain(answer.status)
      expect(messages?.length).not.toBe(0)
      redis = await startRedis(...options, '--port', port)
      await eventually(async () => expect(await isReady(server)).toBe(true))
      await people.traffic.goOn(20)
    }
    for (const server of people.servers) expectTold(server, ['silent'], 3)
    await end(people, 3, `killed, ${fsync}`)
    await redis.stop()
  },
)

test.concurrent('stopped under two thousand open pages, it is told at once, and takes no memory', async () => {
  const redis = await startRedis('--appendonly', 'yes', '--dir', freshFolder())
  const people = await scene(redis.url)
  const [server] = people.servers as [Server]
  const pages = await startPages(server, 2000)
  await pages.polled(2000)
  const before = memoryOf(server)
  for (let stops = 0; stops < 2; stops++) {
    await halt(redis.process)
    await pages.polled(2000)
    expect(await isReady(server)).toBe(false)
    redis.process.kill('SIGCONT')
    await people.traffic.goOn(10)
  }
  expect(memoryOf(server) - before).toBeLessThan(100)
  expect(await pages.stop()).toBeLessThan(3000)
  for (const server of people.servers) expectTold(server, ['silent'], 2)
  await end(people, 2, 'stopped under 2,000 pages')
})

test.concurrent('cut off, behind a half-open connection or slow, it is missed and found again', async () => {
  const redis = await startRedis('--appendonly', 'yes', '--dir', freshFolder())
  const wire = await openWire(redis.url)
  const people = await scene(wire.url)
  const states: State[] = ['cut', 'silent', 'slow']
  for (const state of states) {
    wire.set(state)
    await (state === 'slow' ? people.traffic.goOn(10) : Bun.sleep(1500))
    wire.set('whole')
    await people.traffic.goOn(20)
  }
  await end(people, states.length, 'wire')
})

test.concurrent('so slow that each question takes a second, it keeps nobody waiting for the sum of them', async () => {
  const redis = await startRedis()
  const wire = await openWire(redis.url, 950)
  const server = await startServer({ REDIS_URL: wire.url, MODERATOR_KEY: KEY })
  wire.set('slow')
  const form = { method: 'POST', headers: BEARER }
  for (const [path, body] of [
    ['messages', 'screenname=tester&value=hello'],
    ['moderation', 'notice=hello'],
  ]) {
    const took = stopwatch()
    const url = `${server.url}/rooms/${freshRoom()}/${path}`
    const { status } = await fetch(url, { ...form, body: new URLSearchParams(body) })
    expect([200, 503]).toContain(status)
    expect(took()).toBeLessThan(3000)
  }
  await server.stop()
  await redis.stop()
})

test.concurrent('full, a replica, without its scripts or with a foreign key, it is still read', async () => {
  const redis = await startRedis('--appendonly', 'yes', '--dir', freshFolder())
  const people = await scene(redis.url)
  const [server] = people.servers as [Server]
  const newcomer = await startServer({ REDIS_URL: redis.url })
  const { room, traffic } = people
  const faults = [
    {
      kind: 'OOM',
      begin: ['config', 'set', 'maxmemory', '1'],
      end: ['config', 'set', 'maxmemory', '0'],
    },
    { kind: 'READONLY', begin: ['replicaof', '127.0.0.1', '1'], end: ['replicaof', 'no', 'one'] },
  ]
  for (const fault of faults) {
    cli(redis, ...fault.begin)
    const answer = await say(server, freshRoom())
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await answer.text()).not.toMatch(/OOM|READONLY|memory|replica|script/)
    for (const asked of [server, newcomer])
      for (const path of ['/', `/rooms/${room}`, `/rooms/${room}/messages.json?after=0`, '/readyz'])
        expect([path, await read(asked, path)]).toEqual([path, 200])
    cli(redis, ...fault.end)
    await traffic.goOn(20)
    cli(redis, 'script', 'flush')
    await traffic.goOn(20)
  }
  const foreign = freshRoom()
  cli(redis, 'set', `chat:{${foreign}}:log`, 'foreign')
  for (let i = 0; i < 3; i++) expect((await say(server, foreign)).status).toBe(503)
  expect(await read(server, `/rooms/${foreign}/messages.json`)).toBe(503)
  expect((await say(server, freshRoom())).status).toBe(201)
  expectTold(server, ['OOM', 'READONLY', 'WRONGTYPE'])
  await newcomer.stop()
  await end(people, 5, 'declining')
})

test.concurrent('while it loads its file, or takes no more connections, it is missed and found again', async () => {
  const options = ['--appendonly', 'yes', '--dir', freshFolder()]
  const port = String(await freePort())
  const redis = await startRedis(...options, '--port', port)
  const people = await scene(redis.url)
  const [server] = people.servers as [Server]
  const starting: Server[] = []
  /** Is asked of who knew Redis before, and of a server that starts meanwhile. */
  const expectOutage = async () => {
    starting.push(await startServer({ REDIS_URL: redis.url }))
    for (const asked of [server, starting.at(-1) as Server]) {
      expect(await isReady(asked)).toBe(false)
      const answers = [await say(asked, freshRoom()), await fetch(`${asked.url}/rooms/fresh`)]
      for (const answer of answers) {
        expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
        expect(await answer.text()).not.toMatch(/LOADING|dataset|clients|ERR/)
      }
    }
  }
  const expectEnd = async () => {
    for (const asked of [...people.servers, ...starting])
      await eventually(async () => expect(await isReady(asked)).toBe(true))
    await people.traffic.goOn(20)
  }

  const only = new RedisClient(redis.url)
  await only.send('CONFIG', ['SET', 'maxclients', '1'])
  // Whoever is connected stays so, until the connection is lost.
  for (const kind of ['normal', 'pubsub']) await only.send('CLIENT', ['KILL', 'TYPE', kind])
  await expectOutage()
  await only.send('CONFIG', ['SET', 'maxclients', '1000'])
  only.close()
  await expectEnd()

  // Until it is told to hurry, it takes ten milliseconds for each of these, and then sees what is asked.
  cli(redis, 'config', 'set', 'rdbcompression', 'no')
  cli(redis, 'eval', "for i = 1, 2000 do redis.call('SET', i, string.rep('x', 2048)) end", '0')
  cli(redis, 'bgrewriteaof')
  await eventually(async () =>
    expect(cli(redis, 'info', 'persistence')).toContain('aof_rewrite_in_progress:0'),
  )
  await redis.stop()
  const slowly = ['--key-load-delay', '10000', '--loading-process-events-interval-bytes', '1024']
  const loaded = startRedis(...options, '--port', port, ...slowly)
  await eventually(async () => expect(cli(redis, 'ping')).toStartWith('LOADING'))
  await expectOutage()
  cli(redis, 'config', 'set', 'key-load-delay', '0')
  await loaded
  await expectEnd()

  await Promise.all(starting.map((server) => server.stop()))
  expect(new Set(kindsIn(server))).toEqual(new Set(['silent', 'LOADING']))
  await end(people, 2, 'loading, out of connections')
})

test.concurrent.skipIf(!hasSmallDisks)(
  'with no room on its disk it is still read, and written again when there is',
  async () => {
    const disk = smallDisk()
    const redis = await startRedis('--appendonly', 'yes', '--dir', disk.folder)
    const people = await scene(redis.url)
    const [server] = people.servers as [Server]
    disk.fill()
    await eventually(async () => expect((await say(server, freshRoom())).status).toBe(503))
    for (const path of ['/', `/rooms/${people.room}/messages.json?after=0`, '/readyz'])
      expect([path, await read(server, path)]).toEqual([path, 200])
    // Redis is pinged each second, and declines that, too: nobody takes it for lost.
    await Bun.sleep(1500)
    disk.free()
    await people.traffic.goOn(20)
    for (const { logged } of people.servers) expect(logged('redis lost')).toEqual([])
    expectTold(server, ['MISCONF'])
    await end(people, 1, 'disk full')
    await redis.stop()
  },
)

test.concurrent('emptied, empty or older than it was, it is shown as it is, and readers are told', async () => {
  const folder = freshFolder()
  const port = String(await freePort())
  const options = [
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
    '--dir',
    folder,
    '--port',
    port,
  ]
  let redis = await startRedis(...options)
  const server = await startServer({ REDIS_URL: redis.url })
  const room = freshRoom()
  const cursor = async () => {
    const answer = await say(server, room)
    expect(answer.status).toBe(201)
    return ((await answer.json()) as { id: string }).id
  }
  const after = async (cursor: string) =>
    (await (await fetch(`${server.url}/rooms/${room}/messages.json?after=${cursor}`)).json()) as {
      reset: boolean
      messages: object[]
    }
  const files = join(folder, 'appendonlydir')
  const copy = join(folder, 'copy')
  const restore = async (from?: string) => {
    await redis.stop()
    rmSync(files, { recursive: true })
    if (from) cpSync(from, files, { recursive: true })
    redis = await startRedis(...options)
  }
  await cursor()
  await redis.stop()
  cpSync(files, copy, { recursive: true })
  redis = await startRedis(...options)
  const ways = [
    { lose: async () => void cli(redis, 'flushall'), left: 0 },
    { lose: () => restore(), left: 0 },
    { lose: () => restore(copy), left: 1 },
  ]
  for (const { lose, left } of ways) {
    await eventually(async () => expect(await isReady(server)).toBe(true))
    const read = await cursor()
    expect(await after(read)).toMatchObject({ reset: false, messages: [] })
    await lose()
    // What is known is true for a second; then an outage is told as one, and the loss as what it is.
    await eventually(async () => {
      const page = await after(read)
      expect(page.reset).toBe(true)
      expect(page.messages).toHaveLength(left)
    })
  }
  console.log(`lost by Redis: ${ways.length} faults, all told`)
  await server.stop()
  await redis.stop()
})

test.concurrent('without appendonly it is warned of at the start, with it not', async () => {
  for (const [options, warned] of [
    [[], true],
    [['--appendonly', 'yes', '--dir', freshFolder()], false],
  ] as const) {
    const redis = await startRedis(...options)
    const server = await startServer({ REDIS_URL: redis.url })
    const warnings = () => server.logged('redis without appendonly')
    if (warned) await eventually(async () => expect(warnings()).toHaveLength(1))
    await server.stop()
    expect(warnings()).toHaveLength(warned ? 1 : 0)
    await redis.stop()
  }
})
