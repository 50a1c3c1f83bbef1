/** What a browser asks before a page of another site may ask by more than a plain form can (Fetch Standard, 4.8). */
import { nothing } from './answer.ts'
import { isHost } from './same-site.ts'

/** What htmx sends, and what scripts may. */
const HEADERS = [
  ...['HX-Request', 'HX-Request-Type', 'HX-Current-URL', 'HX-Source', 'HX-Target', 'HX-Boosted'],
  ...[
    'Chatbox-Identity',
    'Chatbox-Token',
    'Content-Type',
    'Idempotency-Key',
    'If-None-Match',
    'Last-Event-ID',
    'Prefer',
  ],
].join(', ')

/** Chromium remembers none for longer. */
const REMEMBERED_SECONDS = 7200

/** Reading is for everyone, all else for the sites that may show rooms. */
export function preflight({ headers }: Request, allow: string, embedOrigins: string[]): Response {
  return nothing({
    allow,
    vary: 'Origin',
    'access-control-allow-methods': isHost(headers.get('origin'), embedOrigins)
      ? allow
      : 'GET, HEAD',
    'access-control-allow-headers': HEADERS,
    'access-control-max-age': String(REMEMBERED_SECONDS),
  })
}
