/** Answers, with the headers that each kind of them always has. */

/** Nothing inline, nothing from elsewhere, framed by nobody else, guessed at by no browser. */
const SECURITY = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
}

/** Messages are news: no cache may show yesterday's. */
const NEWS = { ...SECURITY, 'cache-control': 'no-store' }

type Headers = Record<string, string>

type Medium = 'html' | 'json' | 'text' | 'problem'

const MEDIA: Record<Medium, Headers> = {
  html: { ...NEWS, 'content-type': 'text/html; charset=utf-8' },
  json: { ...NEWS, 'content-type': 'application/json' },
  text: { ...NEWS, 'content-type': 'text/plain; charset=utf-8' },
  problem: { ...NEWS, 'content-type': 'application/problem+json' },
}

export function answer(medium: Medium, body: string, status = 200, headers?: Headers): Response {
  return new Response(body, { status, headers: { ...MEDIA[medium], ...headers } })
}

export function nothing(headers?: Headers): Response {
  return new Response(null, { status: 204, headers: { ...NEWS, ...headers } })
}

/** After a form: look there now, with GET. */
export function seeOther(location: string, headers?: Headers): Response {
  return new Response(null, { status: 303, headers: { ...NEWS, ...headers, location } })
}

/** A file whose address changes with its content. */
export function immutable(body: Uint8Array<ArrayBuffer>, type: string): Response {
  const headers = {
    ...SECURITY,
    'content-type': type,
    'cache-control': 'public, max-age=31536000, immutable',
  }
  return new Response(body, { headers })
}
