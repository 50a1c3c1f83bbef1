/** How much a client may read in a minute from this server. What is asked most, whether there is news, is not counted. */
import { Problem } from './problem.ts'
import { rateLimit } from './rate-limit.ts'

const MINUTE_MS = 60_000
/** Clients that are known at a time: whoever has many addresses fills no memory. */
const MOST_CLIENTS = 50_000

/**
 * A token bucket for each client that holds `perMinute`, as the time at which it is full again (the generic cell rate
 * algorithm, ITU-T I.371). Answers the milliseconds to wait, 0 where the client may read, and then takes one out.
 */
export function openBuckets(perMinute: number, mostClients = MOST_CLIENTS) {
  // Whoever was not seen for a minute has a full bucket, and is forgotten.
  let lately = new Map<string, number>()
  let before = new Map<string, number>()
  let turned = performance.now()

  return (client: string): number => {
    const now = performance.now()
    if (now - turned > MINUTE_MS || lately.size >= mostClients) {
      before = now - turned > 2 * MINUTE_MS ? new Map() : lately
      lately = new Map()
      turned = now
    }
    const due = Math.max(lately.get(client) ?? before.get(client) ?? now, now)
    const next = due + MINUTE_MS / perMinute
    if (next > now + MINUTE_MS) return next - now - MINUTE_MS
    lately.set(client, next)
    return 0
  }
}

/** Throws a `Problem` 429, with the wait, where the client of a request reads too much; with 0 a minute, never. */
export function openReadingPace(
  perMinute: number,
  clientOf: (request: Request) => string | undefined,
): (request: Request) => void {
  if (perMinute === 0) return () => {}
  const wait = openBuckets(perMinute)
  return (request) => {
    const client = clientOf(request)
    const seconds = Math.ceil((client === undefined ? 0 : wait(client)) / 1000)
    if (seconds > 0)
      throw new Problem(429, ({ refused }) => refused.often({ wait: seconds }), {
        'retry-after': String(seconds),
        ...rateLimit({ most: perMinute, left: 0, seconds }, 'reads'),
      })
  }
}
