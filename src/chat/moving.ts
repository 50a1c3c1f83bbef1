/** Rooms taken out of one store and put into another, entry by entry: a cursor that a reader holds goes on there. */
import type { Entry, Id, Message } from './message.ts'
import type { Stand, Store, Stretch } from './store.ts'

/** Entries that are read or put in one step, which holds up everybody else for some milliseconds. */
const AT_ONCE = 500

/** Where a room stands, and the id of the last message said, by which rooms are listed. */
export type Standing = Stand & { spoken: Id }

/** Every entry of a room, a stretch at a time, and where it stood at each; what comes meanwhile is at the end. */
export async function* wholeRoom(store: Store, room: string): AsyncGenerator<Stretch> {
  for (let after = 0; ; ) {
    const stretch = await store.read(room, { after, limit: AT_ONCE })
    yield stretch
    if (!stretch.more) return
    after = stretch.cursor
  }
}

/** The room has something else than what was to be put into it. */
export class Diverged extends Error {}

/**
 * Puts a room into the store, entries ascending; what it has already of them is compared, so that one that was cut short
 * is gone on with. Throws `Diverged` where the room has anything else.
 */
export async function openRestoring(store: Store, room: string) {
  const present = await store.stand(room)
  let { head } = present
  /** Up to where it is the same as what is there. */
  let compared = 0
  /** How many entries it has of those that were to be put. */
  let there = 0
  /** Ascending, and not yet put. */
  let waiting: Entry[] = []

  async function put(standing: Standing, end: Id): Promise<void> {
    if (present.born !== 0 && present.born !== standing.born) throw new Diverged()
    const known = waiting.filter(({ id }) => id <= present.head)
    const entries = waiting.slice(known.length)
    waiting = []
    if (known.length > 0) await compare(known, standing)
    there += known.length
    if (end <= head) return
    const news = { ...standing, previous: head, head: end, entries }
    if (!(await store.restore(room, news))) throw new Diverged()
    head = end
    there += entries.length
  }

  /** The room must have the same as far as these go, or have gone on from there. */
  async function compare(known: Entry[], { trimmed }: Standing): Promise<void> {
    const last = known.at(-1)?.id ?? 0
    const found = await between(Math.max(compared, trimmed), last)
    for (const entry of known) {
      const isThere = Bun.deepEquals(found.get(entry.id), entry)
      if (!isThere && entry.id > present.trimmed && !(await isPast(entry))) throw new Diverged()
      found.delete(entry.id)
    }
    if (found.size > 0) throw new Diverged()
    compared = last
  }

  async function between(first: Id, last: Id): Promise<Map<Id, Entry>> {
    const found = new Map<Id, Entry>()
    for (let after = first; after < last; ) {
      const { entries, cursor, more } = await store.read(room, { after, limit: AT_ONCE })
      for (const entry of entries) if (entry.id <= last) found.set(entry.id, entry)
      after = more ? cursor : last
    }
    return found
  }

  /** Whether the message was revised or removed in the room since. */
  async function isPast(entry: Entry): Promise<boolean> {
    // What holds is set anew in place of what held.
    if ('rules' in entry) return true
    if ('removed' in entry || 'cleared' in entry) return false
    const message: Message = 'said' in entry ? entry.said : entry.revised
    const { found } = await store.find(room, message.id)
    if (found === 'removed') return true
    return (found?.revised ?? 0) > (message.revised ?? 0) && found?.author === message.author
  }

  return {
    /** How many of the entries are there. */
    there: () => there,

    /** The room's next entry; it is there when those that are put together with it are. */
    async add(standing: Standing, entry: Entry): Promise<void> {
      waiting.push(entry)
      if (waiting.length === AT_ONCE) await put(standing, entry.id)
    },

    /** Puts the rest; the room stands then as it stood where it comes from. */
    end: (standing: Standing) => put(standing, Math.max(standing.head, waiting.at(-1)?.id ?? 0)),
  }
}
