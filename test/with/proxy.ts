/** A wire to Redis with faults in it, for what servers tell each other (Pub/Sub); commands pass as they are. */
import { connect, createServer, type Socket } from 'node:net'
import { atEnd } from './end.ts'
import { freePort } from './redis.ts'

/** What becomes of what is told: nothing goes wrong; it is lost; it comes twice; the whole connection says nothing. */
export type Fault = 'none' | 'lost' | 'twice' | 'silent'

/** One thing told, as RESP3 pushes it. */
const TOLD = />3\r\n\$8\r\nsmessage\r\n\$\d+\r\n[^\r]*\r\n\$\d+\r\n[^\r]*\r\n/g

export async function openProxy(url: string) {
  const port = await freePort()
  let fault: Fault = 'none'
  let told = 0
  /** Connections on which something was withheld. */
  const silenced = new Set<Socket>()

  function pass(client: Socket, server: Socket) {
    let isListening = false
    let kept = ''
    client.on('data', (bytes) => {
      isListening ||= bytes.includes('ssubscribe')
      server.write(bytes)
    })
    server.on('data', (bytes) => {
      if (!isListening) return client.write(bytes)
      if (fault === 'silent') return silenced.add(client)
      const text = kept + bytes.toString('latin1')
      // What is not whole yet waits for the rest.
      const end = text.lastIndexOf('>3\r\n$8\r\nsmessage')
      const whole = end < 0 || TOLD.test(text.slice(end)) ? text.length : end
      TOLD.lastIndex = 0
      kept = text.slice(whole)
      const passed = text.slice(0, whole).replace(TOLD, (one) => {
        told += 1
        return { none: one, lost: '', twice: one + one, silent: '' }[fault]
      })
      client.write(Buffer.from(passed, 'latin1'))
    })
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const)
      one.on('close', () => other.destroy()).on('error', () => {})
  }

  const listener = createServer((client) =>
    pass(client, connect(Number(new URL(url).port), '127.0.0.1')),
  ).listen(port, '127.0.0.1')
  atEnd(() => listener.close())
  return {
    url: `redis://127.0.0.1:${port}`,
    /** A connection that was silent ends with its silence, for what it withheld cannot be made up for. */
    set: (now: Fault) => {
      fault = now
      if (now === 'silent') return
      for (const client of silenced) client.destroy()
      silenced.clear()
    },
    /** How many things were told so far, with whatever fault. */
    told: () => told,
  }
}
