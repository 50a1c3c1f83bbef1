/** What the chat asks of the place where messages live; `store/` keeps it twice, on Redis and on SQLite. */
import type { Entry, Id, Message } from './message.ts'
import type { Deed, Mute, Recorded, Rules } from './moderation.ts'

export type Saying = Omit<Message, 'id' | 'revised'>

/** A key that lets a saying through once in 24 hours, and the print of what it let through. */
export type Once = { key: string; print: string }

/** Who is saying it, and how many messages a minute they may say in one room, as a token bucket holds. */
export type Pace = { client: string; perMinute: number }

/**
 * By what a mute and slow mode know who speaks. `network`: a hash of the client's address that is another each day; it
 * is kept beside the message for a day. Whoever has `leave` is held to nothing that moderators decided.
 */
export type Speaker = { author?: string; network?: string; hasLeave?: boolean }

/** `isAgain`: it is refused, unless it is only sent again under its key. */
export type Terms = { once?: Once; pace?: Pace; speaker?: Speaker; isAgain?: boolean }

/** So many in so many seconds, all at once or spread, as a token bucket holds. */
export type Allowance = { most: number; seconds: number }

/**
 * What became of a saying: its id, and the microseconds until its client's bucket is full again; or what its key was used
 * for before; or why it was not said.
 */
export type Receipt = { id: Id; owed?: number } | { id: Id; print: string } | Denial

/** Microseconds to hold back. */
export type Wait = { wait: number }
export type Denial = Wait | { slow: number } | { denied: 'muted' | 'readonly' | 'again' }

/** What a moderator does, and the mark by which the record names them. */
export type Act = { by: string; deed: Deed }

/** `after`: the oldest `limit` entries newer than the id. `before`: the newest `limit` messages older than it. */
export type Range = { after: Id; limit: number } | { before: Id; limit: number }

/** Where a room stands. */
export type Stand = {
  /** The first id the room gave, 0 where nothing was said. */
  born: Id
  /** The newest id the room gave, 0 where nothing was said. */
  head: Id
  /** The newest id that was trimmed away, 0 where nothing was. */
  trimmed: Id
}

export type Stretch = Stand & {
  /** Ascending. With `before`, messages alone. */
  entries: Entry[]
  /** Up to where `after` has now been read: the last entry's id, or the head where nothing waits. */
  cursor: Id
  /** Whether more entries wait in the direction that was read. */
  more: boolean
  /** The store's own clock, in microseconds since 1970. */
  now: Id
  /** What holds in the room; undefined where no moderator ever said. */
  rules?: Rules
}

/** What came to a room, and where the room stands since: before it came, `previous` was the head. */
export type News = Stand & { previous: Id; entries: Entry[] }

/** So many pages polled so many seconds `ago`, and each said it would again `every` seconds later: till then it is open. */
export type Polls = { ago: number; every: number; pages: number }

/** What an operator sets up, by kind. */
export type Registry = 'bots' | 'hooks' | 'webhooks'

/**
 * Every verb is one atomic step. Ids grow strictly within a room and are given by the store's clock alone;
 * an entry is readable once all before it are. Every verb rejects with `Unreachable` within 2.5 seconds
 * where the store does not answer.
 */
export type Store = {
  /** Appends and trims, unless the key was used before, the client says too much, or moderators decided otherwise. */
  append(room: string, saying: Saying, terms?: Terms): Promise<Receipt>
  /**
   * Gives a message a new value in its old place and appends the revision; false where there is no message. It counts
   * as a message of the client's.
   */
  revise(
    room: string,
    id: Id,
    value: string,
    terms?: Omit<Terms, 'once'>,
  ): Promise<boolean | Denial>
  /** Takes a message away and appends the removal; false where there is no message. A moderator's `act` is recorded. */
  remove(room: string, id: Id, act?: Act): Promise<boolean>
  /**
   * Removes what an author said among the next entries older than `before`, a few hundred of them at a time, so that
   * nobody else waits for long; `next` is where to go on. The act is recorded with the first.
   */
  sweep(
    room: string,
    author: string,
    before: Id,
    act?: Act,
  ): Promise<{ removed: number; next?: Id }>
  /** Takes away all that stands in the room, as if it had been trimmed, and appends an entry that says so. */
  clear(room: string, act: Act): Promise<void>
  /** Sets what holds in the room, and appends it in place of the last. */
  rule(room: string, rules: Rules, act: Act): Promise<void>
  /**
   * Keeps an author from speaking in the room for so many microseconds, `FOR_GOOD` for good; and for a day at the most
   * whoever comes from the network that the message `said` came from, where that is still known, and from each that the
   * author is seen on later. With 0, lets them speak again.
   */
  mute(
    room: string,
    who: { author: string; screenname: string; said?: Id },
    microseconds: number,
    act: Act,
  ): Promise<void>
  /** Who is muted in the room, and what moderators did there, the newest first: the last `KEPT_DEEDS`. */
  moderation(room: string): Promise<{ mutes: Mute[]; records: Recorded[] }>
  /** Takes one try out of somebody's; the microseconds to wait where none is left. */
  attempt(who: string, allowance: Allowance): Promise<Wait | undefined>
  /** Gives back all tries. */
  forgive(who: string): Promise<void>
  /** Notes that a session is over, until its time would have been up: in so many seconds. */
  end(session: string, seconds: number): Promise<void>
  hasEnded(session: string): Promise<boolean>
  /**
   * Puts in what came to the room elsewhere, with the ids it has there, and trims; `spoken` is the id of the last message
   * said. False, and nothing is done, where the room's head is not `previous`.
   */
  restore(room: string, news: News & { spoken: Id }): Promise<boolean>
  /** `tail`: the newest so many entries of all kinds. */
  read(room: string, range: Range | { tail: number }): Promise<Stretch>
  /** Much cheaper than reading. */
  stand(room: string): Promise<Stand>
  /**
   * Calls `hear` with what comes to the room: before it is answered where it is said through this store, and soon after
   * it where another server says it. Some of it may get lost, come twice or late. Resolves when it listens; calling what
   * it answers ends that. Where it ends by itself, `hear` is called without news.
   */
  watch(room: string, hear: (news?: News) => void): Promise<() => void>
  /** Whether a room that is watched, and stood so at this time by `performance.now()`, may be taken to stand so now. */
  isFresh(then: number): boolean
  /** One message, and the store's own clock. */
  find(room: string, id: Id): Promise<{ found: Message | 'removed' | undefined; now: Id }>
  /** The rooms lately spoken in, the latest first. */
  rooms(limit: number): Promise<{ room: string; spoken: Id }[]>
  /** A secret that all servers on this store share: made by the first who asks, the same ever after. */
  secret(): Promise<string>
  /** Keeps a text under a name; false where the name is taken. */
  register(registry: Registry, name: string, text: string): Promise<boolean>
  /** False where there is no such name. */
  unregister(registry: Registry, name: string): Promise<boolean>
  /** Each name, and the text kept under it. */
  registered(registry: Registry): Promise<Map<string, string>>
  /**
   * Takes polls of a room's open pages, and answers how many are open. Time is cut into slots, the same for all servers;
   * a poll adds to each as much of it as it covers, so a page adds up to one, whatever its interval and whoever tells of
   * its polls. The answer is the most of the last three slots, rounded: the present one still fills, and of the one before
   * not all may be told yet. So what is told within a slot is counted as though it had been told at once.
   */
  here(room: string, polls: Polls[], slotSeconds: number): Promise<number>
  /**
   * Makes a server the one that delivers to webhooks for so many seconds from now, and keeps what it notes of each; what is
   * noted as '' is forgotten. False, and nothing is done, where another server is the one.
   */
  lead(server: string, seconds: number, notes?: Record<string, string>): Promise<boolean>
  /** What was noted, by webhook. */
  notes(): Promise<Map<string, string>>
  /** Resolves where the store answers. */
  ready(): Promise<void>
  close(): Promise<void>
}

/** What a store keeps as its secret where it has none yet: 256 bits. */
export const newSecret = () =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')

/** How much of a room is kept: so many messages (and at most twice as many entries), none older than `days`. */
export type Keep = { messages: number; days: number }

/** The store did not answer, or could not do what it was asked; `cause` tells why, for the log alone. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('the store cannot be reached', { cause })
  }
}

/** One line for the operator: an event in a word or two, and its particulars. */
export type Log = (event: string, particulars: Record<string, unknown>) => void
