/** What benchmarks are played on: a store, servers, rooms that are full, and what is written down of it. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freshFolder } from '../with/folder.ts'
import { type RedisServer, startRedis } from '../with/redis.ts'
import { type Server, startServer } from '../with/server.ts'
import type { Kind } from '../with/stores.ts'
import { cpuMicros, pollingScript, type Request } from './load.ts'
import type { Place } from './pages.ts'

const number = (name: string, usual: number) => Number(process.env[name] || usual)

/** Rounds of each measurement, seconds of one, messages in a room, open pages in the largest crowd. */
export const ROUNDS = number('ROUNDS', 5)
export const SECONDS = number('SECONDS', 2)
export const LENGTH = number('LENGTH', 10_000)
export const PAGES = number('PAGES', 15_000)

/** Seconds from poll to poll: five, and fewer where measurements are cut short. What takes intervals is cut with it. */
export const EVERY = Math.min(2.5 * SECONDS, 5)

/** What pages are told of it: whole seconds. */
export const POLL_SECONDS = Math.ceil(EVERY)

/** What Chromium sends with a poll of htmx's. */
export const BROWSER = {
  Accept: 'text/html',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  'Accept-Language': 'en-GB,en;q=0.9',
  Cookie: `chatbox=${'x'.repeat(22)}.${'y'.repeat(43)}.QW5u`,
  'HX-Current-URL': 'http://127.0.0.1:3000/rooms/lobby',
  'HX-Request': 'true',
  'HX-Request-Type': 'partial',
  'HX-Source': 'div#poller',
  'HX-Target': 'div#poller',
  Referer: 'http://127.0.0.1:3000/rooms/lobby',
  'User-Agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
}

export type Stage = {
  redis?: RedisServer
  start: (settings?: Settings) => Promise<Server>
  /** CPU time that Redis has used so far, 0 without it. */
  storeMicros: () => number
}
type Settings = Record<string, string>

/** What a store costs is what its disk costs, too. */
const onDisk = () => freshFolder(tmpdir())

/** A store of its own, Redis with its log on the disk (`everysec`), and how a server is started on it. */
export async function openStage(kind: Kind): Promise<Stage> {
  const redis =
    kind === 'redis' ? await startRedis('--appendonly', 'yes', '--dir', onDisk()) : undefined
  const store: Settings = redis
    ? { REDIS_URL: redis.url }
    : { SQLITE_PATH: join(onDisk(), 'chat.sqlite') }
  // All that is promised is switched on; limits are kept, and never reached.
  const always = {
    ...store,
    POLL_SECONDS: `${POLL_SECONDS}`,
    POSTS_PER_MINUTE: '1000000',
    READS_PER_MINUTE: '1000000',
    ROOMS_PER_HOUR: '1000000',
    MODERATOR_KEY: 'x'.repeat(32),
    KEEP_MESSAGES: '1000000',
  }
  return {
    redis,
    start: (settings) => startServer({ ...always, ...settings }),
    storeMicros: () => (redis ? cpuMicros(redis.process.pid) : 0),
  }
}

/** Says so many messages in a room; answers the cursor behind them. */
export async function fill(server: Server, room: string, length: number): Promise<string> {
  let said = 0
  const speak = async () => {
    while (said < length) {
      said += 1
      const body = new URLSearchParams({
        screenname: `Ann ${said % 7}`,
        value: `message ${said}, said in a long night`,
      })
      const answer = await fetch(`${server.url}/rooms/${room}/messages.json`, {
        method: 'POST',
        body,
      })
      if (answer.status !== 201) throw new Error(`${answer.status}: ${await answer.text()}`)
    }
  }
  await Promise.all(Array.from({ length: 50 }, speak))
  return cursorOf(server, room)
}

export async function cursorOf(server: Server, room: string): Promise<string> {
  const page = await fetch(`${server.url}/rooms/${room}/messages.json?limit=1`)
  return ((await page.json()) as { cursor: string }).cursor
}

export const roomsNamed = (count: number) => Array.from({ length: count }, (_, i) => `room-${i}`)

/** Rooms, each with the cursor at its end. */
export const cursorsOf = (server: Server, rooms: string[]) =>
  Promise.all(rooms.map(async (room): Promise<Place> => [room, await cursorOf(server, room)]))

/** An empty poll of a page that stays open. */
export const emptyPoll = (server: Server, room: string, cursor: string): Request => ({
  url: `${server.url}/rooms/${room}/messages.html?after=${cursor}&every=${POLL_SECONDS}&here=1`,
  headers: BROWSER,
  script: pollingScript(),
})

/** The id of the message before the latest 20. */
export async function beforeLatest(server: Server, room: string): Promise<string | undefined> {
  const page = await fetch(`${server.url}/rooms/${room}/messages.json?limit=21`)
  return ((await page.json()) as { messages: { id: string }[] }).messages[0]?.id
}

export const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] as number

/** Minimum, median and maximum. */
export const spread = (values: number[], digits = 2) =>
  [Math.min(...values), median(values), Math.max(...values)]
    .map((value) => value.toFixed(digits))
    .join(' ')

export function print(title: string, head: string[], rows: (string | number)[][]): void {
  const line = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`
  console.log(`\n${title}\n`)
  console.log(line(head))
  console.log(line(head.map(() => '---')))
  for (const row of rows) console.log(line(row))
}

const fileOf = (name: string) => Bun.file(`bench-${name}.json`)

/** Writes figures beside what is printed, to be read by programs, with how they were measured. */
export async function record(name: string, figures: object): Promise<void> {
  const settings = { ROUNDS, SECONDS, LENGTH, PAGES }
  await fileOf(name).write(`${JSON.stringify({ settings, figures }, null, 2)}\n`)
}

/** What was last recorded under a name. */
export async function recorded<Figures>(name: string): Promise<Figures> {
  return ((await fileOf(name).json()) as { figures: Figures }).figures
}
