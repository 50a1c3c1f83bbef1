/** How clients are let go before the server goes. */
import type { Server } from 'bun'

/** It goes when nobody asked for so long, and in any case after so long. */
const QUIET_MS = 200
const MOST_MS = 1000

type Fetch = (request: Request) => Response | Promise<Response>

/**
 * Answers go on, each with `Connection: close` (RFC 9112, section 9.6): a client that keeps its connection would send
 * the next request into one that ends just then. Balancers learn from `/readyz` meanwhile. Resolves when it is quiet.
 */
export async function drained(server: Server<unknown>, fetch: Fetch): Promise<void> {
  const began = performance.now()
  let asked = began
  server.reload({
    routes: {},
    async fetch(request) {
      asked = performance.now()
      const answer = await fetch(request)
      answer.headers.set('connection', 'close')
      return answer
    },
  })
  const isOver = (now: number) => now - asked > QUIET_MS || now - began > MOST_MS
  while (!isOver(performance.now())) await Bun.sleep(20)
}
