/** Plays pages that poll, one by one, and the queues in which their polls wait: at each process, and at each Redis. */
import { type Costs, countedShare, FRESH_SECONDS, type Scene, SLOT_SECONDS } from './model.ts'

/** Of a core: what processes used, the busiest of them, and the busiest node of Redis; milliseconds to an answer. */
export type Played = { server: number; busiest: number; store: number; median: number; p99: number }

/** Time goes on in steps, in which events are put in order; what is asked of Redis takes longer than one there and back. */
const STEP = 0.00025
const WAY = 0.0005
const SLOT_STEPS = SLOT_SECONDS / STEP
/** By so much a page polls late at the most, as timers of browsers do. */
const LATE = 0.1

/** One that works off what comes, in order. Times in seconds. */
class Queue {
  busy = 0
  #free = 0

  /** Answers when it is done. */
  work(at: number, micros: number, wake: number): number {
    const took = (micros + (this.#free < at ? wake : 0)) / 1e6
    this.#free = Math.max(at, this.#free) + took
    this.busy += took
    return this.#free
  }
}

/** Everybody polls for so many intervals, after one that is not counted. */
export function play(scene: Scene, costs: Costs, intervals: number): Played {
  const { pages, rooms, every, messages, processes, byRoom, nodes } = scene
  const servers = Array.from({ length: processes }, () => new Queue())
  const stores = Array.from({ length: nodes }, () => new Queue())
  const steps = Math.ceil((every + 2 * LATE) / STEP)
  /** The first event of each step, and behind each event of a page the next in the same step. */
  const first = new Int32Array(steps).fill(-1)
  const next = new Int32Array(pages)
  const due = new Float64Array(pages)
  const sent = new Float64Array(pages)
  /** When what they read last was said. */
  const cursors = new Float64Array(pages)
  const asksStore = new Uint8Array(pages)
  const server = Int32Array.from(due, (_, page) =>
    byRoom ? mixed(page % rooms) % processes : Math.random() * processes,
  )
  const saidIn = new Float64Array(rooms)
  const places = rooms * (byRoom ? 1 : processes)
  const confirmed = new Float32Array(places).fill(Number.NEGATIVE_INFINITY)
  const told = new Float32Array(places).fill(Number.NEGATIVE_INFINITY)
  const untold = servers.map(() => new Map<number, number>())
  const sweeps = servers.map(() => Math.floor((Math.random() * SLOT_SECONDS) / STEP))
  /** The answers that each process made in each room since the last message there. */
  const made = new Map<number, { end: number; cursors: Set<number> }>()
  const counted = countedShare(scene) * rooms
  const waits: number[] = []

  function plan(page: number, at: number) {
    const step = Math.floor(at / STEP) % steps
    due[page] = at
    next[page] = first[step] as number
    first[step] = page
  }

  function say(at: number) {
    const room = Math.floor(Math.random() * rooms)
    saidIn[room] = at
    const { post, hear, wake } = costs
    const process = byRoom ? mixed(room) % processes : Math.floor(Math.random() * processes)
    const author = servers[process] as Queue
    const hearing = byRoom ? [author] : servers
    author.work(at, post.server, 2 * wake.server)
    stores[room % nodes]?.work(at, post.store + hearing.length * hear.store, wake.store)
    for (const one of hearing) one.work(at, hear.server, wake.server)
  }

  function tell(place: number, room: number, process: number, at: number) {
    told[place] = at
    servers[process]?.work(at, costs.count.server, costs.wake.server)
    stores[room % nodes]?.work(at, costs.count.store, costs.wake.store)
  }

  /** A process tells of a poll at once, or else of all rooms together when its next slot begins. */
  function count(place: number, room: number, process: number, at: number) {
    if (at - (told[place] as number) >= SLOT_SECONDS) tell(place, room, process, at)
    else untold[process]?.set(place, room)
  }

  function sweep(process: number, at: number) {
    for (const [place, room] of untold[process] ?? []) tell(place, room, process, at)
    untold[process]?.clear()
  }

  /** Whether nobody else was told the same: what came after this cursor, since the last message. */
  function isFirst(place: number, cursor: number, end: number): boolean {
    const known = made.get(place)
    if (known?.end === end) return known.cursors.size < known.cursors.add(cursor).size
    made.set(place, { end, cursors: new Set([cursor]) })
    return true
  }

  function answered(page: number, at: number) {
    if ((sent[page] as number) >= every) waits.push(at - (sent[page] as number))
    const late = Math.random() * LATE
    plan(page, Math.max((sent[page] as number) + every + late, at + STEP))
  }

  function happens(page: number) {
    const at = due[page] as number
    const room = page % rooms
    const process = server[page] as number
    const asked = servers[process] as Queue
    const { poll, news, make, look, wake } = costs
    if (asksStore[page]) {
      asksStore[page] = 0
      return answered(page, asked.work(at, look.server, wake.server))
    }
    const place = byRoom ? room : room * processes + process
    const store = stores[room % nodes] as Queue
    const end = saidIn[room] as number
    let micros = poll.server
    if (end > (cursors[page] as number)) {
      micros = news.server
      if (isFirst(place, cursors[page] as number, end)) micros += make.server
    }
    const done = asked.work(at, micros, wake.server)
    sent[page] = at
    cursors[page] = end
    if (room < counted) count(place, room, process, at)
    if (at - (confirmed[place] as number) < FRESH_SECONDS) return answered(page, done)
    confirmed[place] = at
    asksStore[page] = 1
    plan(page, Math.max(done, store.work(at, look.store, wake.store)) + WAY)
  }

  for (let page = 0; page < pages; page++) plan(page, Math.random() * every)
  const end = Math.round(((1 + intervals) * every) / STEP)
  const begin = Math.round(every / STEP)
  let before: number[] = []
  let storeBefore: number[] = []
  for (let step = 0; step < end; step++) {
    if (step === begin) {
      before = servers.map(({ busy }) => busy)
      storeBefore = stores.map(({ busy }) => busy)
    }
    const saying = messages * STEP
    let most = Math.floor(saying) + (Math.random() < saying % 1 ? 1 : 0)
    while (most-- > 0) say(step * STEP)
    for (const [process, since] of sweeps.entries())
      if ((step - since) % SLOT_STEPS === 0) sweep(process, step * STEP)
    const now: number[] = []
    for (let page = first[step % steps] as number; page >= 0; page = next[page] as number)
      now.push(page)
    first[step % steps] = -1
    now.sort((a, b) => (due[a] as number) - (due[b] as number))
    for (const page of now)
      if ((due[page] as number) < (step + 1) * STEP) happens(page)
      else plan(page, due[page] as number)
  }
  const seconds = intervals * every
  const rest = (queues: Queue[], since: number[], resting: number) =>
    queues.map(({ busy }, i) => (busy - (since[i] as number)) / seconds + resting)
  const used = rest(servers, before, costs.rest.server)
  const ordered = Float64Array.from(waits).sort()
  const ms = (share: number) => (ordered[Math.floor(ordered.length * share)] as number) * 1000
  return {
    server: used.reduce((sum, share) => sum + share, 0) / processes,
    busiest: Math.max(...used),
    store: Math.max(...rest(stores, storeBefore, costs.rest.store)),
    median: ms(0.5),
    p99: ms(0.99),
  }
}

/** Spreads neighbours. */
const mixed = (room: number) => Math.imul(room + 1, 2654435761) >>> 8
