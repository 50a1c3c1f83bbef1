/**
 * The end of each room that is read, kept in the process: most polls are answered without the store. A tail hears of
 * each entry from the store as it comes, and asks where the room stands when it last did so too long ago.
 */
import { inTime } from './in-time.ts'
import type { Entry, Id, Message } from './message.ts'
import type { Rules } from './moderation.ts'
import type { News, Range, Stand, Store, Stretch } from './store.ts'

/** Entries that a tail begins with; it grows to twice as many before it is cut. */
const LENGTH = 256
/** Answers that are kept until something changes. */
const ANSWERS = 100
/** A quiet room is trimmed by being read, so that is done so often. */
const WHOLE_MS = 60_000
const IDLE_MS = 60_000
const SWEEP_MS = 10_000
/** Several questions may be needed; whoever asks is not made to wait for all of them on a store that is slow. */
const CATCH_UP_MS = 1800
/** So often it is asked, while somebody waits, whether something came that nobody told of: mostly without the store. */
const WATCH_MS = 100

/** What they cost in memory, about. */
const ROOM_BYTES = 4000
const ENTRY_BYTES = 1000
const CHARACTER_BYTES = 8

/** The tails of one store's rooms: `bytes` at the most in all, about. A room that nobody reads for a minute is forgotten. */
export function openTails(store: Store, bytes: number) {
  const tails = new Map<string, Tail>()
  let total = 0

  function forget(room: string, tail: Tail) {
    tails.delete(room)
    total -= tail.bytes
    tail.close()
  }

  /** Makes room, and some more, by forgetting those that were read the longest ago. */
  function weigh(change: number) {
    total += change
    if (total <= bytes) return
    const oldest = [...tails].sort(([, a], [, b]) => a.used - b.used)
    for (const [room, tail] of oldest) if (total > 0.9 * bytes && tails.size > 1) forget(room, tail)
  }

  setInterval(() => {
    const idle = performance.now() - IDLE_MS
    for (const [room, tail] of tails) if (tail.used < idle) forget(room, tail)
  }, SWEEP_MS).unref()

  let watch: NodeJS.Timeout | undefined

  /** Looks after rooms that somebody waits in. */
  function look() {
    const awaited = [...tails.values()].filter(({ waiting }) => waiting > 0)
    // Where the store cannot be reached, it will be, or who waits is told at the end of their time.
    for (const tail of awaited) tail.catchUp(0).catch(() => {})
    if (awaited.length > 0) return
    clearInterval(watch)
    watch = undefined
  }

  function enter(room: string): Tail {
    const tail = new Tail(store, room, weigh)
    tails.set(room, tail)
    weigh(ROOM_BYTES)
    return tail
  }

  return {
    /** The tail of a room that is as far as the store, and at least as far as the cursor where the room ever was. */
    async at(room: string, cursor: Id): Promise<Tail> {
      const tail = tails.get(room) ?? enter(room)
      await tail.catchUp(cursor)
      return tail
    },

    /** How many rooms are kept, and how many readers wait in them. */
    count: () => ({
      rooms: tails.size,
      waiting: [...tails.values()].reduce((sum, { waiting }) => sum + waiting, 0),
    }),

    /** The tail of a room, where it is kept. */
    known: (room: string) => tails.get(room),

    /** Resolves when the room may hold what is newer than the cursor, or at the signal. */
    async beyond(room: string, cursor: Id, signal: AbortSignal): Promise<void> {
      const tail = tails.get(room)
      if (!tail || tail.head > cursor || signal.aborted) return
      watch ??= setInterval(look, WATCH_MS)
      await tail.change(signal)
    },
  }
}

export class Tail {
  /** When it was last read, by `performance.now()`. */
  used = performance.now()
  /** What it takes in memory, about. */
  bytes = ROOM_BYTES
  /** Ascending: all that stand in the room after `#from`. */
  #entries: Entry[] = []
  #from: Id = 0
  #stand: Stand = { born: 0, head: 0, trimmed: 0 }
  #rules?: Rules
  /** By how many microseconds the store's clock is ahead of `performance.now()`. */
  #ahead = 0
  /** When it was last known to be whole, and when it was last read as a whole. */
  #confirmed = Number.NEGATIVE_INFINITY
  #read = Number.NEGATIVE_INFINITY
  /** How often something may have been missed. */
  #doubts = 0
  #asking?: Promise<void>
  /** What is heard while the store is asked. */
  #heard?: News[]
  #isListening = false
  #stop?: () => void
  #isClosed = false
  readonly #answers = new Map<string, Stretch>()
  readonly #awaiting = new Set<() => void>()

  constructor(
    private readonly store: Store,
    private readonly room: string,
    private readonly weigh: (change: number) => void,
  ) {}

  get head(): Id {
    return this.#stand.head
  }

  /** The store's own clock, as far as it is known. */
  get now(): Id {
    return Math.max(this.head, Math.floor(performance.now() * 1000 + this.#ahead))
  }

  /** Seconds since something last came to the room; 0 where nothing ever did. */
  get quiet(): number {
    return this.head > 0 ? (this.now - this.head) / 1e6 : 0
  }

  /** How many readers wait for a change. */
  get waiting(): number {
    return this.#awaiting.size
  }

  /** Resolves when something comes, when nothing more will come to this tail, or at the signal. */
  change(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const end = () => {
      this.#awaiting.delete(end)
      signal.removeEventListener('abort', end)
      resolve()
    }
    this.#awaiting.add(end)
    signal.addEventListener('abort', end)
    return promise
  }

  /** Whether the room is known to be as it is here. */
  isFresh(): boolean {
    this.used = performance.now()
    return this.used - this.#read < WHOLE_MS && this.store.isFresh(this.#confirmed)
  }

  async catchUp(cursor: Id): Promise<void> {
    if (this.isFresh() && cursor <= this.head) return
    await inTime(CATCH_UP_MS, async () => {
      await this.#askOnce()
      // What was under way may have been asked before another server gave this cursor.
      if (cursor > this.head) await this.#askOnce()
    })
  }

  /** As `Store.read`, the same object as long as nothing changes; undefined for what stands before the tail. */
  stretch(range: Range): Stretch | undefined {
    const known = this.#answers.get(nameOf(range))
    if (known) return known
    const answer = 'after' in range ? this.#after(range) : this.#before(range)
    if (answer) this.keep(range, answer)
    return answer
  }

  /** Keeps an answer, which may be the store's own, until something changes. */
  keep(range: Range, answer: Stretch): void {
    if (answer.head !== this.head || this.#answers.size >= ANSWERS) return
    this.#answers.set(nameOf(range), answer)
    this.#weigh(this.bytes + bytesOf(answer.entries))
  }

  /** The newest messages that are known here, so many at the most, the newest first. */
  newest(most: number): Message[] {
    const messages: Message[] = []
    for (let i = this.#entries.length - 1; i >= 0 && messages.length < most; i--) {
      const entry = this.#entries[i]
      if (entry && 'said' in entry) messages.push(entry.said)
    }
    return messages
  }

  close(): void {
    this.#isClosed = true
    this.#stopListening()
    this.#wake()
  }

  #after({ after, limit }: { after: Id; limit: number }): Stretch | undefined {
    if (after < this.#from) return undefined
    const { trimmed, head } = this.#stand
    const waiting = this.#entries.filter(
      (entry) => entry.id > after && !('revised' in entry && entry.revised.id <= trimmed),
    )
    const entries = waiting.slice(0, limit)
    const more = waiting.length > limit
    const cursor = (more && entries.at(-1)?.id) || head
    return { ...this.#stand, now: this.now, rules: this.#rules, entries, more, cursor }
  }

  #before({ before, limit }: { before: Id; limit: number }): Stretch | undefined {
    const messages = this.#entries.filter((entry) => 'said' in entry && entry.id < before)
    const more = messages.length > limit
    if (!more && this.#from > 0) return undefined
    const entries = messages.slice(Math.max(0, messages.length - limit))
    return { ...this.#stand, now: this.now, rules: this.#rules, entries, more, cursor: this.head }
  }

  /** All who come while the store is asked wait for the same answer. */
  #askOnce(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  async #ask(): Promise<void> {
    // What is told between the answer and the beginning of listening would be missed.
    const hears = this.#stop !== undefined
    if (!hears) this.#listen()
    const asked = performance.now()
    const doubts = this.#doubts
    const heard: News[] = []
    this.#heard = heard
    try {
      if (!(await this.#isWhole(asked))) await this.#catchUp(asked)
    } finally {
      this.#heard = undefined
      // It came, though the store may not have answered.
      for (const news of heard) this.#take(news)
    }
    // Where nothing is heard, or was not all the time, the store is asked each time.
    if (hears && this.#stop && doubts === this.#doubts) this.#confirmed = asked
  }

  async #listen(): Promise<void> {
    if (this.#isListening || this.#isClosed) return
    this.#isListening = true
    try {
      const stop = await this.store.watch(this.room, (news) => this.#hear(news))
      if (this.#isClosed) stop()
      else this.#stop = stop
    } catch {
      // Tried again with the next question.
      this.#isListening = false
    }
  }

  #stopListening(): void {
    this.#stop?.()
    this.#stop = undefined
    this.#isListening = false
    this.#confirmed = Number.NEGATIVE_INFINITY
  }

  async #isWhole(asked: number): Promise<boolean> {
    if (asked - this.#read > WHOLE_MS) return false
    const { born, head, trimmed } = await this.store.stand(this.room)
    const known = this.#stand
    return born === known.born && head === known.head && trimmed === known.trimmed
  }

  /** Reads what came since; or all of it anew, where that is too much, too long ago, or not what it was. */
  async #catchUp(asked: number): Promise<void> {
    const { born, head } = this.#stand
    if (head > 0 && asked - this.#read < WHOLE_MS) {
      const news = await this.store.read(this.room, { after: head, limit: LENGTH })
      if (!news.more && news.born === born && news.head >= head) {
        // The entry of those that hold may be gone already.
        this.#rules = news.rules
        return this.#extend(news)
      }
    }
    const stretch = await this.store.read(this.room, { tail: LENGTH })
    this.#ahead = stretch.now - performance.now() * 1000
    this.#read = asked
    this.#entries = []
    this.#rules = stretch.rules
    this.#from = stretch.more ? (stretch.entries[0]?.id ?? stretch.head) - 1 : 0
    this.#extend(stretch)
  }

  #hear(news?: News): void {
    if (!news) {
      this.#stopListening()
      // Where it comes from may be another Redis now, or an older copy: all is read anew.
      this.#read = Number.NEGATIVE_INFINITY
      this.#doubt()
    } else if (this.#heard) this.#heard.push(news)
    else this.#take(news)
  }

  /** What comes late or twice changes nothing; after a hole nothing is sure. */
  #take(news: News): void {
    if (news.head <= this.head) return
    const isNext =
      news.previous === this.head && (this.head === 0 || news.born === this.#stand.born)
    if (isNext) this.#extend(news)
    else this.#doubt()
  }

  #doubt(): void {
    this.#doubts += 1
    this.#confirmed = Number.NEGATIVE_INFINITY
  }

  #extend({ entries, born, head, trimmed }: Stand & { entries: Entry[] }): void {
    for (const entry of entries) this.#add(entry)
    this.#stand = { born, head, trimmed }
    const excess = this.#entries.length > 2 * LENGTH ? this.#entries.length - LENGTH : 0
    const gone = this.#entries.findLastIndex(({ id }) => id <= trimmed) + 1
    for (const { id } of this.#entries.splice(0, Math.max(excess, gone)))
      if (id > trimmed) this.#from = id
    this.#answers.clear()
    this.#wake()
    this.#weigh(ROOM_BYTES + bytesOf(this.#entries))
  }

  /** A change takes the place of what stood there, and of the change before it; so do rules. */
  #add(entry: Entry): void {
    if ('rules' in entry) {
      this.#rules = entry.rules
      this.#entries = this.#entries.filter((old) => !('rules' in old))
    } else if ('revised' in entry || 'removed' in entry) {
      const about = 'revised' in entry ? entry.revised.id : entry.removed
      this.#entries = this.#entries.flatMap((old) => {
        if ('revised' in old && old.revised.id === about) return []
        if (!('said' in old) || old.id !== about) return old
        return 'revised' in entry ? { id: about, said: entry.revised } : []
      })
    }
    this.#entries.push(entry)
  }

  #wake(): void {
    for (const end of this.#awaiting) end()
  }

  #weigh(bytes: number): void {
    if (this.#isClosed) return
    const change = bytes - this.bytes
    this.bytes = bytes
    this.weigh(change)
  }
}

const nameOf = (range: Range) =>
  'after' in range ? `${range.after} ${range.limit}` : `before ${range.before} ${range.limit}`

/** What entries cost in memory, about, with all that views keep of them. */
function bytesOf(entries: Entry[]): number {
  const characters = entries.reduce((sum, entry) => {
    if ('said' in entry) return sum + entry.said.value.length
    return 'revised' in entry ? sum + entry.revised.value.length : sum
  }, 0)
  return entries.length * ENTRY_BYTES + characters * CHARACTER_BYTES
}
