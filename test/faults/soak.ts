/**
 * `npm run soak`: people talk and read while faults come at random, for SOAK_SECONDS (600). Each seed, printed at the start
 * (SEED to repeat it), makes the same faults in the same order; when exactly they hit is the machine's. What was answered
 * must be found afterwards, once.
 */
import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { freshFolder } from '../with/folder.ts'
import { halt } from '../with/halt.ts'
import { ensurePrograms } from '../with/programs.ts'
import { freePort, startRedis } from '../with/redis.ts'
import { startServer } from '../with/server.ts'
import { startTraffic, type Traffic } from '../with/traffic.ts'
import { openWire } from '../with/wire.ts'

ensurePrograms({ 'redis-server': 'redis-server' })

const SECONDS = Number(process.env.SOAK_SECONDS ?? 600)
const SEED = Number(process.env.SEED ?? crypto.getRandomValues(new Uint32Array(1))[0])
const SERVERS = 3
/** So that what is said in ten minutes can be held and compared. */
const PAUSE_MS = 50

/** A fault is done and over when it resolves. */
type Faults = Record<string, (seconds: number) => Promise<void>>

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Servers that can be killed and stopped, each started again on its port. */
async function startServers(settings: Record<string, string>) {
  const ports = await Promise.all(Array.from({ length: SERVERS }, freePort))
  const start = (port: number) => startServer({ ...settings, PORT: String(port) })
  const servers = await Promise.all(ports.map(start))
  let turn = 0
  const again = async (end: (i: number) => Promise<unknown>, seconds: number) => {
    const i = turn++ % SERVERS
    await end(i)
    await Bun.sleep(seconds * 1000)
    servers[i] = await start(ports[i] as number)
  }
  const faults: Faults = {
    'server killed': (seconds) =>
      again(async (i) => {
        servers[i]?.process.kill('SIGKILL')
        await servers[i]?.process.exited
      }, seconds),
    'server stopped': (seconds) => again(async (i) => servers[i]?.stop(), seconds),
  }
  return { urls: servers.map(({ url }) => url), faults }
}

async function onRedis(fsync: string) {
  const port = String(await freePort())
  const folder = freshFolder()
  const options = ['--appendonly', 'yes', '--appendfsync', fsync, '--dir', folder, '--port', port]
  let redis = await startRedis(...options)
  const wire = await openWire(redis.url)
  const { urls, faults } = await startServers({ REDIS_URL: wire.url })
  const cli = (...command: string[]) => {
    const { exitCode } = Bun.spawnSync(['redis-cli', '-p', port, ...command])
    expect(exitCode).toBe(0)
  }
  const during = async (seconds: number, begin: () => unknown, end: () => unknown) => {
    await begin()
    await Bun.sleep(seconds * 1000)
    await end()
  }
  const onWire = (state: 'cut' | 'silent' | 'slow') => (seconds: number) =>
    during(
      seconds,
      () => wire.set(state),
      () => wire.set('whole'),
    )
  const config = (name: string, value: string, usual: string) => (seconds: number) =>
    during(
      seconds,
      () => cli('config', 'set', name, value),
      () => cli('config', 'set', name, usual),
    )
  const start = async () => {
    redis = await startRedis(...options)
  }
  const shutDown = async () => {
    redis.process.kill('SIGTERM')
    await redis.process.exited
  }
  return {
    urls,
    faults: {
      ...faults,
      'Redis killed': (seconds) => during(seconds, () => redis.stop(), start),
      'Redis shut down': (seconds) => during(seconds, shutDown, start),
      'Redis halted': (seconds) =>
        during(
          seconds,
          () => halt(redis.process),
          () => redis.process.kill('SIGCONT'),
        ),
      'Redis full': config('maxmemory', '1', '0'),
      'Redis a replica': (seconds) =>
        during(
          seconds,
          () => cli('replicaof', '127.0.0.1', '1'),
          () => cli('replicaof', 'no', 'one'),
        ),
      'scripts flushed': async () => cli('script', 'flush'),
      'connections killed': async () => cli('client', 'kill', 'type', 'normal'),
      'subscriptions killed': async () => cli('client', 'kill', 'type', 'pubsub'),
      'wire cut': onWire('cut'),
      'wire silent': onWire('silent'),
      'wire slow': onWire('slow'),
    } satisfies Faults as Faults,
  }
}

async function onSqlite() {
  const file = join(freshFolder(), 'chat.sqlite')
  const { urls, faults } = await startServers({ SQLITE_PATH: file })
  const other = new Database(file)
  other.run('PRAGMA busy_timeout = 5000')
  return {
    urls,
    faults: {
      ...faults,
      'file locked': async (seconds) => {
        other.run('BEGIN IMMEDIATE')
        await Bun.sleep(seconds * 1000)
        other.run('ROLLBACK')
      },
    } satisfies Faults as Faults,
  }
}

/** One fault after another, until the time is over; answers how often each came. */
async function inject(faults: Faults, traffic: Traffic, random: () => number) {
  const counts = new Map<string, number>()
  const names = Object.keys(faults)
  const end = performance.now() + SECONDS * 1000
  while (performance.now() < end) {
    const name = names[Math.floor(random() * names.length)] as string
    await faults[name]?.(0.2 + 3 * random())
    counts.set(name, (counts.get(name) ?? 0) + 1)
    // It recovers by itself, each time.
    await traffic.goOn(5)
    await Bun.sleep(1000 * random())
  }
  return [...counts].sort(([a], [b]) => a.localeCompare(b))
}

test.concurrent.each([
  ['Redis, everysec', () => onRedis('everysec')],
  ['Redis, always', () => onRedis('always')],
  ['SQLite', onSqlite],
] as const)('%s', async (name, open) => {
  console.log(`${name}: ${SECONDS} seconds, SEED=${SEED}`)
  const { urls, faults } = await open()
  const traffic = startTraffic(urls, 'soak', PAUSE_MS)
  const counts = await inject(faults, traffic, randomFrom(SEED))
  const told = await traffic.stop()
  console.log(`${name}: ${counts.map(([fault, count]) => `${count} × ${fault}`).join(', ')}`)
  console.log(`${name}: ${told}`)
})
