/** Measures what each step of an evening costs a server and Redis in CPU time, where one step follows another. */
import { createClient } from 'redis'
import { type Crowd, MOMENTS } from './crowd.ts'
import { cpuMicros, load, postingScript, residentBytes, roundScript } from './load.ts'
import { type Cost, type Costs, momentsOf } from './model.ts'
import type { Place } from './pages.ts'
import {
  BROWSER,
  cursorsOf,
  EVERY,
  median,
  PAGES,
  recorded,
  roomsNamed,
  SECONDS,
  type Stage,
} from './stage.ts'

const ROOMS = roomsNamed(Math.ceil((PAGES * 2) / 3))

/** How often here.lua asks Redis, each time it is run, for several fields, which is how a server asks where a room stands. */
const ASKED_IN_COUNT = 2

/** Microseconds, each time of `count`. */
type Spent = { author: number; reader: number; store: number; count: number }

/** What other benchmarks recorded: requests that fully load a server, and crowds that do not. */
type Requests = { name: string; micros: number[] }[]
type Curves = { readers: Crowd[]; rooms: Crowd[] }

/** On a store of their own; `roomBytes`: the memory of a room that is read, with its few messages. */
export async function measureCosts(stage: Stage): Promise<{ costs: Costs; roomBytes: number }> {
  const requests = await recorded<Requests>('requests-redis')
  const microsOf = (name: string) =>
    median(requests.find((request) => request.name === name)?.micros ?? [])
  const poll = microsOf('empty fragment poll')
  const news = microsOf('poll with 20 new')
  // Each page polls once a second, so that as many come to each room as are counted there: one.
  const settings = { POLL_SECONDS: '1', TAIL_MEGABYTES: '1000' }
  const author = await stage.start(settings)
  const reader = await stage.start(settings)
  let resting = { author: 0, reader: 0, store: 0 }

  /** Beside what is used while nothing is asked. */
  async function spent(work: () => Promise<number>): Promise<Spent> {
    const now = () => ({
      author: cpuMicros(author.process.pid),
      reader: cpuMicros(reader.process.pid),
      store: stage.storeMicros(),
    })
    const before = now()
    const began = performance.now()
    const count = await work()
    const micros = (performance.now() - began) * 1000
    const after = now()
    const of = (who: keyof typeof before) =>
      Math.max(0, after[who] - before[who] - resting[who] * micros) / count
    return { author: of('author'), reader: of('reader'), store: of('store'), count }
  }

  resting = await spent(async () => {
    await Bun.sleep(EVERY * 1000)
    return EVERY * 1e6
  })

  const script = postingScript(ROOMS.map((room) => `/rooms/${room}/messages.json`))
  const says = async () =>
    (await load(author.process.pid, { url: author.url, script }, 2 * SECONDS)).count
  await says()
  const unheard = await spent(says)
  const bytesBefore = residentBytes(reader.process.pid)
  const follow = await spent(async () => (await cursorsOf(reader, ROOMS)).length)
  const roomBytes = (residentBytes(reader.process.pid) - bytesBefore) / ROOMS.length
  const heard = await spent(says)

  const ends = await cursorsOf(reader, ROOMS)
  const polls = (query = '') => {
    const paths = ends.map(([room, end]) => `/rooms/${room}/messages.html?after=${end}${query}`)
    const request = { url: reader.url, headers: BROWSER, script: roundScript(paths) }
    return async () => (await load(reader.process.pid, request, 2 * SECONDS)).count
  }
  // Each asks from another moment on, before the last message: more than are kept.
  const [[room, end]] = ends as [Place]
  const moments = Array.from({ length: 1000 }, (_, i) => Number(end) - 1 - i)
  const makes = {
    url: reader.url,
    headers: BROWSER,
    script: roundScript(moments.map((at) => `/rooms/${room}/messages.html?after=${at}`)),
  }
  await load(reader.process.pid, makes, SECONDS)
  const made = await load(reader.process.pid, makes, SECONDS)
  const client = await createClient({ url: stage.redis?.url }).connect()
  const calls = async (command: string) => {
    const told = await client.info('commandstats')
    return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(told)?.[1] ?? 0)
  }
  await polls()()
  const looksBefore = await calls('hmget')
  const looking = await spent(polls())
  const looks = (await calls('hmget')) - looksBefore
  const countsBefore = await calls('evalsha')
  const counting = await spent(polls(`&every=1&here=1`))
  const counts = (await calls('evalsha')) - countsBefore
  const looksThen = (await calls('hmget')) - looksBefore - looks - ASKED_IN_COUNT * counts
  client.destroy()
  await Promise.all([author.stop(), reader.stop()])

  /** What is left of so many polls when all else is taken off, each time of `times`. */
  const restOf = ({ reader, store, count }: Spent, others: Cost, times: number): Cost => ({
    server: Math.max(0, (reader - poll) * count - others.server) / Math.max(1, times),
    store: Math.max(0, store * count - others.store) / Math.max(1, times),
  })
  const look = restOf(looking, { server: 0, store: 0 }, looks)
  const lookedThen = { server: looksThen * look.server, store: looksThen * look.store }
  const costs: Costs = {
    rest: { server: resting.author, store: resting.store },
    wake: { server: 0, store: 0 },
    poll: { server: poll, store: 0 },
    news: { server: news, store: 0 },
    make: { server: Math.max(0, made.micros - news), store: 0 },
    look,
    count: restOf(counting, lookedThen, counts),
    post: { server: unheard.author, store: unheard.store },
    hear: { server: heard.reader, store: Math.max(0, heard.store - unheard.store) },
    follow: { server: follow.reader, store: follow.store },
  }
  return { costs: { ...costs, wake: await wakeOf(costs) }, roomBytes }
}

/** From crowds that leave a process asleep most of the time: what they cost more than their polls do where they are many. */
async function wakeOf({ rest, poll, look, count }: Costs): Promise<Cost> {
  const { readers, rooms } = await recorded<Curves>('curves-redis')
  const together = readers[1] as Crowd
  const alone = rooms.at(-1) as Crowd
  const rate = ({ answered, seconds }: Crowd) => answered / seconds
  const waking = (share: number, used: number, often: number) =>
    Math.max(0, ((share - used) / (1 - share) / momentsOf(often, MOMENTS)) * 1e6)
  const atServer = rest.server + (rate(together) * poll.server) / 1e6
  const atStore = rest.store + (rate(alone) * (look.store + count.store)) / 1e6
  return {
    server: waking(together.cores, atServer, rate(together)),
    store: waking(alone.storeCores, atStore, rate(alone)) / 2,
  }
}
