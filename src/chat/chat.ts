/** What people and scripts do in a room, in the words they would use for it. */
import { isAgain, refuseManyLinks } from './abuse.ts'
import { inTime } from './in-time.ts'
import { type Entry, type Id, kindOf, LAST_ID, type Message } from './message.ts'
import { openModerating } from './moderating.ts'
import type { Rules } from './moderation.ts'
import { type Names, openNames } from './names.ts'
import { present, Refusal } from './refusal.ts'
import type { Denial, Range, Store, Stretch } from './store.ts'
import { openTails, type Tail } from './tail.ts'
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
  /** What moderators decided for the room; undefined where none ever did. */
  rules?: Rules
  /** Whether that changed since the cursor. */
  ruled: boolean
  /** Whether a moderator cleared the room since the cursor: what stood before is gone. */
  cleared: boolean
  /** The oldest message here, where older ones may stand before it. */
  older?: Id
}

export type Chat = ReturnType<typeof openChat>

/** What somebody wants to say; `author` tells who, as far as their browser does, `client` as far as their network. */
export type Words = {
  screenname: string
  value: string
  key?: string
  author?: string
  client?: string
  /** A hash of `client` that is another each day, where moderators may need it. */
  network?: string
  isBot?: boolean
  isVerified?: boolean
  isModerator?: boolean
  /** Whether they came only just now. */
  isNewcomer?: boolean
}

export type Correction = Pick<Words, 'value' | 'author' | 'client' | 'network' | 'isModerator'>

/** How much a client may say: of `most` messages a minute `left` now, and all of them again in so many `seconds`. */
export type Quota = { most: number; left: number; seconds: number }

/** What was said, under a key now or before, and how much more may be said where that is limited. */
export type Said = { message: Message; isRepeat: boolean; quota?: Quota }

/** For so long after it was said, a message can be corrected or removed by its author. */
const CHANGE_MICROSECONDS = 10 * 60 * 1e6

/**
 * `messageLength`: the most graphemes in a message. `perMinute`: the most messages of one client in a room; with 0, nobody
 * is held back, nor kept from repeating themselves or from bringing links.
 * `roomsPerHour`: the most rooms that one client may be the first to speak in; 0, the default, for no limit.
 * `tailBytes`: how much memory the ends of rooms that are read may take, about. `names`: which are for moderators, and how
 * names that look alike are known.
 */
export type Limits = {
  messageLength: number
  perMinute: number
  roomsPerHour?: number
  tailBytes?: number
  names?: Partial<Names>
}

/** The verbs over one store. */
export function openChat(
  store: Store,
  { messageLength, perMinute, roomsPerHour = 0, tailBytes = 64 * 2 ** 20, names: given }: Limits,
) {
  const names = openNames(given)
  const tails = openTails(store, tailBytes)
  const pages = new WeakMap<Stretch, Page>()

  /** What need not be asked of the store. */
  function known(room: string, range: Range): Stretch | undefined {
    const tail = tails.known(room)
    if (!tail?.isFresh() || ('after' in range && range.after > tail.head)) return undefined
    return tail.stretch(range)
  }

  async function read(room: string, range: Range): Promise<Stretch> {
    const tail = await tails.at(room, 'after' in range ? range.after : 0)
    const known = tail.stretch(range)
    if (known) return known
    const stretch = await store.read(room, range)
    // All who come see it; of what is older, each may ask for something else.
    if ('before' in range && range.before === LAST_ID) tail.keep(range, stretch)
    return stretch
  }

  /** The end of a room, to compare a message with. What is said does not wait for it long, nor fail without it. */
  async function lately(room: string): Promise<Tail | undefined> {
    const tail = tails.known(room)
    if (tail?.isFresh()) return tail
    return inTime(LATELY_MS, () => tails.at(room, 0)).catch(() => undefined)
  }

  const paceOf = (client?: string) =>
    client && perMinute > 0 ? { client: printOf(client), perMinute } : undefined

  function refusalOf(denial: Denial): Refusal {
    if ('denied' in denial) return new Refusal({ reason: denial.denied })
    if ('slow' in denial) return new Refusal({ reason: 'slow', wait: secondsIn(denial.slow) })
    return new Refusal({ reason: 'often', wait: secondsIn(denial.wait), most: perMinute })
  }

  /** A `Refusal` for who was the first to speak in too many rooms. */
  async function mayOpen(client: string): Promise<void> {
    if (roomsPerHour === 0) return
    const who = printOf('rooms', client)
    const held = await store.attempt(who, { most: roomsPerHour, seconds: 3600 })
    if (held) throw new Refusal({ reason: 'rooms', wait: secondsIn(held.wait) })
  }

  /** What is made of one stretch is the same page each time. */
  function once(stretch: Stretch, make: () => Page): Page {
    const page = pages.get(stretch) ?? make()
    pages.set(stretch, page)
    return page
  }

  return {
    /**
     * Says something and answers the message. With a `key`, says it once in 24 hours: the repeat gets the
     * first answer, whatever became of the message since, and another text under the same key is refused.
     * A `client` who says too much is refused, with the seconds to wait.
     */
    async say(
      room: string,
      { key, author, client, network, isBot, isVerified, isModerator, isNewcomer, ...text }: Words,
    ): Promise<Said> {
      const screenname = cleanScreenname(text.screenname)
      if (!isModerator && (await names.isReserved(screenname)))
        throw new Refusal({ reason: 'reserved' })
      const value = cleanValue(text.value, messageLength)
      const isHeld = perMinute > 0 && !(isBot || isModerator)
      if (isHeld && isNewcomer) refuseManyLinks(value)
      const tail = await lately(room)
      if (tail?.head === 0 && client && !isModerator) await mayOpen(client)
      const recent = tail?.newest(REMEMBERED) ?? []
      const resembles = await names.imitated(screenname, author, recent)
      const saying = {
        screenname,
        value,
        ...(isBot && { isBot }),
        ...(isVerified && { isVerified }),
        ...(isModerator && { isModerator }),
        ...(resembles && { resembles }),
      }
      const print = printOf(screenname, value)
      const first = firstText({ ...saying, author })
      const once = key ? { key: printOf(key), print: `${print} ${first}` } : undefined
      const receipt = await store.append(
        room,
        { ...saying, author },
        {
          once,
          pace: paceOf(client),
          speaker: { author, network, hasLeave: isModerator },
          isAgain: isHeld && isAgain({ value, author }, recent[0], tail?.now ?? 0),
        },
      )
      if (!('id' in receipt)) throw refusalOf(receipt)
      const { id } = receipt
      if (!('print' in receipt)) {
        const { owed } = receipt
        const quota = owed === undefined ? undefined : quotaOf(owed, perMinute)
        return { message: { id, ...saying, author }, isRepeat: false, quota }
      }
      const [firstPrint, ...rest] = receipt.print.split(' ')
      if (firstPrint !== print) throw new Refusal({ reason: 'key' })
      return { message: { id, screenname, value, ...firstIn(rest) }, isRepeat: true }
    },

    /**
     * Puts a new value in the place of the author's own message; everyone who had it learns of it. It is paced as a
     * message is; the value that it has already changes nothing.
     */
    async revise(room: string, id: Id, words: Correction): Promise<Message> {
      const message = await this.own(room, id, words.author)
      const value = cleanValue(words.value, messageLength)
      if (value === message.value) return message
      const { author, network, isModerator } = words
      const became = await store.revise(room, id, value, {
        pace: paceOf(words.client),
        speaker: { author, network, hasLeave: isModerator },
      })
      if (typeof became === 'object') throw refusalOf(became)
      return this.one(room, id)
    },

    /** Takes the author's own message out of the room; everyone who had it learns of it. */
    async remove(room: string, id: Id, author?: string): Promise<void> {
      await this.own(room, id, author)
      if (!(await store.remove(room, id))) await this.one(room, id)
    },

    /** A message that this author may still change; refused as `foreign` or `late` where they may not. */
    async own(room: string, id: Id, author?: string): Promise<Message> {
      const { found, now } = await store.find(room, id)
      const message = present(found)
      if (isOpen(message, now, author)) return message
      throw new Refusal({ reason: author && author === message.author ? 'late' : 'foreign' })
    },

    /** The newest messages of a room; at once where they are known. */
    latest(room: string, limit: number): Page | Promise<Page> {
      const range = { before: LAST_ID, limit }
      const page = (stretch: Stretch) =>
        once(stretch, () => ({ ...backwards(room, stretch), more: false, cursor: stretch.head }))
      const stretch = known(room, range)
      return stretch ? page(stretch) : read(room, range).then(page)
    },

    /** The messages just older than `id`. */
    async earlier(room: string, id: Id, limit: number): Promise<Page> {
      const page = backwards(room, await read(room, { before: id, limit }))
      return { ...page, cursor: page.messages.at(-1)?.id ?? 0 }
    },

    /** The newest messages among those said in the last `seconds`, by the store's clock. */
    async since(room: string, seconds: number, limit: number): Promise<Page> {
      const tail = await tails.at(room, 0)
      const range = { before: LAST_ID, limit }
      const stretch = tail.stretch(range) ?? (await store.read(room, range))
      const { head } = stretch
      const { now } = tail
      const entries = stretch.entries.filter((entry) => entry.id > now - seconds * 1e6)
      const more = stretch.more || entries.length < stretch.entries.length
      const page = backwards(room, { ...stretch, entries, more })
      const older = page.older ?? (more ? head + 1 : undefined)
      return { ...page, more: false, cursor: head, older }
    },

    /** The oldest entries newer than the cursor: a reader who goes on from each answer's own misses nothing. */
    async follow(room: string, cursor: Id, limit: number): Promise<Page> {
      const stretch = await read(room, { after: cursor, limit })
      if (isForeign(cursor, stretch)) return { ...(await this.latest(room, limit)), reset: true }
      return once(stretch, () => forwards(room, stretch, cursor))
    },

    /** As `follow`; where nothing is newer, as soon as something is, or as it is at the signal. */
    async next(room: string, cursor: Id, limit: number, signal: AbortSignal): Promise<Page> {
      for (let from = cursor; ; ) {
        const page = await this.follow(room, from, limit)
        if (signal.aborted || !isNothing(page)) return page
        from = page.cursor
        await tails.beyond(room, from, signal)
      }
    },

    /** What came to a room after the cursor, in its order; where nothing did, as soon as something does, or at the signal. */
    async entries(room: string, cursor: Id, limit: number, signal: AbortSignal): Promise<Stretch> {
      for (;;) {
        const stretch = await read(room, { after: cursor, limit })
        // A cursor that is the head has nothing new behind it, nothing trimmed before it, and is the room's own.
        if (signal.aborted || stretch.cursor !== cursor) return stretch
        await tails.beyond(room, cursor, signal)
      }
    },

    /** As `follow`, where that is known without asking the store. */
    known(room: string, cursor: Id, limit: number): Page | undefined {
      const stretch = known(room, { after: cursor, limit })
      if (!stretch || isForeign(cursor, stretch)) return undefined
      return once(stretch, () => forwards(room, stretch, cursor))
    },

    /** Whether nothing is newer than the cursor, where that is known without asking the store. */
    isEnd(room: string, cursor: Id): boolean {
      const tail = tails.known(room)
      return tail?.head === cursor && tail.isFresh()
    },

    /** Seconds since something last came to a room that is read, by the store's clock; 0 where nothing is known. */
    quiet: (room: string) => tails.known(room)?.quiet ?? 0,

    /**
     * A message with those around it, up to `limit` on each side, oldest first, and whether this author may
     * change it; refused as `missing` or `gone`.
     */
    async around(room: string, id: Id, limit: number, author?: string) {
      const [{ found, now }, before, after] = await Promise.all([
        store.find(room, id),
        this.earlier(room, id, limit),
        // Among what follows are changes, too: with room for them, messages are found behind them.
        this.follow(room, id, 10 * limit),
      ])
      const message = present(found)
      const next = after.messages.slice(0, limit)
      const page: Page = {
        ...after,
        messages: [...before.messages, message, ...next],
        cursor: next.at(-1)?.id ?? id,
        more: after.more || next.length < after.messages.length,
        older: before.older,
      }
      return { message, page, isOpen: isOpen(message, now, author) }
    },

    /** One message as it stands; refused as `missing` or `gone`. */
    async one(room: string, id: Id): Promise<Message> {
      return present((await store.find(room, id)).found)
    },

    /** One message as it stands; undefined where it stands no more. */
    async stands(room: string, id: Id): Promise<Message | undefined> {
      const { found } = await store.find(room, id)
      return found === 'removed' ? undefined : found
    },

    /** The rooms lately spoken in, the latest first. */
    rooms: (limit: number) => store.rooms(limit),

    /** How many rooms are read, and how many readers wait in them. */
    reading: () => tails.count(),

    /** What moderators do here. */
    moderating: openModerating(store),

    /** What all servers on this store share, and nobody else knows. */
    secret: () => store.secret(),

    /** Resolves where the store answers. */
    ready: () => store.ready(),
  }
}

/** Whether a page tells its reader nothing. */
export const isNothing = (page: Page): boolean =>
  page.messages.length + page.revised.length + page.removed.length === 0 &&
  !(page.more || page.missed || page.reset || page.ruled || page.cleared)

function isOpen({ id, author }: Message, now: Id, asker?: string): boolean {
  return author !== undefined && author === asker && now - id <= CHANGE_MICROSECONDS
}

/** The newest messages of a room whose names a new one is compared with. */
const REMEMBERED = 50

/** With what the store is then given to say it, nobody waits for three seconds. */
const LATELY_MS = 800

const secondsIn = (microseconds: number) => Math.ceil(microseconds / 1e6)

type First = Omit<Message, 'id' | 'screenname' | 'value' | 'revised'>

/** What a key remembers of a message beside its text, in words without spaces. */
const firstText = ({ author = '', resembles = '', ...kinds }: First) =>
  `${author} ${kindOf(kinds) ?? ''} ${encodeURIComponent(resembles)}`

function firstIn([author, kind, resembles]: string[]): First {
  return {
    author: author || undefined,
    ...(kind === 'bot' && { isBot: true }),
    ...(kind === 'verified' && { isVerified: true }),
    ...(kind === 'moderator' && { isModerator: true }),
    ...(resembles && { resembles: decodeURIComponent(resembles) }),
  }
}

const MINUTE = 60e6

function quotaOf(owed: number, most: number): Quota {
  // What a message takes is rounded up to a microsecond.
  const left = Math.floor(((MINUTE - owed) * most) / MINUTE + 0.001)
  return { most, left, seconds: Math.ceil(owed / 1e6) }
}

/** A cursor that the room never gave out: its data was lost, or an older copy of it restored. */
function isForeign(cursor: Id, { born, head }: Stretch): boolean {
  return cursor > head || (cursor > 0 && cursor < born)
}

const messagesIn = ({ entries }: Stretch): Message[] =>
  entries.flatMap((entry) => ('said' in entry ? entry.said : []))

function forwards(room: string, stretch: Stretch, cursor: Id): Page {
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
    rules: stretch.rules,
    ruled: stretch.entries.some((entry) => 'rules' in entry),
    cleared: cursor > 0 && stretch.entries.some((entry) => 'cleared' in entry),
    older: cursor > 0 ? messages[0]?.id : undefined,
  }
}

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
    rules: stretch.rules,
    ruled: false,
    cleared: false,
    older: stretch.more ? messages[0]?.id : undefined,
  }
}

/** A revision of what the reader has not reached yet is no news: the message itself will come as it stands. */
function passed(entry: Entry, cursor: Id): Message[] {
  return 'revised' in entry && entry.revised.id <= cursor ? [entry.revised] : []
}

/** Tells texts apart without keeping them. */
function printOf(...texts: string[]): string {
  return Bun.CryptoHasher.hash('sha256', JSON.stringify(texts), 'base64url')
}
