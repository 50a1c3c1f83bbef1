/**
 * Rooms in Redis (or Valkey), one sorted set each. Whatever touches a room is one Lua script beside this
 * file, in one step, by Redis's own clock; a room's keys share a hash tag, so each runs on one node of a Cluster.
 */
import type { Entry, Id } from '../chat/message.ts'
import { KEPT_DEEDS } from '../chat/moderation.ts'
import {
  type Act,
  type Denial,
  type Keep,
  type Log,
  newSecret,
  type Range,
  type Receipt,
  type Registry,
  type Saying,
  type Speaker,
  type Store,
  type Terms,
} from '../chat/store.ts'
import { gathering } from './gathering.ts'
import { type Node, openConnection, within } from './redis/connection.ts'
import { entryIn, entryText, messageIn, recordIn, rulesIn } from './redis/entry.ts'
import { openListening } from './redis/listening.ts'

const KEY_MICROSECONDS = 24 * 60 * 60 * 1e6
const READ_MS = 1000
const WRITE_MS = 2000
const CONFIRM_MS = 900
/** What was told and got lost is noticed after so long. */
const FRESH_MS = 1000
/** The index learns of rooms that were spoken in so long after it, of all of them at once. */
const MARK_MS = 100
/** Messages of one room that go together in one step at the most. */
const MOST_AT_ONCE = 100
/** Entries that are looked through in one step for what an author said. */
const SWEPT_AT_ONCE = 500
/** The keys that belong to no room: the index of rooms lately spoken in, the secret, and what an operator sets up. */
const ROOMS = 'chat:rooms'
const SECRET = 'chat:secret'
/** Which server delivers to webhooks, and what it notes of each: on one node of a Cluster. No room has a colon. */
const WEBHOOKS = ['chat:{:webhooks}:leader', 'chat:{:webhooks}:notes'] as const
/** Noted of a session that ended before its time. */
const endKey = (session: string) => `chat:end:${session}`
const registryKey = (registry: Registry) => `chat:${registry}`

const keyOf = (room: string, part: string) => `chat:{${room}}:${part}`
const keysOf = (room: string) => ['log', 'state', 'decided'].map((part) => keyOf(room, part))
const DONE = 'done'
/** No room has this name: where tries are counted that belong to none. */
const NOWHERE = '-'

/** What append.lua answers. */
type Appended = [told: string, ...[became: string, what: string, print?: string][]]

type Appending = { saying: Saying } & Terms

/**
 * Connects to `url` (`redis://`, or `redis+cluster://` with some of its nodes, separated by commas; with TLS `rediss`),
 * now or as soon as Redis answers. `replicas` of it must have what is written before it is answered.
 */
export async function openRedis(url: string, keep: Keep, log: Log, replicas = 0): Promise<Store> {
  const microseconds = keep.days * 24 * 60 * 60 * 1e6
  const kept = [keep.messages, microseconds]
  // Channels, unlike keys, are the same in all databases of one Redis.
  const database = /\/(\d+)$/.exec(url)?.[1] ?? '0'
  const channelOf = (room: string) => keyOf(room, `news:${database}`)
  const connection = openConnection(url, log)
  const { commands } = connection
  const listening = openListening(connection.nodeOf)
  // Who waits for replicas holds up all that comes after on the same connection.
  const writing = replicas > 0 ? openConnection(url, log) : connection

  /** A log's member as what it stands for; undefined, and a line in the log, where another program wrote it. */
  function entryOf(room: string, id: Id, member: string): Entry | undefined {
    const entry = entryIn(id, member)
    if (!entry) log('foreign entry skipped', { room, id })
    return entry
  }

  /** Rooms that were spoken in since the index was told last. */
  const spoken = new Map<string, Id>()

  let isClosed = false

  function mark(room: string, id: Id): void {
    if (spoken.size === 0) setTimeout(tellIndex, MARK_MS)
    spoken.set(room, Math.max(id, spoken.get(room) ?? 0))
  }

  /**
   * Notes in the index which rooms were spoken in. A Cluster keeps the index on a node of its own, where no
   * script of a room can reach it; where it cannot be noted just now, what was said is said all the same.
   */
  async function tellIndex(): Promise<void> {
    const rooms = [...spoken].map(([value, score]) => ({ value, score }))
    spoken.clear()
    if (rooms.length === 0) return
    try {
      await within(WRITE_MS, () => commands.zAdd(ROOMS, rooms, { GT: true }))
    } catch {
      // Told with the next.
      if (!isClosed) for (const { value, score } of rooms) mark(value, score)
    }
  }

  /** One `WAIT` for all that was written on a node before. */
  const confirm = gathering<Node, undefined>(Number.POSITIVE_INFINITY, (_, [node]) =>
    within(WRITE_MS, async () => {
      const confirmed = await node?.wait(replicas, CONFIRM_MS)
      if (Number(confirmed) < replicas)
        throw new Error(`${confirmed} of ${replicas} replicas have it`)
      return []
    }),
  )

  /** Runs what writes to a room; resolves when as many replicas have it as shall. */
  function written<Told>(room: string, write: () => Promise<Told>): Promise<Told> {
    return within(WRITE_MS, async () => {
      if (replicas === 0) return write()
      const key = keyOf(room, 'log')
      const node = await writing.nodeOf(key)
      const told = await write()
      if ((await writing.nodeOf(key)) !== node)
        throw new Error('the room moved to another node meanwhile')
      await confirm(nodeName(node), node)
      return told
    })
  }

  /** All that is said in a room while one step is under way goes together in the next. */
  const append = gathering<Appending, Receipt>(MOST_AT_ONCE, async (room, batch) => {
    const keys = [
      ...['lately', 'senders', 'once:even', 'once:odd'].map((part) => keyOf(room, part)),
      ...batch.map(({ pace }) => keyOf(room, `pace:${pace?.client ?? ''}`)),
    ]
    const sayings = batch.flatMap(({ saying, once, pace, speaker, isAgain }) => [
      JSON.stringify(saying).slice(1),
      once?.key ?? '',
      once?.print ?? '',
      pace?.perMinute ?? 0,
      ...argumentsOf(speaker),
      isAgain ? '1' : '',
    ])
    const args = [...kept, KEY_MICROSECONDS, ...sayings, channelOf(room)]
    const [told, ...answers] = (await written(room, () =>
      writing.commands.appendTo([...keysOf(room), ...keys], args),
    )) as Appended
    if (told) listening.tell(channelOf(room), told)
    const receipts = answers.map(([became, what, rest = '']): Receipt => {
      const denial = denialIn(became, what)
      if (denial) return denial
      if (became === 'used') return { id: Number(what), print: rest }
      return { id: Number(what), ...(rest && { owed: Number(rest) }) }
    })
    // A repeat marks the room as well: the server that took the first may have died before it could.
    const ids = receipts.flatMap((receipt) => ('id' in receipt ? receipt.id : []))
    if (ids.length > 0) mark(room, Math.max(...ids))
    return receipts
  })

  /** Runs what a moderator does, tells of it, and answers what it told. */
  async function acted(
    script: 'removeFrom' | 'clearIn' | 'ruleIn',
    room: string,
    particulars: (string | number)[],
    act?: Act,
  ): Promise<string> {
    const args = [...kept, ...particulars, ...recording(act), channelOf(room)]
    const told = await written(room, () => writing.commands[script](moderatedKeys(room), args))
    if (told) listening.tell(channelOf(room), told)
    return told
  }

  await Promise.race([Promise.all([connection.connected, writing.connected]), Bun.sleep(2000)])

  return {
    isFresh: (then) => performance.now() - then < FRESH_MS,

    // A slow step may be under way before its own.
    append: (room, saying, terms = {}) =>
      within(WRITE_MS, () => append(room, { saying, ...terms })),

    revise: async (room, id, value, { pace, speaker } = {}) => {
      const own = ['lately', `pace:${pace?.client ?? ''}`].map((part) => keyOf(room, part))
      const terms = [pace?.perMinute ?? 0, ...argumentsOf(speaker)]
      const args = [...kept, id, value, ...terms, channelOf(room)]
      const [became = '', what = ''] = await written(room, () =>
        writing.commands.reviseIn([...keysOf(room), ...own], args),
      )
      const denial = denialIn(became, what)
      if (denial) return denial
      if (became === 'revised') listening.tell(channelOf(room), what)
      return became === 'revised'
    },

    remove: async (room, id, act) => {
      const told = await acted('removeFrom', room, [id], act)
      return told !== ''
    },

    sweep: async (room, author, before, act) => {
      const args = [...kept, author, before, SWEPT_AT_ONCE, ...recording(act), channelOf(room)]
      const [told, removed, next] = (await written(room, () =>
        writing.commands.sweepIn(moderatedKeys(room), args),
      )) as [told: string, removed: number, next: string]
      if (told) listening.tell(channelOf(room), told)
      return { removed, ...(next && { next: Number(next) }) }
    },

    clear: async (room, act) => void (await acted('clearIn', room, [], act)),

    rule: async (room, rules, act) =>
      void (await acted('ruleIn', room, [JSON.stringify(rules)], act)),

    mute: async (room, { author, screenname, said = '' }, microseconds, act) => {
      const keys = [...moderatedKeys(room), keyOf(room, 'senders')]
      const args = [...kept, author, screenname, said, microseconds, ...recording(act)]
      await written(room, () => writing.commands.muteIn(keys, args))
    },

    moderation: (room) =>
      within(READ_MS, async () => {
        const [decided, done] = await Promise.all([
          commands.hGetAll(keyOf(room, 'decided')),
          commands.lRange(keyOf(room, DONE), 0, -1),
        ])
        const mutes = Object.entries(decided).flatMap(([author, mute]) => {
          const [, until, screenname = ''] = /^(\d+) (.*)$/s.exec(mute) ?? []
          return until && !author.includes(' ') ? { author, screenname, until: Number(until) } : []
        })
        return { mutes, records: done.map(recordIn) }
      }),

    attempt: (who, { most, seconds }) =>
      within(WRITE_MS, async () => {
        const keys = [...keysOf(NOWHERE), keyOf(NOWHERE, `pace:${who}`)]
        const wait = await commands.attemptIn(keys, [...kept, most, microsecondsIn(seconds)])
        return wait ? { wait: Number(wait) } : undefined
      }),

    forgive: (who) =>
      within(WRITE_MS, async () => void (await commands.del(keyOf(NOWHERE, `pace:${who}`)))),

    end: (session, seconds) =>
      within(WRITE_MS, async () => {
        await commands.set(endKey(session), '1', { expiration: { type: 'EX', value: seconds } })
      }),

    hasEnded: (session) =>
      within(READ_MS, async () => (await commands.get(endKey(session))) !== null),

    restore: async (room, { previous, born, head, trimmed, spoken, entries }) => {
      const put = entries.flatMap((entry) => {
        const { about, text } = entryText(entry)
        return [entry.id, about, text]
      })
      const args = [...kept, previous, born, head, trimmed, ...put, channelOf(room)]
      const told = await written(room, () => writing.commands.restoreTo(keysOf(room), args))
      if (!told) return false
      listening.tell(channelOf(room), told)
      if (spoken > 0) await mark(room, spoken)
      return true
    },

    read: (room, range) =>
      within(READ_MS, async () => {
        const [born, head, trimmed, now, cursor, more, rules, ...found] = await commands.readFrom(
          keysOf(room),
          [...kept, ...argumentsFor(range)],
        )
        const entries: Entry[] = []
        for (let i = 0; i < found.length; i += 2) {
          const entry = entryOf(room, Number(found[i]), found[i + 1] as string)
          if (entry) entries.push(entry)
        }
        return {
          entries,
          cursor: Number(cursor),
          more: Number(more) === 1,
          born: Number(born),
          head: Number(head),
          trimmed: Number(trimmed),
          now: Number(now),
          ...(rules && { rules: rulesIn(rules) }),
        }
      }),

    stand: (room) =>
      within(READ_MS, async () => {
        const stand = await commands.hmGet(keyOf(room, 'state'), ['born', 'head', 'trimmed'])
        const [born = 0, head = 0, trimmed = 0] = stand.map(Number)
        return { born, head, trimmed }
      }),

    watch: (room, hear) => listening.watch(channelOf(room), hear),

    find: (room, id) =>
      within(READ_MS, async () => {
        const [now, found] = await commands.findIn(keysOf(room), [...kept, id])
        if (found === 'removed') return { found, now: Number(now) }
        return { found: found === undefined ? found : messageIn(found), now: Number(now) }
      }),

    rooms: (limit) =>
      within(READ_MS, async () => {
        // It goes ahead on the same connection.
        tellIndex()
        const found = await commands.roomsIn([ROOMS], [microseconds, limit])
        const rooms: { room: string; spoken: Id }[] = []
        for (let i = 0; i < found.length; i += 2)
          rooms.push({ room: found[i] as string, spoken: Number(found[i + 1]) })
        return rooms
      }),

    secret: () =>
      within(WRITE_MS, async () => {
        // Kept already, it is had of a Redis that takes no writes just now, too.
        const kept = await commands.get(SECRET)
        if (kept) return kept
        await commands.set(SECRET, newSecret(), { condition: 'NX' })
        const secret = await commands.get(SECRET)
        if (!secret) throw new Error('Redis keeps no secret')
        return secret
      }),

    register: (registry, name, text) =>
      within(
        WRITE_MS,
        async () => (await commands.hSetNX(registryKey(registry), name, text)) === 1,
      ),

    unregister: (registry, name) =>
      within(WRITE_MS, async () => (await commands.hDel(registryKey(registry), name)) === 1),

    registered: (registry) =>
      within(
        READ_MS,
        async () => new Map(Object.entries(await commands.hGetAll(registryKey(registry)))),
      ),

    lead: (server, seconds, notes = {}) =>
      within(
        WRITE_MS,
        async () =>
          (await commands.lead(
            [...WEBHOOKS],
            [server, Math.round(seconds * 1000), ...Object.entries(notes).flat()],
          )) === 1,
      ),

    notes: () =>
      within(READ_MS, async () => new Map(Object.entries(await commands.hGetAll(WEBHOOKS[1])))),

    here: (room, polls, slotSeconds) =>
      within(READ_MS, () => {
        const told = polls.flatMap(({ ago, every, pages }) => [
          microsecondsIn(ago),
          microsecondsIn(every),
          pages,
        ])
        return commands.hereIn([keyOf(room, 'here')], [microsecondsIn(slotSeconds), ...told])
      }),

    ready: () => within(READ_MS, () => connection.ready()),

    close: async () => {
      listening.close()
      isClosed = true
      await tellIndex()
      await Promise.all([connection.close(), writing !== connection && writing.close()])
    },
  }
}

const moderatedKeys = (room: string) => [...keysOf(room), keyOf(room, DONE)]

/** How much is kept of what moderators did, and what is written there. */
const recording = (act?: Act) => [
  KEPT_DEEDS,
  act ? JSON.stringify({ by: act.by, ...act.deed }) : '',
]

/** Who speaks, as terms.lua takes them. */
const argumentsOf = ({ author = '-', network = '', hasLeave }: Speaker = {}) =>
  hasLeave ? ['', ''] : [author, network]

/** Why a script did not do it; undefined where it did. */
function denialIn(became: string, what: string): Denial | undefined {
  if (became === 'muted' || became === 'readonly' || became === 'again') return { denied: became }
  if (became === 'slow') return { slow: Number(what) }
  return became === 'wait' ? { wait: Number(what) } : undefined
}

const microsecondsIn = (seconds: number) => Math.round(seconds * 1e6)

const nodeName = ({ options }: Node) => JSON.stringify(options?.socket)

/** What read.lua is to read. */
function argumentsFor(range: Range | { tail: number }): (string | number)[] {
  if ('tail' in range) return ['tail', '', range.tail]
  return 'after' in range
    ? ['after', range.after, range.limit]
    : ['before', range.before, range.limit]
}
