/** What people and scripts do in a room, in the words they would use for it. */
import { type Entry, type Id, LAST_ID, type Message } from './message.ts'
import { Refusal } from './refusal.ts'
import type { Store, Stretch } from './store.ts'
import { cleanScreenname, cleanValue } from './text.ts'

/** The name of a room: letters a to z, digits and inner hyphens, 1 to 64 of them. */
export const ROOM = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/

/** What a reader gets: messages ascending, and what became of those they had. */
export type Page = {
  room: string
  messages: Message[]
  /** Messages that this reader had and that read differently now. */
  revised: Message[]
  removed: Id[]
  /** Follow from here. */
  cursor: Id
  /** More waits: newer entries for a reader who follows, older messages for one who goes back. */
  more: boolean
  /** Entries newer than the reader's cursor were trimmed away unseen. */
  missed: boolean
  /** The room never gave out this cursor; this is its latest page instead. */
  reset: boolean
  /** The oldest message here, where older ones may stand before it. */
  older?: Id
}

export type Chat = ReturnType<typeof openChat>

/** What somebody wants to say; `client` tells who, as far as their network does. */
export type Words = { screenname: string; value: string; key?: string; client?: string }

/** `messageLength`: the most graphemes in a message. `perMinute`: the most messages of one client in a room. */
export type Limits = { messageLength: number; perMinute: number }

/** The verbs over one store. */
export function openChat(store: Store, { messageLength, perMinute }: Limits) {
  return {
    /**
     * Says something and answers the message. With a `key`, says it once in 24 hours: the repeat gets the
     * first answer, whatever became of the message since, and another text under the same key is refused.
     * A `client` who says too much is refused, with the seconds to wait.
     */
    async say(room: string, { screenname, value, key, client }: Words): Promise<Message> {
      const saying = {
        screenname: cleanScreenname(screenname),
        value: cleanValue(value, messageLength),
      }
      const once = key
        ? { key: printOf(key), print: printOf(saying.screenname, saying.value) }
        : undefined
      const pace = client && perMinute > 0 ? { client: printOf(client), perMinute } : undefined
      const receipt = await store.append(room, saying, { once, pace })
      if ('wait' in receipt) throw tooOften(Math.ceil(receipt.wait / 1e6))
      if ('print' in receipt && receipt.print !== once?.print)
        throw new Refusal('key', 'Something else was already said with this key: it posts once.')
      return { id: receipt.id, ...saying }
    },

    /** Puts a new value in a message's place; everyone who had it learns of it. */
    async revise(room: string, id: Id, value: string): Promise<void> {
      const cleaned = cleanValue(value, messageLength)
      if (!(await store.revise(room, id, cleaned))) await this.one(room, id)
    },

    /** Takes a message out of the room; everyone who had it learns of it. */
    async remove(room: string, id: Id): Promise<void> {
      if (!(await store.remove(room, id))) await this.one(room, id)
    },

    /** The newest messages of a room. */
    async latest(room: string, limit: number): Promise<Page> {
      const stretch = await store.read(room, { before: LAST_ID, limit })
      return { ...backwards(room, stretch), more: false, cursor: stretch.head }
    },

    /** The messages just older than `id`. */
    async earlier(room: string, id: Id, limit: number): Promise<Page> {
      const page = backwards(room, await store.read(room, { before: id, limit }))
      return { ...page, cursor: page.messages.at(-1)?.id ?? 0 }
    },

    /** The newest messages among those said in the last `seconds`, by the store's clock. */
    async since(room: string, seconds: number, limit: number): Promise<Page> {
      const stretch = await store.read(room, { before: LAST_ID, limit })
      const { head, now } = stretch
      const entries = stretch.entries.filter((entry) => entry.id > now - seconds * 1e6)
      const more = stretch.more || entries.length < stretch.entries.length
      const page = backwards(room, { ...stretch, entries, more })
      const older = page.older ?? (more ? head + 1 : undefined)
      return { ...page, more: false, cursor: head, older }
    },

    /** The oldest entries newer than the cursor: a reader who goes on from each answer's own misses nothing. */
    async follow(room: string, cursor: Id, limit: number): Promise<Page> {
      const stretch = await store.read(room, { after: cursor, limit })
      if (isForeign(cursor, stretch)) return { ...(await this.latest(room, limit)), reset: true }
      const messages = messagesIn(stretch)
      return {
        room,
        messages,
        revised: stretch.entries.flatMap((entry) => passed(entry, cursor)),
        removed: stretch.entries.flatMap((entry) => ('removed' in entry ? entry.removed : [])),
        cursor: stretch.cursor,
        more: stretch.more,
        missed: stretch.trimmed > cursor,
        reset: false,
        older: cursor > 0 ? messages[0]?.id : undefined,
      }
    },

    /** One message as it stands; refused as `missing` or `gone`. */
    async one(room: string, id: Id): Promise<Message> {
      const found = await store.find(room, id)
      if (found === 'removed') throw new Refusal('gone', 'This message was removed.')
      if (!found)
        throw new Refusal('missing', 'There is no such message, or it is too old to be kept.')
      return found
    },

    /** The rooms lately spoken in, the latest first. */
    rooms: (limit: number) => store.rooms(limit),

    /** Resolves where the store answers. */
    ready: () => store.ready(),
  }
}

function tooOften(seconds: number): Refusal {
  const unit = seconds === 1 ? 'second' : 'seconds'
  return new Refusal('often', `That is too much at once. Please wait ${seconds} ${unit}.`, seconds)
}

/** A cursor that the room never gave out: its data was lost, or an older copy of it restored. */
function isForeign(cursor: Id, { born, head }: Stretch): boolean {
  return cursor > head || (cursor > 0 && cursor < born)
}

const messagesIn = ({ entries }: Stretch): Message[] =>
  entries.flatMap((entry) => ('said' in entry ? entry.said : []))

function backwards(room: string, stretch: Stretch): Page {
  const messages = messagesIn(stretch)
  return {
    room,
    messages,
    revised: [],
    removed: [],
    cursor: stretch.cursor,
    more: stretch.more,
    missed: false,
    reset: false,
    older: stretch.more ? messages[0]?.id : undefined,
  }
}

/** A revision of what the reader has not reached yet is no news: the message itself will come as it stands. */
function passed(entry: Entry, cursor: Id): Message[] {
  return 'revised' in entry && entry.revised.id <= cursor ? [entry.revised] : []
}

/** Tells texts apart without keeping them. */
function printOf(...texts: string[]): string {
  return new Bun.CryptoHasher('sha256').update(JSON.stringify(texts)).digest('base64url')
}
