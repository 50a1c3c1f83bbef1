/** How many pages are open in a room, whatever server each polls: the store adds up what all tell it of their polls. */
import type { Polls, Store } from './store.ts'

/** Polls of a room that come within about so much of a slot are told as so many at their mean time. */
const MOMENT = 0.05

/** A room is known so many slots longer than its last poll holds, for the next ones may go to other servers. */
const LINGER_SLOTS = 12

/** Rooms that are counted at a time: whoever polls rooms at random fills no memory and no store. */
const MOST_ROOMS = 10_000

type Room = {
  /** How many are open, as the store last answered. */
  pages: number
  /** What the store was not told yet. */
  untold: { at: number; every: number; pages: number }[]
  /** When the last of its polls holds no longer. */
  end: number
  /** When the store was last told of it. */
  told: number
}

export type Presence = ReturnType<typeof openPresence>

/**
 * Counts over one store. `slotSeconds` is how fine time is counted, the same on all servers, and how long polls of a room
 * are gathered before the store is told of them.
 */
export function openPresence(store: Store, { slotSeconds = 2.5 } = {}) {
  const rooms = new Map<string, Room>()
  let willSweep = false

  const clock = () => performance.now() / 1000

  /** Tells what waits where no further poll came, and forgets rooms that nobody polls. */
  function sweep() {
    willSweep = false
    const now = clock()
    for (const [name, room] of rooms)
      if (room.untold.length > 0) tell(name, room, now)
      else if (now > room.end + LINGER_SLOTS * slotSeconds) rooms.delete(name)
    if (rooms.size > 0) sweepLater()
  }

  function sweepLater() {
    if (!willSweep) setTimeout(sweep, slotSeconds * 1000).unref()
    willSweep = true
  }

  function enter(name: string): Room {
    const room = { pages: 0, untold: [], end: 0, told: Number.NEGATIVE_INFINITY }
    rooms.set(name, room)
    return room
  }

  /** Where the store fails, what it last said stays, and these polls count nowhere: the next ones will. */
  async function tell(name: string, room: Room, now: number): Promise<void> {
    const polls = room.untold.map(
      ({ at, every, pages }): Polls => ({ ago: now - at, every, pages }),
    )
    room.untold = []
    room.told = now
    try {
      room.pages = await store.here(name, polls, slotSeconds)
    } catch {
      // Who looks after the store has said so.
    }
  }

  return {
    /**
     * An open page polled, and will again in `every` seconds. Answers how many are open as last known, 0 where nothing
     * is; the store is told in the background, at once in a room that nobody polled lately.
     */
    poll(name: string, every: number): number {
      const now = clock()
      const known = rooms.get(name)
      if (!known && rooms.size >= MOST_ROOMS) return 0
      const room = known ?? enter(name)
      const last = room.untold.at(-1)
      if (last?.every === every && now - last.at < MOMENT * slotSeconds)
        last.at += (now - last.at) / ++last.pages
      else room.untold.push({ at: now, every, pages: 1 })
      room.end = Math.max(room.end, now + every)
      if (now - room.told >= slotSeconds) tell(name, room, now)
      sweepLater()
      return room.pages
    },

    /** How many pages are open as last known; 0 where none polls this server. */
    known: (name: string): number => rooms.get(name)?.pages ?? 0,

    /** How many pages are open in all rooms that are polled here, as last known. */
    get all(): number {
      const now = clock()
      return [...rooms.values()].reduce((sum, { pages, end }) => sum + (end > now ? pages : 0), 0)
    },
  }
}
