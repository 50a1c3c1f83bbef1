/** Hears what is told of rooms: each has a channel of its own (sharded Pub/Sub). */
import type { Entry } from '../../chat/message.ts'
import type { News } from '../../chat/store.ts'
import { type Node, within } from './connection.ts'
import { entryIn } from './entry.ts'

const SUBSCRIBE_MS = 1000

type Hear = (news?: News) => void

/** A connection to one node on which channels are heard. It is never mended: those who heard it listen anew. */
type Line = { client: Node; channels: Set<string> }

/** `nodeOf` answers the node that holds a channel. */
export function openListening(nodeOf: (channel: string) => Promise<Node>) {
  const heard = new Map<string, Hear>()
  const lines = new Map<Node, Promise<Line>>()

  function tell(channel: string, text: string): void {
    heard.get(channel)?.(newsIn(text))
  }

  function lineTo(node: Node): Promise<Line> {
    const known = lines.get(node)
    if (known) return known
    const line = open(node)
    lines.set(node, line)
    line.catch(() => lines.delete(node))
    return line
  }

  async function open(node: Node): Promise<Line> {
    if (!node.isReady) throw new Error('Redis cannot be reached')
    const socket = { ...node.options?.socket, reconnectStrategy: false as const }
    const client = node.duplicate({ socket })
    const line: Line = { client, channels: new Set() }
    const end = (channel: string) => {
      line.channels.delete(channel)
      const hear = heard.get(channel)
      heard.delete(channel)
      hear?.()
    }
    // What was told while it is away is lost.
    const drop = () => {
      lines.delete(node)
      if (client.isOpen) client.destroy()
      for (const channel of line.channels) end(channel)
    }
    client.on('error', drop)
    client.on('end', drop)
    // Its slot lies on another node from now on, and what is told there is heard there alone.
    client.on('sharded-channel-moved', end)
    await client.connect()
    return line
  }

  return {
    /** A channel has one listener: the last. Calls `hear` without news where it ends by itself. */
    async watch(channel: string, hear: Hear): Promise<() => void> {
      const { client, channels } = await within(SUBSCRIBE_MS, async () =>
        lineTo(await nodeOf(channel)),
      )
      const listener = (text: string) => {
        if (heard.get(channel) === hear) hear(newsIn(text))
      }
      const leave = () => client.sUnsubscribe(channel, listener)
      const subscribed = client.sSubscribe(channel, listener)
      await within(SUBSCRIBE_MS, () => subscribed).catch((error) => {
        // It may come later, and then nobody hears it.
        subscribed.then(leave).catch(() => {})
        throw error
      })
      if (!client.isReady) throw new Error('Redis cannot be reached')
      heard.set(channel, hear)
      channels.add(channel)
      return () => {
        if (heard.get(channel) !== hear) return
        heard.delete(channel)
        channels.delete(channel)
        // With its listener: without it, one that subscribes meanwhile would be taken away, too.
        if (client.isReady) leave().catch(() => {})
      }
    },

    /** As if it were heard: what this server changed is known to it before it is answered. */
    tell,

    close() {
      for (const line of lines.values()) line.then(({ client }) => client.destroy()).catch(() => {})
    },
  }
}

/** `PREVIOUS BORN HEAD TRIMMED`, and a line for each entry, `ID ENTRY`; undefined where it was not ours, or an entry is not. */
function newsIn(text: string): News | undefined {
  const [first = '', ...lines] = text.split('\n')
  const stand = /^(\d+) (\d+) (\d+) (\d+)$/.exec(first)?.slice(1).map(Number)
  if (!stand) return undefined
  const [previous, born, head, trimmed] = stand as [number, number, number, number]
  const entries: Entry[] = []
  for (const line of lines) {
    const space = line.indexOf(' ')
    const entry = entryIn(Number(line.slice(0, space)), line.slice(space + 1))
    if (!entry) return undefined
    entries.push(entry)
  }
  return { previous, born, head, trimmed, entries }
}
