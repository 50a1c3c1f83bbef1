/**
 * Rooms in Redis (or Valkey), one sorted set each. Whatever touches a room is one Lua script beside this
 * file, in one step, by Redis's own clock; a room's keys share a hash tag, so each runs on one node of a Cluster.
 */
import { createClient, defineScript } from 'redis'
import type { Entry, Id, Message } from '../chat/message.ts'
import { type Keep, type Log, type Store, Unreachable } from '../chat/store.ts'
import appendScript from './redis/append.lua' with { type: 'text' }
import findScript from './redis/find.lua' with { type: 'text' }
import readScript from './redis/read.lua' with { type: 'text' }
import removeScript from './redis/remove.lua' with { type: 'text' }
import reviseScript from './redis/revise.lua' with { type: 'text' }
import room from './redis/room.lua' with { type: 'text' }
import roomsScript from './redis/rooms.lua' with { type: 'text' }

const KEY_SECONDS = 24 * 60 * 60
const READ_MS = 1000
const WRITE_MS = 2000
/** The index of rooms lately spoken in: the one key that belongs to no room. */
const ROOMS = 'chat:rooms'

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
  const client = createClient({
    url,
    scripts: {
      appendTo: script<string[]>(room + appendScript),
      findIn: script<string | null>(room + findScript),
      readFrom: script<string[]>(room + readScript),
      removeFrom: script<number>(room + removeScript),
      reviseIn: script<number>(room + reviseScript),
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
    const [, change, text = member] = /^(removed|revised) (.*)$/s.exec(member) ?? []
    const message = change === 'removed' ? undefined : messageIn(text)
    if (change === 'removed' && /^[0-9]+$/.test(text)) return { id, removed: Number(text) }
    if (change === 'revised' && message) return { id, revised: message }
    if (!change && message?.id === id) return { id, said: message }
    log('foreign entry skipped', { room, id })
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

  await Promise.race([client.connect().catch(() => {}), Bun.sleep(2000)])

  return {
    append: async (room, saying, { once, pace } = {}) => {
      const keys = [
        ...keysOf(room),
        keyOf(room, `once:${once?.key ?? ''}`),
        keyOf(room, `pace:${pace?.client ?? ''}`),
      ]
      const said = [saying.screenname, saying.value]
      const terms = [once?.print ?? '', KEY_SECONDS, pace?.perMinute ?? 0]
      const [id, print, wait] = await within(WRITE_MS, () =>
        client.appendTo(keys, [...kept, ...said, ...terms]),
      )
      if (wait !== undefined) return { wait: Number(wait) }
      // A repeat marks the room as well: the server that took the first may have died before it could.
      await mark(room, Number(id))
      return print === undefined ? { id: Number(id) } : { id: Number(id), print }
    },

    revise: (room, id, value) =>
      within(
        WRITE_MS,
        async () => (await client.reviseIn(keysOf(room), [...kept, id, value])) === 1,
      ),

    remove: (room, id) =>
      within(WRITE_MS, async () => (await client.removeFrom(keysOf(room), [...kept, id])) === 1),

    read: (room, range) =>
      within(READ_MS, async () => {
        const [direction, id] = 'after' in range ? ['after', range.after] : ['before', range.before]
        const [born, head, trimmed, now, cursor, more, ...found] = await client.readFrom(
          keysOf(room),
          [...kept, direction, id, range.limit],
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

    find: (room, id) =>
      within(READ_MS, async () => {
        const found = await client.findIn(keysOf(room), [...kept, id])
        if (found === 'removed') return found
        return found === null ? undefined : messageIn(found)
      }),

    rooms: (limit) =>
      within(READ_MS, async () => {
        const found = await client.roomsIn([ROOMS], [microseconds, limit])
        const rooms: { room: string; spoken: Id }[] = []
        for (let i = 0; i < found.length; i += 2)
          rooms.push({ room: found[i] as string, spoken: Number(found[i + 1]) })
        return rooms
      }),

    ready: () =>
      within(READ_MS, async () => {
        await client.ping()
      }),

    close: async () => {
      if (client.isReady) await client.close()
      else client.destroy()
    },
  }
}

/** A log's member as a message; undefined where some other program wrote it. */
function messageIn(json: string): Message | undefined {
  try {
    const { id, screenname, value, revised } = JSON.parse(json)
    if (typeof screenname !== 'string' || typeof value !== 'string') return undefined
    return { id: Number(id), screenname, value, ...(revised && { revised: Number(revised) }) }
  } catch {
    return undefined
  }
}
