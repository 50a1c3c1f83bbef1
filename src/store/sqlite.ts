/**
 * Rooms in a SQLite file, for one box. What the Redis scripts do in Lua is done here in transactions that
 * hold the write lock from their first line, so several processes may share the file; the clock is the box's.
 */
import { Database, SQLiteError } from 'bun:sqlite'
import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs'
import type { Entry, Id, Message } from '../chat/message.ts'
import type { Rules } from '../chat/moderation.ts'
import {
  type Allowance,
  type Denial,
  type Keep,
  type News,
  newSecret,
  type Pace,
  type Range,
  type Receipt,
  type Saying,
  type Store,
  type Terms,
  Unreachable,
  type Wait,
} from '../chat/store.ts'
import { gathering } from './gathering.ts'
import { openChanges } from './sqlite/changes.ts'
import { openModeration } from './sqlite/moderation.ts'

const MINUTE = 60e6
const KEY_MICROSECONDS = 24 * 60 * MINUTE
/** For so long a file that another process has locked is tried again, at first at once: that holds up everybody. */
const LOCKED_MS = 1200
const AT_ONCE_MS = 20
/** Messages that go to the disk together at the most: writing so many holds up everybody else for some milliseconds. */
const MOST_AT_ONCE = 100
/** Entries that are looked through in one step for what an author said. */
const SWEPT_AT_ONCE = 500
/** No room has this name: where tries are counted that belong to none. */
const NOWHERE = '-'

// An entry is a message (kind 'said', about itself) or what became of one: 'revised' or 'removed', about its id; or what
// moderators decided: 'rules', as JSON in `value`, or 'cleared', both about nothing.
// Keys come in no order, so each is written somewhere else: their uses are kept by time, and found by a few letters,
// which stand on few pages.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS rooms (
    room TEXT PRIMARY KEY, born INTEGER NOT NULL, head INTEGER NOT NULL, trimmed INTEGER NOT NULL,
    spoken INTEGER NOT NULL, messages INTEGER NOT NULL, entries INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT;
  CREATE INDEX IF NOT EXISTS rooms_by_spoken ON rooms (spoken);
  CREATE INDEX IF NOT EXISTS rooms_by_head ON rooms (head);
  CREATE INDEX IF NOT EXISTS full_rooms_by_head ON rooms (head) WHERE entries > 0;
  CREATE TABLE IF NOT EXISTS entries (
    room TEXT NOT NULL, id INTEGER NOT NULL, kind TEXT NOT NULL, about INTEGER NOT NULL,
    screenname TEXT, value TEXT, author TEXT, revised INTEGER, bot INTEGER, verified INTEGER, moderator INTEGER,
    resembles TEXT,
    PRIMARY KEY (room, id)
  ) WITHOUT ROWID, STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS changes ON entries (room, about, kind) WHERE kind <> 'said';
  CREATE TABLE IF NOT EXISTS uses (
    id INTEGER NOT NULL, room TEXT NOT NULL, key TEXT NOT NULL, print TEXT NOT NULL,
    PRIMARY KEY (id, room)
  ) WITHOUT ROWID, STRICT;
  CREATE INDEX IF NOT EXISTS uses_by_key ON uses (substr(key, 1, 8));
  DROP TABLE IF EXISTS once;
  CREATE TABLE IF NOT EXISTS pace (
    room TEXT NOT NULL, client TEXT NOT NULL, due INTEGER NOT NULL,
    PRIMARY KEY (room, client)
  ) WITHOUT ROWID, STRICT;
  CREATE INDEX IF NOT EXISTS pace_by_due ON pace (due);
  CREATE TABLE IF NOT EXISTS secrets (secret TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS registered (
    registry TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (registry, name)
  ) WITHOUT ROWID, STRICT;
  CREATE TABLE IF NOT EXISTS leader (server TEXT NOT NULL, until INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS notes (webhook TEXT PRIMARY KEY, note TEXT NOT NULL) WITHOUT ROWID, STRICT;
  CREATE TABLE IF NOT EXISTS polls (
    room TEXT NOT NULL, until INTEGER NOT NULL, began INTEGER NOT NULL, pages INTEGER NOT NULL,
    PRIMARY KEY (room, until, began)
  ) WITHOUT ROWID, STRICT;
  CREATE INDEX IF NOT EXISTS polls_by_until ON polls (until);
`

type State = {
  born: Id
  head: Id
  trimmed: Id
  /** The id of the last message said; revisions and removals are no speaking. */
  spoken: Id
  messages: number
  entries: number
}
type Appending = { room: string; saying: Saying } & Terms
/** Who said a message, as its row has it. */
type Signs = {
  author: string | null
  bot: number | null
  verified: number | null
  moderator: number | null
  resembles: string | null
  revised: Id | null
}
type SayRow = { room: string } & Signs & Pick<Message, 'id' | 'screenname' | 'value'>
type Row = { kind: string; about: Id } & Signs & Pick<Message, 'id' | 'screenname' | 'value'>

/** Opens or creates the file at `path`; throws where it cannot be. */
export function openSqlite(path: string, keep: Keep): Store {
  const age = keep.days * 24 * 60 * 60 * 1e6
  // The file holds the secret: it is its owner's alone, and so are the files SQLite puts beside it.
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600))
  const db = new Database(path, { create: true, strict: true })
  db.run(`PRAGMA busy_timeout = ${LOCKED_MS}`)
  db.run('PRAGMA journal_mode = WAL')
  // FULL: a commit returns when the log is on the disk, so what was answered survives a power cut, too.
  // (NORMAL, usual with WAL, keeps the file sound but may forget the last commits.) It costs one fsync a post.
  db.run('PRAGMA synchronous = FULL')
  db.run(SCHEMA)
  // Files of the first releases know no authors, no bots, nobody verified and no moderators.
  for (const [column, type] of [
    ['author', 'TEXT'],
    ['bot', 'INTEGER'],
    ['verified', 'INTEGER'],
    ['moderator', 'INTEGER'],
    ['resembles', 'TEXT'],
  ] as const)
    if (!db.query('SELECT 1 FROM pragma_table_info(?) WHERE name = ?').get('entries', column))
      db.run(`ALTER TABLE entries ADD COLUMN ${column} ${type}`)

  const moderation = openModeration(db)
  db.run(`PRAGMA busy_timeout = ${AT_ONCE_MS}`)

  /** Which file this is, whatever it is called. */
  const identity = () => {
    if (path === ':memory:') return ''
    const { dev, ino } = statSync(path)
    return `${dev} ${ino}`
  }
  const opened = identity()

  /** SQLite would go on with a file that has no name any more, and all that is written to it would be lost. */
  function insist(): void {
    if (identity() !== opened) throw new Error(`${path} was replaced by another file`)
  }

  const sql = {
    state: db.query<State, [string]>(
      'SELECT born, head, trimmed, spoken, messages, entries FROM rooms WHERE room = ?',
    ),
    note: db.query<null, [string, Id, Id, Id, Id, number, number]>(
      'INSERT OR REPLACE INTO rooms VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    oldest: db.query<{ id: Id; kind: string }, [string]>(
      'SELECT id, kind FROM entries WHERE room = ? ORDER BY id LIMIT 1',
    ),
    say: db.query<null, SayRow>(
      `INSERT INTO entries (room, id, kind, about, screenname, value, author, bot, verified, moderator, resembles, revised)
       VALUES ($room, $id, 'said', $id, $screenname, $value, $author, $bot, $verified, $moderator, $resembles, $revised)`,
    ),
    change: db.query<null, [string, Id, string, Id]>(
      'INSERT INTO entries (room, id, kind, about) VALUES (?, ?, ?, ?)',
    ),
    rules: db.query<null, [string, Id, string]>(
      "INSERT INTO entries (room, id, kind, about, value) VALUES (?, ?, 'rules', 0, ?)",
    ),
    by: db.query<{ id: Id; author: string | null }, [string, Id, number]>(
      "SELECT id, CASE kind WHEN 'said' THEN author END AS author FROM entries WHERE room = ? AND id < ? ORDER BY id DESC LIMIT ?",
    ),
    forgive: db.query<null, [string, string]>('DELETE FROM pace WHERE room = ? AND client = ?'),
    revise: db.query<null, [string, Id, string, Id]>(
      "UPDATE entries SET value = ?, revised = ? WHERE room = ? AND id = ? AND kind = 'said'",
    ),
    drop: db.query<null, [string, Id]>('DELETE FROM entries WHERE room = ? AND id = ?'),
    unchange: db.query<null, [string, Id]>(
      "DELETE FROM entries WHERE room = ? AND about = ? AND kind <> 'said'",
    ),
    message: db.query<Row, [string, Id]>(
      "SELECT * FROM entries WHERE room = ? AND id = ? AND kind = 'said'",
    ),
    // Without the words of the index `changes` SQLite does not see that it serves, and goes through the whole room.
    removed: db.query<{ id: Id }, [string, Id]>(
      "SELECT id FROM entries WHERE room = ? AND about = ? AND kind = 'removed' AND kind <> 'said'",
    ),
    after: db.query<Row, [string, Id, number]>(
      'SELECT * FROM entries WHERE room = ? AND id > ? ORDER BY id LIMIT ?',
    ),
    before: db.query<Row, [string, Id, number]>(
      "SELECT * FROM entries WHERE room = ? AND id < ? AND kind = 'said' ORDER BY id DESC LIMIT ?",
    ),
    tail: db.query<Row, [string, number]>(
      'SELECT * FROM entries WHERE room = ? ORDER BY id DESC LIMIT ?',
    ),
    rooms: db.query<{ room: string; spoken: Id }, [Id, number]>(
      'SELECT room, spoken FROM rooms WHERE spoken >= ? ORDER BY spoken DESC LIMIT ?',
    ),
    quiet: db.query<{ room: string }, [Id]>(
      'SELECT room FROM rooms WHERE entries > 0 AND head < ? LIMIT 1',
    ),
    empty: db.query<null, [string]>('DELETE FROM entries WHERE room = ?'),
    emptied: db.query<null, [string]>(
      'UPDATE rooms SET trimmed = head, messages = 0, entries = 0 WHERE room = ?',
    ),
    forget: db.query<null, [Id]>('DELETE FROM rooms WHERE entries = 0 AND head < ?'),
    used: db.query<{ id: Id; print: string }, [string, string]>(
      'SELECT id, print FROM uses WHERE room = ?1 AND key = ?2 AND substr(key, 1, 8) = substr(?2, 1, 8)',
    ),
    use: db.query<null, [string, string, Id, string]>(
      'INSERT INTO uses (room, key, id, print) VALUES (?, ?, ?, ?)',
    ),
    expire: db.query<null, [Id]>('DELETE FROM uses WHERE id < ?'),
    due: db.query<{ due: Id }, [string, string]>(
      'SELECT due FROM pace WHERE room = ? AND client = ?',
    ),
    pace: db.query<null, [string, string, Id]>(
      'INSERT OR REPLACE INTO pace (room, client, due) VALUES (?, ?, ?)',
    ),
    rest: db.query<null, [Id]>('DELETE FROM pace WHERE due < ?'),
    version: db.query<{ data_version: number }, []>('PRAGMA data_version'),
    secret: db.query<{ secret: string }, []>('SELECT secret FROM secrets'),
    keep: db.query<null, [string]>('INSERT INTO secrets VALUES (?)'),
    register: db.query<null, [string, string, string]>(
      'INSERT OR IGNORE INTO registered VALUES (?, ?, ?)',
    ),
    unregister: db.query<null, [string, string]>(
      'DELETE FROM registered WHERE registry = ? AND name = ?',
    ),
    registered: db.query<{ name: string; text: string }, [string]>(
      'SELECT name, text FROM registered WHERE registry = ?',
    ),
    leader: db.query<{ server: string }, [Id]>('SELECT server FROM leader WHERE until > ?'),
    abdicate: db.query<null, []>('DELETE FROM leader'),
    lead: db.query<null, [string, Id]>('INSERT INTO leader VALUES (?, ?)'),
    keepNote: db.query<null, [string, string]>('INSERT OR REPLACE INTO notes VALUES (?, ?)'),
    dropNote: db.query<null, [string]>('DELETE FROM notes WHERE webhook = ?'),
    notes: db.query<{ webhook: string; note: string }, []>('SELECT webhook, note FROM notes'),
    poll: db.query<null, [string, Id, Id, number]>(
      `INSERT INTO polls (room, until, began, pages) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET pages = pages + excluded.pages`,
    ),
    over: db.query<null, [Id]>('DELETE FROM polls WHERE until <= ?'),
    covered: db.query<{ covered: number }, { room: string; from: Id; to: Id }>(
      `SELECT coalesce(sum(pages * (min(until, $to) - max(began, $from))), 0) AS covered
       FROM polls WHERE room = $room AND until > $from AND began < $to`,
    ),
  }

  let millisecond = 0
  let asked = 0
  /** The box's clock in microseconds. It counts milliseconds; within one, each who asks is a microsecond later. */
  function clock(): Id {
    const now = Date.now()
    asked = now === millisecond ? Math.min(asked + 1, 999) : 0
    millisecond = now
    return now * 1000 + asked
  }

  const stateOf = (room: string): State =>
    sql.state.get(room) ?? { born: 0, head: 0, trimmed: 0, spoken: 0, messages: 0, entries: 0 }
  const note = (room: string, state: State) =>
    sql.note.run(
      room,
      state.born,
      state.head,
      state.trimmed,
      state.spoken,
      state.messages,
      state.entries,
    )

  const overdue = (state: State, oldest: Id, now: Id) =>
    state.messages > keep.messages || state.entries > 2 * keep.messages || oldest < now - age

  /** Takes the oldest entries away while there are too many or they are too old; true where it took any. */
  function trim(room: string, state: State, now: Id): boolean {
    const before = state.trimmed
    let oldest = sql.oldest.get(room)
    while (oldest && overdue(state, oldest.id, now)) {
      sql.drop.run(room, oldest.id)
      state.entries -= 1
      if (oldest.kind === 'said') state.messages -= 1
      state.trimmed = oldest.id
      oldest = sql.oldest.get(room)
    }
    return state.trimmed > before
  }

  /**
   * Forgets keys of a day ago, clients who rest, the messages of a room where nobody spoke for as long as they
   * are kept (one room at a time), and rooms after as long again.
   */
  function forget(now: Id) {
    sql.expire.run(now - KEY_MICROSECONDS)
    sql.rest.run(now)
    moderation.forget(now)
    sql.forget.run(now - 2 * age)
    const quiet = sql.quiet.get(now - age)
    if (!quiet) return
    sql.empty.run(quiet.room)
    sql.emptied.run(quiet.room)
  }

  /** A token bucket, kept as one time; `redis/room.lua` tells how. */
  function taken(
    room: string,
    client: string,
    { most, seconds }: Allowance,
    now: Id,
  ): Wait | { owed: number } {
    const period = seconds * 1e6
    const full = now + period
    const known = sql.due.get(room, client)?.due ?? now
    const due = Math.min(Math.max(known, now), full) + Math.ceil(period / most)
    if (due > full) return { wait: due - full }
    sql.pace.run(room, client, due)
    return { owed: due - now }
  }

  const paced = (room: string, { client, perMinute }: Pace, now: Id) =>
    taken(room, client, { most: perMinute, seconds: 60 }, now)

  let version = 0
  let foreign = Number.NEGATIVE_INFINITY
  const isChanged = openChanges(path)
  /** Whether nobody else wrote to the file since. */
  function isFresh(then: number): boolean {
    if (isChanged()) {
      const { data_version } = sql.version.get() as { data_version: number }
      if (data_version !== version) foreign = performance.now()
      version = data_version
    }
    return then > foreign
  }

  const transaction = db.transaction((step: () => unknown) => step())
  /** Holds the write lock from its first line. */
  const writing = <T>(step: () => T) => {
    insist()
    return transaction.immediate(step) as T
  }
  /** Sees one state of the file throughout. */
  const reading = <T>(step: () => T) => transaction.deferred(step) as T

  const reached = async <T>(step: () => T): Promise<T> => {
    const began = performance.now()
    for (;;) {
      try {
        return step()
      } catch (error) {
        if (!isLocked(error) || performance.now() - began > LOCKED_MS) throw new Unreachable(error)
        // Others have their turn meanwhile.
        await Bun.sleep(AT_ONCE_MS)
      }
    }
  }

  const heard = new Map<string, (news?: News) => void>()

  /**
   * Changes to a room, within a transaction: each `write` gets the state and the next id, and answers the entry it wrote;
   * undefined from it leaves all as it was.
   */
  function change(
    room: string,
    now: Id,
    writes: ((state: State, id: Id) => Entry | undefined)[],
  ): News | undefined {
    const state = stateOf(room)
    const previous = state.head
    const entries: Entry[] = []
    for (const write of writes) {
      const id = Math.max(now, state.head + 1)
      const entry = write(state, id)
      if (!entry) continue
      entries.push(entry)
      state.born ||= id
      state.head = id
      state.entries += 1
    }
    if (entries.length === 0) return undefined
    trim(room, state, now)
    note(room, state)
    const { born, head, trimmed } = state
    return { previous, born, head, trimmed, entries }
  }

  /** Changes a room, and tells whoever watches it when that is on the disk; whether anything was changed. */
  async function changed(
    room: string,
    write: (state: State, id: Id, now: Id) => Entry | undefined,
  ): Promise<boolean> {
    const news = await reached(() =>
      writing(() => {
        const now = clock()
        forget(now)
        return change(room, now, [(state, id) => write(state, id, now)])
      }),
    )
    if (news) heard.get(room)?.(news)
    return news !== undefined
  }

  function keepSaid(room: string, { isBot, isVerified, isModerator, ...message }: Message) {
    const { author = null, resembles = null, revised = null } = message
    const signs = { bot: mark(isBot), verified: mark(isVerified), moderator: mark(isModerator) }
    sql.say.run({ room, ...message, author, ...signs, resembles, revised })
  }

  /** What holds in the room, in place of what held. */
  function keepRules(room: string, state: State, id: Id, rules: Rules) {
    moderation.rule(room, rules)
    state.entries -= sql.unchange.run(room, 0).changes
    sql.rules.run(room, id, JSON.stringify(rules))
  }

  function keepRemoved(room: string, state: State, id: Id, about: Id) {
    sql.drop.run(room, about)
    state.entries -= 1 + sql.unchange.run(room, about).changes
    state.messages -= 1
    sql.change.run(room, id, 'removed', about)
  }

  /** Puts in an entry with the id that it has. */
  function put(room: string, state: State, entry: Entry): void {
    const { id } = entry
    state.entries += 1
    if ('said' in entry) {
      keepSaid(room, entry.said)
      state.messages += 1
      return
    }
    if ('rules' in entry) {
      keepRules(room, state, id, entry.rules)
      return
    }
    if ('cleared' in entry) {
      sql.change.run(room, id, 'cleared', id)
      return
    }
    const about = 'removed' in entry ? entry.removed : entry.revised.id
    state.entries -= sql.unchange.run(room, about).changes
    sql.change.run(room, id, 'removed' in entry ? 'removed' : 'revised', about)
    if ('revised' in entry) {
      const { value, revised = id } = entry.revised
      sql.revise.run(value, revised, room, about)
    } else if (sql.message.get(room, about)) {
      sql.drop.run(room, about)
      state.entries -= 1
      state.messages -= 1
    }
  }

  /** All that is said anywhere while the sockets are read waits for the disk once, and is told room by room. */
  const append = gathering<Appending, Receipt>(MOST_AT_ONCE, (_, batch) =>
    reached(() => {
      const receipts = new Map<Appending, Receipt>()
      const changes = writing(() => {
        const now = clock()
        forget(now)
        return [...Map.groupBy(batch, ({ room }) => room)].map(([room, sayings]) => {
          const writes = sayings.map((appending) => (state: State, id: Id) => {
            const { receipt, entry } = say(appending, state, id, now)
            receipts.set(appending, receipt)
            return entry
          })
          return { room, news: change(room, now, writes) }
        })
      })
      for (const { room, news } of changes) if (news) heard.get(room)?.(news)
      return batch.map((appending) => receipts.get(appending) as Receipt)
    }),
  )

  /** Says one of those that go to the disk together, under this id. */
  function say(
    { room, saying, once, pace, speaker = {}, isAgain }: Appending,
    state: State,
    id: Id,
    now: Id,
  ): { receipt: Receipt; entry?: Entry } {
    const used = once && sql.used.get(room, once.key)
    if (used) return { receipt: used }
    if (isAgain) return { receipt: { denied: 'again' } }
    const denial = moderation.denied(room, speaker, false, now)
    if (denial) return { receipt: denial }
    const became = pace && paced(room, pace, now)
    if (became && 'wait' in became) return { receipt: became }
    const said = { id, ...saying }
    keepSaid(room, said)
    moderation.sent(room, id, speaker)
    if (once) sql.use.run(room, once.key, id, once.print)
    state.spoken = id
    state.messages += 1
    return { receipt: { id, ...became }, entry: { id, said } }
  }

  /** Reads see a room without what is too old; only where there is something to trim do they write. */
  function read<T>(room: string, look: (state: State, now: Id) => T): T {
    const now = clock()
    const oldest = sql.oldest.get(room)
    if (oldest && overdue(stateOf(room), oldest.id, now))
      writing(() => {
        const state = stateOf(room)
        if (trim(room, state, now)) note(room, state)
      })
    return reading(() => look(stateOf(room), now))
  }

  function rowsIn(room: string, range: Range | { tail: number }, wanted: number): Row[] {
    if ('tail' in range) return sql.tail.all(room, wanted)
    if ('after' in range) return sql.after.all(room, range.after, wanted)
    return sql.before.all(room, range.before, wanted)
  }

  function entryOf(room: string, row: Row): Entry | undefined {
    if (row.kind === 'removed') return { id: row.id, removed: row.about }
    if (row.kind === 'said') return { id: row.id, said: messageIn(row) }
    if (row.kind === 'rules') return { id: row.id, rules: JSON.parse(row.value) }
    if (row.kind === 'cleared') return { id: row.id, cleared: true }
    const revised = sql.message.get(room, row.about)
    return revised ? { id: row.id, revised: messageIn(revised) } : undefined
  }

  /** Writes what a power cut may take: nobody waits for the disk. */
  function lightly<T>(step: () => T): T {
    db.run('PRAGMA synchronous = NORMAL')
    try {
      return writing(step)
    } finally {
      db.run('PRAGMA synchronous = FULL')
    }
  }

  return {
    isFresh,

    append: (room, saying, terms = {}) => append('', { room, saying, ...terms }),

    revise: async (room, about, value, { pace, speaker = {} } = {}) => {
      let denial: Denial | undefined
      const isRevised = await changed(room, (state, id, now) => {
        const message = sql.message.get(room, about)
        if (!message) return undefined
        denial = moderation.denied(room, speaker, true, now)
        const became = denial ?? (pace && paced(room, pace, now))
        if (became && 'wait' in became) denial = became
        if (denial) return undefined
        sql.revise.run(value, id, room, about)
        state.entries -= sql.unchange.run(room, about).changes
        sql.change.run(room, id, 'revised', about)
        return { id, revised: { ...messageIn(message), value, revised: id } }
      })
      return denial ?? isRevised
    },

    remove: (room, about, act) =>
      changed(room, (state, id, now) => {
        if (!sql.message.get(room, about)) return undefined
        keepRemoved(room, state, id, about)
        if (act) moderation.record(room, act, now)
        return { id, removed: about }
      }),

    sweep: async (room, author, before, act) => {
      const { news, next } = await reached(() =>
        writing(() => {
          const now = clock()
          const found = sql.by.all(room, before, SWEPT_AT_ONCE)
          const removals = found
            .filter((entry) => entry.author === author)
            .map((entry) => (state: State, id: Id) => {
              keepRemoved(room, state, id, entry.id)
              return { id, removed: entry.id }
            })
          if (act) moderation.record(room, act, now)
          const next = found.length === SWEPT_AT_ONCE ? found.at(-1)?.id : undefined
          return { news: change(room, now, removals), next }
        }),
      )
      if (news) heard.get(room)?.(news)
      return { removed: news?.entries.length ?? 0, ...(next && { next }) }
    },

    clear: async (room, act) =>
      void (await changed(room, (state, id, now) => {
        sql.empty.run(room)
        Object.assign(state, { messages: 0, entries: 0, trimmed: state.head })
        sql.change.run(room, id, 'cleared', id)
        moderation.record(room, act, now)
        return { id, cleared: true }
      })),

    rule: async (room, rules, act) =>
      void (await changed(room, (state, id, now) => {
        keepRules(room, state, id, rules)
        moderation.record(room, act, now)
        return { id, rules }
      })),

    mute: (room, who, microseconds, act) =>
      reached(() =>
        writing(() => {
          const now = clock()
          moderation.mute(room, who, microseconds, now)
          moderation.record(room, act, now)
        }),
      ),

    moderation: (room) => reached(() => reading(() => moderation.moderation(room))),

    attempt: (who, allowance) =>
      reached(() =>
        writing(() => {
          const became = taken(NOWHERE, who, allowance, clock())
          return 'wait' in became ? became : undefined
        }),
      ),

    forgive: (who) => reached(() => void sql.forgive.run(NOWHERE, who)),

    end: (session, seconds) =>
      reached(() =>
        writing(() => {
          const now = clock()
          moderation.end(session, now + seconds * 1e6, now)
        }),
      ),

    hasEnded: (session) => reached(() => moderation.hasEnded(session)),

    restore: async (room, { spoken, ...news }) => {
      const { previous, born, head, trimmed, entries } = news
      const now = clock()
      const stands = await reached(() =>
        writing(() => {
          const state = stateOf(room)
          if (state.head !== previous) return undefined
          for (const entry of entries) put(room, state, entry)
          Object.assign(state, { born, head })
          state.trimmed = Math.max(state.trimmed, trimmed)
          state.spoken = Math.max(state.spoken, spoken)
          trim(room, state, now)
          note(room, state)
          return state
        }),
      )
      if (stands) heard.get(room)?.({ ...news, trimmed: stands.trimmed })
      return stands !== undefined
    },

    read: (room, range) =>
      reached(() =>
        read(room, ({ born, head, trimmed }, now) => {
          const wanted = 1 + ('tail' in range ? range.tail : range.limit)
          const found = rowsIn(room, range, wanted)
          const more = found.length === wanted
          if (more) found.pop()
          const cursor = ('after' in range && more && found.at(-1)?.id) || head
          if (!('after' in range)) found.reverse()
          const entries = found.flatMap((row) => entryOf(room, row) ?? [])
          const rules = moderation.rulesOf(room)
          return { entries, cursor, more, born, head, trimmed, now, ...(rules && { rules }) }
        }),
      ),

    stand: (room) =>
      reached(() => {
        const { born, head, trimmed } = stateOf(room)
        return { born, head, trimmed }
      }),

    watch: async (room, hear) => {
      heard.set(room, hear)
      return () => {
        if (heard.get(room) === hear) heard.delete(room)
      }
    },

    find: (room, id) =>
      reached(() =>
        read(room, (_, now) => {
          const message = sql.message.get(room, id)
          const removed = sql.removed.get(room, id) ? ('removed' as const) : undefined
          return { found: message ? messageIn(message) : removed, now }
        }),
      ),

    rooms: (limit) => reached(() => sql.rooms.all(clock() - age, limit)),

    secret: () =>
      reached(() =>
        writing(() => {
          const kept = sql.secret.get()
          if (kept) return kept.secret
          for (const file of [path, `${path}-wal`, `${path}-shm`])
            if (existsSync(file)) chmodSync(file, 0o600)
          const secret = newSecret()
          sql.keep.run(secret)
          return secret
        }),
      ),

    register: (registry, name, text) =>
      reached(() => sql.register.run(registry, name, text).changes === 1),

    unregister: (registry, name) => reached(() => sql.unregister.run(registry, name).changes === 1),

    registered: (registry) =>
      reached(
        () => new Map(sql.registered.all(registry).map(({ name, text }) => [name, text] as const)),
      ),

    lead: (server, seconds, notes = {}) =>
      reached(() =>
        lightly(() => {
          const now = clock()
          if ((sql.leader.get(now)?.server ?? server) !== server) return false
          sql.abdicate.run()
          if (seconds > 0) sql.lead.run(server, now + seconds * 1e6)
          for (const [webhook, note] of Object.entries(notes))
            if (note === '') sql.dropNote.run(webhook)
            else sql.keepNote.run(webhook, note)
          return true
        }),
      ),

    notes: () =>
      reached(() => new Map(sql.notes.all().map(({ webhook, note }) => [webhook, note] as const))),

    here: (room, polls, slotSeconds) =>
      reached(() => {
        const now = clock()
        const slot = slotSeconds * 1e6
        const present = Math.floor(now / slot)
        if (polls.length > 0)
          lightly(() => {
            sql.over.run(Math.floor((present - 2) * slot))
            for (const { ago, every, pages } of polls) {
              const began = Math.round(now - ago * 1e6)
              sql.poll.run(room, began + Math.round(every * 1e6), began, pages)
            }
          })
        const covered = [present - 2, present - 1, present].map(
          (i) => sql.covered.get({ room, from: i * slot, to: (i + 1) * slot })?.covered ?? 0,
        )
        return Math.round(Math.max(...covered) / slot)
      }),

    ready: () =>
      reached(() => {
        insist()
        sql.state.get('')
      }),

    close: async () => db.close(),
  }
}

const isLocked = (error: unknown) =>
  error instanceof SQLiteError && error.code?.startsWith('SQLITE_BUSY')

const mark = (is?: boolean) => (is ? 1 : null)

function messageIn(row: Row): Message {
  const { id, screenname, value, author, bot, verified, moderator, resembles, revised } = row
  return {
    id,
    screenname,
    value,
    ...(author !== null && { author }),
    ...(bot !== null && { isBot: true }),
    ...(verified !== null && { isVerified: true }),
    ...(moderator !== null && { isModerator: true }),
    ...(resembles !== null && { resembles }),
    ...(revised !== null && { revised }),
  }
}
