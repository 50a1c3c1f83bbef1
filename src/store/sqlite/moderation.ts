/** What moderators decide, in the tables of a SQLite file; each function is part of a transaction. */
import type { Database } from 'bun:sqlite'
import type { Id } from '../../chat/message.ts'
import { KEPT_DEEDS, type Mute, type Recorded, type Rules } from '../../chat/moderation.ts'
import type { Act, Denial, Speaker } from '../../chat/store.ts'

const DAY = 24 * 60 * 60 * 1e6

/** Networks that are muted in a room at the most, where a muted author goes on on others. */
const MOST_MUTES = 1000

// Who is muted is an author, or what comes from a network: then `of` is the author who was there. `lately` has when
// somebody last spoke in slow mode, `senders` from which network a message came, for a day, and `ends` which sign-ins are
// over before their time.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS rules (
    room TEXT PRIMARY KEY, slow_seconds INTEGER NOT NULL, read_only INTEGER NOT NULL, notice TEXT NOT NULL
  ) WITHOUT ROWID, STRICT;
  CREATE TABLE IF NOT EXISTS mutes (
    room TEXT NOT NULL, who TEXT NOT NULL, until INTEGER NOT NULL, of TEXT, screenname TEXT,
    PRIMARY KEY (room, who)
  ) WITHOUT ROWID, STRICT;
  CREATE TABLE IF NOT EXISTS lately (
    room TEXT NOT NULL, who TEXT NOT NULL, spoke INTEGER NOT NULL, PRIMARY KEY (room, who)
  ) WITHOUT ROWID, STRICT;
  CREATE INDEX IF NOT EXISTS lately_by_spoke ON lately (spoke);
  CREATE TABLE IF NOT EXISTS senders (
    id INTEGER NOT NULL, room TEXT NOT NULL, network TEXT NOT NULL, PRIMARY KEY (id, room)
  ) WITHOUT ROWID, STRICT;
  CREATE TABLE IF NOT EXISTS records (
    room TEXT NOT NULL, at INTEGER NOT NULL, record TEXT NOT NULL, PRIMARY KEY (room, at)
  ) WITHOUT ROWID, STRICT;
  CREATE TABLE IF NOT EXISTS ends (
    session TEXT PRIMARY KEY, until INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT;
`

/** The longest that slow mode may last. */
const SLOWEST = 60 * 60 * 1e6

export function openModeration(db: Database) {
  db.run(SCHEMA)
  const sql = {
    rules: db.query<{ slow_seconds: number; read_only: number; notice: string }, [string]>(
      'SELECT slow_seconds, read_only, notice FROM rules WHERE room = ?',
    ),
    rule: db.query<null, [string, number, boolean, string]>(
      'INSERT OR REPLACE INTO rules VALUES (?, ?, ?, ?)',
    ),
    muted: db.query<{ until: Id }, [string, string, Id]>(
      'SELECT until FROM mutes WHERE room = ? AND who = ? AND until > ?',
    ),
    mute: db.query<null, [string, string, Id, string | null, string | null]>(
      'INSERT OR REPLACE INTO mutes (room, who, until, of, screenname) VALUES (?, ?, ?, ?, ?)',
    ),
    unmute: db.query<null, [string, string]>(
      'DELETE FROM mutes WHERE room = ?1 AND (who = ?2 OR of = ?2)',
    ),
    over: db.query<null, [string, Id]>('DELETE FROM mutes WHERE room = ? AND until <= ?'),
    mutes: db.query<Mute, [string]>(
      'SELECT who AS author, screenname, until FROM mutes WHERE room = ? AND of IS NULL',
    ),
    count: db.query<{ count: number }, [string]>(
      'SELECT count(*) AS count FROM mutes WHERE room = ?',
    ),
    spoke: db.query<{ spoke: Id }, [string, string]>(
      'SELECT spoke FROM lately WHERE room = ? AND who = ?',
    ),
    speak: db.query<null, [string, string, Id]>('INSERT OR REPLACE INTO lately VALUES (?, ?, ?)'),
    rest: db.query<null, [Id]>('DELETE FROM lately WHERE spoke < ?'),
    send: db.query<null, [Id, string, string]>('INSERT OR REPLACE INTO senders VALUES (?, ?, ?)'),
    sent: db.query<{ network: string }, [Id, string]>(
      'SELECT network FROM senders WHERE id = ? AND room = ?',
    ),
    unsend: db.query<null, [Id]>('DELETE FROM senders WHERE id < ?'),
    end: db.query<null, [string, Id]>('INSERT OR REPLACE INTO ends VALUES (?, ?)'),
    ended: db.query<{ until: Id }, [string]>('SELECT until FROM ends WHERE session = ?'),
    unend: db.query<null, [Id]>('DELETE FROM ends WHERE until < ?'),
    last: db.query<{ at: Id }, [string]>(
      'SELECT coalesce(max(at), 0) AS at FROM records WHERE room = ?',
    ),
    record: db.query<null, [string, Id, string]>('INSERT INTO records VALUES (?, ?, ?)'),
    cut: db.query<null, [string, string, number]>(
      `DELETE FROM records WHERE room = ? AND at <=
       (SELECT at FROM records WHERE room = ? ORDER BY at DESC LIMIT 1 OFFSET ?)`,
    ),
    records: db.query<{ at: Id; record: string }, [string]>(
      'SELECT at, record FROM records WHERE room = ? ORDER BY at DESC',
    ),
  }

  const networkOf = (network: string) => `network ${network}`

  function rulesOf(room: string): Rules | undefined {
    const row = sql.rules.get(room)
    return (
      (row && {
        slowSeconds: row.slow_seconds,
        isReadOnly: row.read_only === 1,
        notice: row.notice,
      }) ??
      undefined
    )
  }

  function isMuted(room: string, { author = '', network = '' }: Speaker, now: Id): boolean {
    const mute = sql.muted.get(room, author, now)
    const from = sql.muted.get(room, networkOf(network), now)
    // Seen on another network, or on another day.
    if (mute && network && !from && (sql.count.get(room)?.count ?? 0) < MOST_MUTES)
      sql.mute.run(room, networkOf(network), Math.min(mute.until, now + DAY), author, null)
    return (mute ?? from) !== null
  }

  /** Notes that somebody speaks, or answers for how many microseconds they wait. */
  function slowed(room: string, seconds: number, { author, network }: Speaker, now: Id): number {
    const who = [author, network].filter((one) => one !== undefined)
    const spoke = who.map((one) => Math.min(sql.spoke.get(room, one)?.spoke ?? 0, now))
    const wait = Math.max(0, ...spoke.map((at) => at + seconds * 1e6 - now))
    if (wait === 0) for (const one of who) sql.speak.run(room, one, now)
    return wait
  }

  return {
    rulesOf,

    rule: (room: string, { slowSeconds, isReadOnly, notice }: Rules) =>
      sql.rule.run(room, slowSeconds, isReadOnly, notice),

    /** Why somebody may not speak, or not yet; undefined where they may. */
    denied(room: string, speaker: Speaker, isRevision: boolean, now: Id): Denial | undefined {
      if (speaker.hasLeave) return undefined
      if (isMuted(room, speaker, now)) return { denied: 'muted' }
      const rules = rulesOf(room)
      if (rules?.isReadOnly) return { denied: 'readonly' }
      if (isRevision || !rules?.slowSeconds) return undefined
      const slow = slowed(room, rules.slowSeconds, speaker, now)
      return slow > 0 ? { slow } : undefined
    },

    /** Keeps for a day from where a message came. */
    sent(room: string, id: Id, { network, hasLeave }: Speaker) {
      if (network !== undefined && !hasLeave) sql.send.run(id, room, network)
    },

    mute(
      room: string,
      who: { author: string; screenname: string; said?: Id },
      lasts: number,
      now: Id,
    ) {
      sql.over.run(room, now)
      if (lasts === 0) return void sql.unmute.run(room, who.author)
      const until = Math.min(now + lasts, Number.MAX_SAFE_INTEGER)
      sql.mute.run(room, who.author, until, null, who.screenname)
      const sender = sql.sent.get(who.said ?? 0, room)
      // The hash is another tomorrow.
      if (sender)
        sql.mute.run(room, networkOf(sender.network), now + Math.min(lasts, DAY), who.author, null)
    },

    /** Writes down what a moderator did. */
    record(room: string, { by, deed }: Act, now: Id) {
      const at = Math.max(now, (sql.last.get(room)?.at ?? 0) + 1)
      sql.record.run(room, at, JSON.stringify({ by, ...deed }))
      sql.cut.run(room, room, KEPT_DEEDS)
    },

    moderation: (room: string) => ({
      mutes: sql.mutes.all(room),
      records: sql.records
        .all(room)
        .map(({ at, record }): Recorded => ({ at, ...JSON.parse(record) })),
    }),

    /** Forgets those whose time is up, too. */
    end(session: string, until: Id, now: Id) {
      sql.unend.run(now)
      sql.end.run(session, until)
    },

    hasEnded: (session: string): boolean => sql.ended.get(session) !== null,

    /** Forgets from where messages of more than a day ago came, and who spoke when no slow mode can ask for it. */
    forget(now: Id) {
      sql.unsend.run(now - DAY)
      sql.rest.run(now - SLOWEST)
    },
  }
}
