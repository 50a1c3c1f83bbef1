/** Hears what is told of rooms: each has a channel of its own (sharded Pub/Sub). */
import type { RedisClientType } from 'redis'
import type { News } from '../../chat/store.ts'
import { entryIn } from './entry.ts'

type Hear = (news?: News) => void

/** A connection of its own, for a client that can be watched; `within` gives its commands a deadline. */
export function openListening(
  client: Pick<
    RedisClientType,
    'connect' | 'destroy' | 'isReady' | 'on' | 'sSubscribe' | 'sUnsubscribe'
  >,
  within: <T>(ms: number, command: () => Promise<T>) => Promise<T>,
) {
  const heard = new Map<string, Hear>()

  // What was told while it was away is lost. Why it went is logged by the other connection, or heals by itself.
  const doubt = () => {
    for (const hear of heard.values()) hear()
  }
  client.on('error', doubt)
  client.on('ready', doubt)

  function tell(channel: string, text: string): void {
    heard.get(channel)?.(newsIn(text))
  }

  return {
    connect: () => client.connect(),

    /** A channel has one listener: the last. */
    async watch(channel: string, hear: Hear): Promise<() => void> {
      if (!client.isReady) throw new Error('Redis cannot be reached')
      const listener = (text: string) => {
        if (heard.get(channel) === hear) hear(newsIn(text))
      }
      await within(1000, () => client.sSubscribe(channel, listener))
      heard.set(channel, hear)
      return () => {
        if (heard.get(channel) !== hear) return
        heard.delete(channel)
        // With its listener: without it, one that subscribes meanwhile would be taken away, too.
        client.sUnsubscribe(channel, listener).catch(() => {})
      }
    },

    /** As if it were heard: what this server changed is known to it before it is answered. */
    tell,

    close: () => client.destroy(),
  }
}

/** `PREVIOUS BORN HEAD TRIMMED ENTRY`; undefined where it was not ours, or its entry is not. */
function newsIn(text: string): News | undefined {
  const [, previous, born, head, trimmed, told = ''] =
    /^(\d+) (\d+) (\d+) (\d+) (.*)$/s.exec(text) ?? []
  const entry = entryIn(Number(head), told)
  if (!entry) return undefined
  return {
    previous: Number(previous),
    born: Number(born),
    head: Number(head),
    trimmed: Number(trimmed),
    entries: [entry],
  }
}
