/** Open pages: each polls on a connection of its own, and a second after its answer again. */

import { expect } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { Server } from './server.ts'
import { stopwatch } from './stopwatch.ts'
import { eventually } from './tab.ts'

/** How long a page waits after an answer. */
const AGAIN_MS = 1000

/** What a server takes in memory, in MB. */
export const memoryOf = ({ process }: Server) =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${process.pid}/status`, 'utf8'))?.[1]) / 1024

export async function startPages({ url }: Server, count: number, room = 'crowd') {
  const { hostname, port } = new URL(url)
  const poll = `GET /rooms/${room}/messages.html?after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n`
  let polls = 0
  let slowest = 0
  let isOver = false

  const open = () => {
    let took: ReturnType<typeof stopwatch> | undefined
    const ask = (socket: Bun.Socket) => {
      if (isOver) return
      took = stopwatch()
      socket.write(poll)
    }
    return Bun.connect({
      hostname,
      port: Number(port),
      socket: {
        open: ask,
        data(socket) {
          // An answer may come in parts; only its first counts.
          if (!took) return
          slowest = Math.max(slowest, took())
          took = undefined
          polls += 1
          setTimeout(ask, AGAIN_MS, socket)
        },
      },
    })
  }
  const sockets = await Promise.all(Array.from({ length: count }, open))

  return {
    /** Until so many more polls were answered, with whatever. */
    async polled(more: number): Promise<void> {
      const before = polls
      await eventually(async () => expect(polls).toBeGreaterThanOrEqual(before + more))
    },

    /** Closes them all, and answers how long the slowest poll took, in milliseconds. */
    async stop(): Promise<number> {
      isOver = true
      for (const socket of sockets) socket.end()
      return slowest
    },
  }
}
