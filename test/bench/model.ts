/** What an evening costs in CPU time, reckoned from what each step of it costs. */

/** Microseconds of CPU time at a server and at Redis. */
export type Cost = { server: number; store: number }

export type Costs = {
  /** Shares of a core that are used while nothing is asked. */
  rest: Cost
  /** To begin to work after sleep: the busier a process is, the less often it sleeps. */
  wake: Cost
  poll: Cost
  /** A poll that finds something new, of which an answer was made before. */
  news: Cost
  /** To make one. */
  make: Cost
  /** A server asks where a room stands, which it does once a second at the most. */
  look: Cost
  /** A server tells how many polled a room, once a slot at the most. */
  count: Cost
  post: Cost
  /** A server hears what was said. */
  hear: Cost
  /** A server begins to follow a room. */
  follow: Cost
}

export type Scene = {
  pages: number
  rooms: number
  /** Seconds from poll to poll. */
  every: number
  /** What is said in all rooms in a second. */
  messages: number
  processes: number
  /** Whether all pages of a room poll the same process, or any. */
  byRoom: boolean
  /** Redis's nodes, over which rooms are shared out. */
  nodes: number
  /** In how many moments of a second polls come: people's in as many as they like, a program's by its timers. */
  moments?: number
}

/** As in `src/store/redis.ts` and `src/chat/presence.ts`. */
export const FRESH_SECONDS = 1
export const SLOT_SECONDS = 2.5
export const MOST_COUNTED = 10_000

/** In how many rooms each process is asked. */
export const roomsAProcess = ({ rooms, processes, byRoom }: Scene) =>
  byRoom ? rooms / processes : rooms

/** What share of its rooms a process counts pages in. */
export const countedShare = (scene: Scene) => Math.min(1, MOST_COUNTED / roomsAProcess(scene))

/** How often in a second something comes, where it comes so often: what comes at one moment wakes nobody twice. */
export const momentsOf = (often: number, moments?: number) =>
  moments ? moments * (1 - Math.exp(-often / moments)) : often

/** The share of a core that each process uses, and each of Redis's nodes. Polls are spread evenly over time. */
export function sharesOf(scene: Scene, costs: Costs): Cost {
  const { pages, rooms, every, messages, processes, byRoom, nodes, moments } = scene
  const polls = pages / every
  const places = rooms * (byRoom ? 1 : processes)
  /** In one room at one process, in a second. */
  const rate = polls / places
  const looks = polls / (1 + rate * FRESH_SECONDS)
  const counted = (1 - Math.exp(-SLOT_SECONDS * rate)) / (SLOT_SECONDS * rate)
  const counts = polls * counted * countedShare(scene)
  // The others are told together, when a slot is over.
  const countsAtOnce = polls * Math.exp(-SLOT_SECONDS * rate) * countedShare(scene)
  const said = messages / rooms
  const news = polls * (1 - Math.exp(-said * every))
  // An answer holds from one message to the next, for all with the same cursor.
  const answers = places * said * (1 + said * every)
  const makes = answers > 0 ? answers * (1 - Math.exp(-news / answers)) : 0
  const heard = messages * (byRoom ? 1 : processes)
  const share = (of: keyof Cost, among: number, wakes: number[]) => {
    const micros =
      polls * costs.poll[of] +
      news * (costs.news[of] - costs.poll[of]) +
      makes * costs.make[of] +
      looks * costs.look[of] +
      counts * costs.count[of] +
      messages * costs.post[of] +
      heard * costs.hear[of]
    const woken = wakes.reduce((sum, often) => sum + momentsOf(often / among, moments), 0)
    const waking = (woken * costs.wake[of]) / 1e6
    // It is woken only while it sleeps: used + (1 - share) * waking.
    return (costs.rest[of] + micros / 1e6 / among + waking) / (1 + waking)
  }
  return {
    server: share('server', processes, [polls, looks, countsAtOnce, 2 * messages, heard]),
    store: share('store', nodes, [looks, countsAtOnce, messages]),
  }
}
