/** One delivery: signed as Standard Webhooks has it (https://www.standardwebhooks.com), and sent once. */
import type { LookupAddress } from 'node:dns'
import { request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import { isIP } from 'node:net'
import { hostOf } from './addresses.ts'
import type { Event } from './events.ts'

/** Of an answer so much is read at the most, of its head and of its body. */
const MOST_BYTES = 16_384

export type Answer = {
  status: number
  /** Seconds after which it may be tried again, where the answer says so. */
  retryAfter?: number
}

/** The headers that prove who sent it; `now` is in seconds since 1970. */
export function signed(secret: string, { id, body }: Event, now: number): Record<string, string> {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const hash = new Bun.CryptoHasher('sha256', key).update(`${id}.${now}.${body}`).digest('base64')
  return {
    'webhook-id': id,
    'webhook-timestamp': `${now}`,
    'webhook-signature': `v1,${hash}`,
  }
}

/**
 * Posts to a host at these addresses, and at no others: whatever its name leads to meanwhile, it is not looked up again.
 * Follows no redirect and uses no proxy; rejects where there is no answer.
 */
export function post(
  url: URL,
  addresses: LookupAddress[],
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const host = hostOf(url)
  const send = url.protocol === 'https:' ? overHttps : overHttp
  const request = send({
    method: 'POST',
    host,
    port: url.port,
    path: url.pathname + url.search,
    headers: {
      host: url.host,
      'user-agent': 'Chatbox',
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...headers,
    },
    agent: false,
    maxHeaderSize: MOST_BYTES,
    rejectUnauthorized: true,
    servername: isIP(host) ? undefined : host,
    lookup: (_, { all }, found) => {
      const [{ address, family }] = addresses as [LookupAddress]
      if (all) found(null, addresses)
      else found(null, address, family)
    },
    signal,
  })
  request.on('error', reject)
  request.on('response', (response) => {
    let bytes = 0
    const end = () => {
      response.destroy()
      resolve({ status: response.statusCode ?? 0, retryAfter: retryAfterIn(response.headers) })
    }
    response.on('data', (part: Buffer) => {
      bytes += part.length
      if (bytes > MOST_BYTES) end()
    })
    // What it answered counts, whatever becomes of the rest.
    for (const event of ['end', 'error', 'close']) response.on(event, end)
  })
  request.end(body)
  return promise
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
function retryAfterIn({ 'retry-after': text = '' }: NodeJS.Dict<string | string[]>) {
  const seconds = /^\d+$/.test(`${text}`)
    ? Number(text)
    : (Date.parse(`${text}`) - Date.now()) / 1000
  return seconds > 0 ? seconds : undefined
}
