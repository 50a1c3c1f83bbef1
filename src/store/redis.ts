/**
 * Rooms in Redis (or Valkey), one sorted set each. Whatever touches a room is one Lua script beside this
 * file, in one step, by Redis's own clock; a room's keys share a hash tag, so each runs on one node of a Cluster.
 */
import { createClient, defineScript } from 'redis'
import type { Entry, Id } from '../chat/message.ts'
import {
  type Keep,
  type Log,
  newSecret,
  type Range,
  type Store,
  Unreachable,
} from '../chat/store.ts'
import appendScript from './redis/append.lua' with { type: 'text' }
import { entryIn, messageIn } from './redis/entry.ts'
import findScript from './redis/find.lua' with { type: 'text' }
import hereScript from './redis/here.lua' with { type: 'text' }
import { openListening } from './redis/listening.ts'
import readScript from './redis/read.lua' with { type: 'text' }
import removeScript from './redis/remove.lua' with { type: 'text' }
import reviseScript from './redis/revise.lua' with { type: 'text' }
import room from './redis/room.lua' with { type: 'text' }
import roomsScript from './redis/rooms.lua' with { type: 'text' }

const KEY_SECONDS = 24 * 60 * 60
const READ_MS = 1000
const WRITE_MS = 2000
/** What was told and got lost is noticed after so long. */
const FRESH_MS = 1000
/** The index of rooms lately spoken in: the one key beside the secret that belongs to no room. */
const ROOMS = 'chat:rooms'
const SECRET = 'chat:secret'

const keyOf = (room: string, part: string) => `chat:{${room}}:${part}`
const keysOf = (room: string) => [keyOf(room, 'log'), keyOf(room, 'state')]

function script<Reply>(body: string) {
  return defineScript({
    SCRIPT: body,
    parseCommand(parser, keys: string[], args: (string | number)[]) {
      parser.pushKeysLength(keys)
      for (const argument of args) parser.push(String(argument))
    },
    transformReply: (reply: unknown) => reply as Reply,
  })
}

/** Connects to `url` (`redis://` or `rediss://`), now or as soon as Redis answers. */
export async function openRedis(url: string, keep: Keep, log: Log): Promise<Store> {
  const microseconds = keep.days * 24 * 60 * 60 * 1e6
  const kept = [keep.messages, microseconds]
  // Channels, unlike keys, are the same in all databases of one Redis.
  const database = new URL(url).pathname.slice(1) || '0'
  const channelOf = (room: string) => keyOf(room, `news:${database}`)
  const client = createClient({
    url,
    scripts: {
      appendTo: script<string[]>(room + appendScript),
      findIn: script<string[]>(room + findScript),
      hereIn: script<number>(hereScript),
      readFrom: script<string[]>(room + readScript),
      removeFrom: script<string>(room + removeScript),
      reviseIn: script<string>(room + reviseScript),
      roomsIn: script<string[]>(roomsScript),
    },
    // A Redis that hangs is noticed by its silence on pings; the client then connects anew, for ever.
    disableOfflineQueue: true,
    pingInterval: 1000,
    maintNotifications: 'disabled',
    commandOptions: { timeout: WRITE_MS },
    socket: {
      connectTimeout: 2000,
      socketTimeout: 5000,
      reconnectStrategy: (tries) => Math.min(50 * 2 ** tries, 2000) + Math.random() * 200,
    },
  })

  let lost = false
  client.on('error', (error: unknown) => {
    if (!lost) log('redis lost', { error })
    lost = true
  })
  client.on('ready', () => {
    if (lost) log('redis back', {})
    lost = false
  })

  /** The client gives a sent command no deadline of its own; here it gets one. */
  async function within<T>(ms: number, command: () => Promise<T>): Promise<T> {
    let timer: Timer | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer from Redis in ${ms} ms`)), ms)
    })
    try {
      return await Promise.race([command(), late])
    } catch (error) {
      throw new Unreachable(error)
    } finally {
      clearTimeout(timer)
    }
  }

  /** A log's member as what it stands for; undefined, and a line in the log, where another program wrote it. */
  function entryOf(room: string, id: Id, member: string): Entry | undefined {
    const entry = entryIn(id, member)
    if (!entry) log('foreign entry skipped', { room, id })
    return entry
  }

  /**
   * Notes in the index that a room was spoken in. A Cluster keeps the index on a node of its own, where no
   * script of a room can reach it; where it cannot be noted, what was said is said all the same.
   */
  async function mark(room: string, id: Id): Promise<void> {
    try {
      await within(WRITE_MS, () => client.zAdd(ROOMS, { score: id, value: room }, { GT: true }))
    } catch (error) {
      log('room not marked as spoken in', { room, error })
    }
  }

  /** Whether a script changed something, which whoever watches the room hears before it is answered. */
  async function changed(room: string, change: () => Promise<string>): Promise<boolean> {
    const told = await within(WRITE_MS, change)
    if (told) listening.tell(channelOf(room), told)
    return told !== ''
  }

  const listening = openListening(client.duplicate({ scripts: {} }), within)
  const connected = [client.connect(), listening.connect()].map((done) => done.catch(() => {}))
  await Promise.race([Promise.all(connected), Bun.sleep(2000)])

  return {
    freshMs: FRESH_MS,

    append: async (room, saying, { once, pace } = {}) => {
      const keys = [
        ...keysOf(room),
        keyOf(room, `once:${once?.key ?? ''}`),
        keyOf(room, `pace:${pace?.client ?? ''}`),
      ]
      const said = [saying.screenname, saying.value, saying.author ?? '']
      const terms = [once?.print ?? '', KEY_SECONDS, pace?.perMinute ?? 0]
      const [became, what = '', print = ''] = await within(WRITE_MS, () =>
        client.appendTo(keys, [...kept, ...said, ...terms, channelOf(room)]),
      )
      if (became === 'wait') return { wait: Number(what) }
      if (became === 'said') listening.tell(channelOf(room), what)
      const id = Number(became === 'used' ? what : what.split(' ')[2])
      // A repeat marks the room as well: the server that took the first may have died before it could.
      await mark(room, id)
      return became === 'used' ? { id, print } : { id }
    },

    revise: (room, id, value) =>
      changed(room, () => client.reviseIn(keysOf(room), [...kept, id, value, channelOf(room)])),

    remove: (room, id) =>
      changed(room, () => client.removeFrom(keysOf(room), [...kept, id, channelOf(room)])),

    read: (room, range) =>
      within(READ_MS, async () => {
        const [born, head, trimmed, now, cursor, more, ...found] = await client.readFrom(
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
        }
      }),

    stand: (room) =>
      within(READ_MS, async () => {
        const stand = await client.hmGet(keyOf(room, 'state'), ['born', 'head', 'trimmed'])
        const [born = 0, head = 0, trimmed = 0] = stand.map(Number)
        return { born, head, trimmed }
      }),

    watch: (room, hear) => listening.watch(channelOf(room), hear),

    find: (room, id) =>
      within(READ_MS, async () => {
        const [now, found] = await client.findIn(keysOf(room), [...kept, id])
        if (found === 'removed') return { found, now: Number(now) }
        return { found: found === undefined ? found : messageIn(found), now: Number(now) }
      }),

    rooms: (limit) =>
      within(READ_MS, async () => {
        const found = await client.roomsIn([ROOMS], [microseconds, limit])
        const rooms: { room: string; spoken: Id }[] = []
        for (let i = 0; i < found.length; i += 2)
          rooms.push({ room: found[i] as string, spoken: Number(found[i + 1]) })
        return rooms
      }),

    secret: () =>
      within(WRITE_MS, async () => {
        await client.set(SECRET, newSecret(), { condition: 'NX' })
        const secret = await client.get(SECRET)
        if (!secret) throw new Error('Redis keeps no secret')
        return secret
      }),
    here: (room, server, pages, seconds) =>
      within(READ_MS, () =>
        client.hereIn([keyOf(room, 'here')], [server, pages, Math.ceil(seconds * 1e6)]),
      ),

    ready: () =>
      within(READ_MS, async () => {
        await client.ping()
      }),

    close: async () => {
      listening.close()
      if (client.isReady) await client.close()
      else client.destroy()
    },
  }
}

/** What read.lua is to read. */
function argumentsFor(range: Range | { tail: number }): (string | number)[] {
  if ('tail' in range) return ['tail', '', range.tail]
  return 'after' in range
    ? ['after', range.after, range.limit]
    : ['before', range.before, range.limit]
}
