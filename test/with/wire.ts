/** A wire to Redis that can be cut, fall silent, or be slow, while both ends stand. */
import { connect, createServer, type Socket } from 'node:net'
import { atEnd } from './end.ts'
import { freePort } from './redis.ts'

/** `cut`: connections are reset and refused. `silent`: nothing comes through, as on a half-open connection. */
export type State = 'whole' | 'cut' | 'silent' | 'slow'

/** `slowMs`: how long each part of an answer takes on a slow wire. */
export async function openWire(url: string, slowMs = 400) {
  const port = await freePort()
  let to = url
  const sockets = new Set<Socket>()
  let state: State = 'whole'

  const listener = createServer((client) => {
    if (state === 'cut') return client.resetAndDestroy()
    const server = connect(Number(new URL(to).port), '127.0.0.1')
    for (const [from, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(from)
      const underWay: Buffer[] = []
      from.on('data', (bytes: Buffer) => {
        if (state === 'silent') return
        const isSlow = state === 'slow' && from === server
        // What comes later arrives later, though the wire be quick again.
        if (!isSlow && underWay.length === 0) return other.write(bytes)
        underWay.push(bytes)
        setTimeout(() => other.write(underWay.shift() as Buffer), slowMs)
      })
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        other.destroy()
      })
    }
  }).listen(port, '127.0.0.1')
  atEnd(() => listener.close())

  return {
    url: `redis://127.0.0.1:${port}`,
    /** What was lost on a connection stays lost, so those that were silent end with it. */
    set(now: State) {
      if (now === 'cut' || state === 'silent') for (const socket of sockets) socket.destroy()
      state = now
    },
    /** Where connections go from now on; those that stand stay where they are. */
    lead(url: string) {
      to = url
    },
  }
}
