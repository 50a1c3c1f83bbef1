/** How many pages are open in a room, on all servers: each counts the polls it sees, and tells the store its number. */
import type { Log, Store } from './store.ts'
import { Tally } from './tally.ts'

/** A server's word, and what it last heard of the others, hold so many slots longer than its last poll. */
const LINGER_SLOTS = 2

/** Rooms that are counted at a time: whoever polls rooms at random fills no memory and no store. */
const MOST_ROOMS = 10_000

type Room = {
  tally: Tally
  /** What the store was last told, in which slot, and until when it holds there. */
  word: { pages: number; slot: number; end: number }
  /** The pages on other servers, as the store last answered. */
  others: number
  /** Until when that counts. */
  othersEnd: number
}

export type Presence = ReturnType<typeof openPresence>

/**
 * Counts over one store, under a name that only this process has. `slotSeconds` is how fine time is counted, and
 * how often at the most the store is told of a room. Nothing runs between polls.
 */
export function openPresence(store: Store, log: Log, { slotSeconds = 5 } = {}) {
  const server = crypto.randomUUID()
  const linger = LINGER_SLOTS * slotSeconds
  const rooms = new Map<string, Room>()
  let visited = 0
  let failing = false

  const clock = () => performance.now() / 1000
  const slotOf = (now: number) => Math.floor(now / slotSeconds)
  const pagesIn = ({ tally, others, othersEnd }: Room, now: number) =>
    tally.pages(now) + (now < othersEnd ? others : 0)

  /**
   * Once a slot, at whatever room's poll: tells of rooms where the number changed without one, and forgets those
   * that nobody polls any more; the store has by then forgotten this server's word for them, too.
   */
  function visitAll(now: number) {
    visited = slotOf(now)
    for (const [name, room] of rooms)
      if (now > room.tally.end + linger) rooms.delete(name)
      else if (room.word.pages !== room.tally.pages(now)) tell(name, room, now)
  }

  function enter(name: string, now: number): Room {
    const word = { pages: 0, slot: -1, end: 0 }
    const room = { tally: new Tally(slotSeconds, now), word, others: 0, othersEnd: 0 }
    rooms.set(name, room)
    return room
  }

  /** What the store last said stays for a while where it fails; that is logged once for all polls until it works. */
  async function tell(name: string, room: Room, now: number): Promise<void> {
    const pages = room.tally.pages(now)
    const end = room.tally.end + linger
    room.word = { pages, slot: slotOf(now), end }
    try {
      room.others = (await store.here(name, server, pages, end - now)) - pages
      room.othersEnd = end
      failing = false
    } catch (error) {
      if (!failing) log('presence not told', { error })
      failing = true
    }
  }

  return {
    /**
     * An open page polled, and will again in `every` seconds. Answers how many are open as last known; the store
     * is told in the background, at once in a room that was quiet.
     */
    poll(name: string, every: number): number {
      const now = clock()
      if (slotOf(now) > visited) visitAll(now)
      if (!rooms.has(name) && rooms.size >= MOST_ROOMS) return 0
      const room = rooms.get(name) ?? enter(name, now)
      room.tally.poll(now, every)
      const { slot, end } = room.word
      if (slot < slotOf(now) || end < room.tally.end) tell(name, room, now)
      return pagesIn(room, now)
    },

    /** How many pages are open as last known; 0 where none polls this server. */
    known(name: string): number {
      const room = rooms.get(name)
      return room ? pagesIn(room, clock()) : 0
    },
  }
}
