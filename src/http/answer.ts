/** Answers, with the headers that each kind of them always has. */

/** Nothing inline, nothing from elsewhere, framed by nobody else, guessed at by no browser. */
const SECURITY = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
}

/** Messages are news: no cache may show yesterday's. */
const NEWS = { ...SECURITY, 'cache-control': 'no-store' }

type Fields = Record<string, string>

type Medium = 'html' | 'json' | 'text' | 'problem'

const headersOf = (type: string) => new Headers({ ...NEWS, 'content-type': type })

const MEDIA: Record<Medium, Headers> = {
  html: headersOf('text/html; charset=utf-8'),
  json: headersOf('application/json'),
  text: headersOf('text/plain; charset=utf-8'),
  problem: headersOf('application/problem+json'),
}

/** A body whose beginning is the same string for many, or empty, and the rest. */
export type Body = readonly [string, string]

/** What is answered, before it is known in which coding. */
export class Answer {
  constructor(
    readonly body: Body,
    readonly status: number,
    readonly headers: Headers,
  ) {}
}

/** Or, where there is no body, all of it. */
export type Answered = Answer | Response

export function answer(
  medium: Medium,
  body: string | Body,
  status = 200,
  fields: Fields = {},
): Answer {
  const headers = new Headers(MEDIA[medium])
  for (const name in fields) headers.set(name, fields[name] as string)
  return new Answer(typeof body === 'string' ? ['', body] : body, status, headers)
}

export function nothing(headers?: Fields): Response {
  return new Response(null, { status: 204, headers: { ...NEWS, ...headers } })
}

/**
 * A poll that found nothing: nearly all answers are this one. There is nothing in it to guard, and `Expires: 0` (RFC
 * 9111, section 5.3: a time in the past) keeps it from every cache in the fewest bytes.
 */
const NOTHING_NEW = { status: 204, headers: new Headers({ expires: '0' }) }
export const nothingNew = () => new Response(null, NOTHING_NEW)

/** After a form: look there now, with GET. */
export function seeOther(location: string, headers?: Fields): Response {
  return new Response(null, { status: 303, headers: { ...NEWS, ...headers, location } })
}

/** A file whose address changes with its content; `body` is in the content coding named. */
export function immutable(body: Uint8Array<ArrayBuffer>, type: string, coding: string): Response {
  const headers: Fields = {
    ...SECURITY,
    'content-type': type,
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'Accept-Encoding',
  }
  if (coding !== 'identity') headers['content-encoding'] = coding
  return new Response(body, { headers })
}
