/** Who receives webhooks: a server of its own, that looks at each delivery as a library for them does. */
import { Webhook } from 'standardwebhooks'
import { atEnd } from './end.ts'

export type Delivery = {
  id: string
  /** When it came, by `performance.now()`. */
  at: number
  headers: Record<string, string>
  text: string
  type: string
  timestamp: string
  data: { room: string } & Record<string, string>
}

/** What is answered: a status, a whole answer, or nothing ever. */
export type Reply = number | Response | 'nothing'

/** `reply` answers each delivery, by its number; 200 without it. */
export function startReceiver(
  reply: (n: number, delivery: Delivery) => Reply = () => 200,
  options: { hostname?: string; tls?: Bun.TLSOptions } = {},
) {
  /** All that came, and what of it was taken, once each. */
  const came: Delivery[] = []
  const taken: Delivery[] = []
  const server = Bun.serve({
    hostname: '127.0.0.1',
    ...options,
    port: 0,
    async fetch(request) {
      const headers = Object.fromEntries(request.headers)
      const text = await request.text()
      const id = headers['webhook-id'] ?? ''
      const delivery = { id, at: performance.now(), headers, text, ...JSON.parse(text) }
      const answer = reply(came.push(delivery), delivery)
      if (answer === 'nothing') return new Promise<Response>(() => {})
      const response = typeof answer === 'number' ? new Response('', { status: answer }) : answer
      // A server that stood still over a delivery does it again, and receivers drop doubles.
      if (response.ok && !taken.some((first) => first.id === id)) taken.push(delivery)
      return response
    },
  })
  atEnd(() => server.stop(true))
  return {
    url: `${server.url.protocol}//${options.tls ? 'localhost' : server.hostname}:${server.port}/chat?of=ours`,
    came,
    taken,
    values: () => taken.map(({ data }) => data.value),
    stop: () => server.stop(true),
  }
}

/** Throws where the signature is wrong. */
export const verify = (secret: string, { text, headers }: Delivery) =>
  new Webhook(secret).verify(text, headers)
