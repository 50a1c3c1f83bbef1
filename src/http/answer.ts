/** Answers, with the headers that each kind of them always has. */
import { tagOf } from './etag.ts'

/** A page loads our own files and nothing else; nothing stands inline in it. */
const policy = (framing: string) => ({
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    `frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors ${framing}`,
})

/** What is no page loads nothing, sends nothing and stands in no frame, whoever opens it as one. Browsers guess at nothing. */
const SECURITY = {
  'content-security-policy':
    "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** A page shares no process with what opened it from elsewhere, and asks a reader's device for nothing. */
const PAGE = {
  ...policy("'self'"),
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), ' +
    'magnetometer=(), microphone=(), midi=(), payment=(), usb=()',
}

/** What pages of other sites load by an element: the script that puts a room there, and the stylesheet. */
const FILE = { ...SECURITY, 'cross-origin-resource-policy': 'cross-origin' }

/** What a page says that these origins may frame, beside our own. */
export const framedBy = (origins: string[]): Fields => policy(["'self'", ...origins].join(' '))

/** Messages are news: no cache may show yesterday's. */
const NEWS = { ...SECURITY, 'cache-control': 'no-store' }

/** What a script may keep, and ask whether it is still so. */
const VALIDATED: Medium[] = ['json', 'atom', 'yaml']

type Fields = Record<string, string>

type Medium = 'page' | 'report' | 'fragment' | 'json' | 'text' | 'atom' | 'yaml' | 'problem'

/** What everybody may read, pages of other sites, too: without cookies, for `*` lets none be sent. */
const OPEN = { 'access-control-allow-origin': '*' }
const FORMS = {
  ...OPEN,
  'access-control-expose-headers':
    'Chatbox, ETag, Link, Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After',
}

const HTML = 'text/html; charset=utf-8'

const TYPES: Record<Medium, Fields> = {
  page: { ...PAGE, 'content-type': HTML },
  // For those who run the chatbox.
  report: { 'content-type': 'text/plain; charset=utf-8' },
  // By which an open page knows it from what some server in between answers instead.
  fragment: { ...FORMS, 'content-type': HTML, chatbox: 'fragment' },
  json: { ...FORMS, 'content-type': 'application/json' },
  text: { ...FORMS, 'content-type': 'text/plain; charset=utf-8' },
  atom: { ...FORMS, 'content-type': 'application/atom+xml; charset=utf-8' },
  yaml: { ...FORMS, 'content-type': 'application/yaml' },
  problem: { ...FORMS, 'content-type': 'application/problem+json' },
}

const templates = new Map<string, Headers>()

/** What all answers of a medium say, in one coding, that vary by the same. */
function template(medium: Medium, coding: string, vary: string): Headers {
  const name = `${medium} ${coding} ${vary}`
  const known = templates.get(name)
  if (known) return known
  const headers = new Headers({ ...NEWS, ...TYPES[medium] })
  if (VALIDATED.includes(medium)) headers.set('cache-control', 'no-cache')
  if (coding !== 'identity') headers.set('content-encoding', coding)
  if (vary) headers.set('vary', vary)
  templates.set(name, headers)
  return headers
}

/** A text; or a beginning that is the same object for many answers, and the rest. */
export type Body = string | { shared: { text: string }; own: string }

/** What is answered, before it is known in which coding. */
export class Answer {
  /** As it goes out in each coding that it was asked for in, for an answer that is given more than once. */
  readonly codings: Record<string, Sent | Promise<Sent>> = {}
  #tag?: string

  constructor(
    readonly medium: Medium,
    readonly body: Body,
    readonly status: number,
    readonly fields: Fields,
  ) {}

  /** By what a script, or a cache, knows that it has the same already. */
  get etag(): string | undefined {
    const isKept = VALIDATED.includes(this.medium) || 'cache-control' in this.fields
    if (isKept && this.status === 200) this.#tag ??= tagOf(this.body as string)
    return this.#tag
  }

  /** `varies`: whether the coding is a matter of choice. */
  init(coding: string, varies: boolean): Init {
    const { vary = '', ...fields } = this.fields
    const byAll = varies ? `${vary}${vary && ', '}Accept-Encoding` : vary
    const headers = new Headers(template(this.medium, coding, byAll))
    for (const name in fields) headers.set(name, fields[name] as string)
    if (this.etag) headers.set('etag', this.etag)
    return { status: this.status, headers }
  }
}

type Init = { status: number; headers: Headers }

export type Sent = { body: Uint8Array<ArrayBuffer>; init: Init }

/** Or, where there is no body, all of it. */
export type Answered = Answer | Response

export const answer = (medium: Medium, body: Body, status = 200, fields: Fields = {}): Answer =>
  new Answer(medium, body, status, fields)

export function nothing(headers?: Fields): Response {
  return new Response(null, { status: 204, headers: { ...NEWS, ...FORMS, ...headers } })
}

/**
 * A poll that found nothing: nearly all answers are this one. There is nothing in it to guard, and `Expires: 0` (RFC
 * 9111, section 5.3: a time in the past) keeps it from every cache in the fewest bytes.
 */
const NOTHING_NEW = { status: 204, headers: new Headers({ expires: '0' }) }

/** The same where a page of another site asks; browsers tell of it. */
const NOTHING_NEW_ELSEWHERE = { status: 204, headers: new Headers({ ...OPEN, expires: '0' }) }

/** `told`: what a poller of our own pages brings, whose headers are not read. */
export function nothingNewTo(request: Request, told?: object): Response {
  const isElsewhere = !told && request.headers.has('origin')
  return new Response(null, isElsewhere ? NOTHING_NEW_ELSEWHERE : NOTHING_NEW)
}

/** What goes on as long as its reader does; proxies that gather answers before they pass them on are asked not to. */
export function streaming(body: AsyncIterable<string> | null, headers: Fields): Response {
  const fields = {
    ...NEWS,
    ...FORMS,
    'content-type': 'text/event-stream',
    'x-accel-buffering': 'no',
  }
  return new Response(body as unknown as ReadableStream, { headers: { ...fields, ...headers } })
}

/** After a form: look there now, with GET. */
export function seeOther(location: string, headers?: Fields): Response {
  return new Response(null, { status: 303, headers: { ...NEWS, ...headers, location } })
}

/** What a file says whose address changes with its content. */
export const IMMUTABLE = { 'cache-control': 'public, max-age=31536000, immutable' }

/** A file; `body` is in the content coding named. */
export function fileAnswer(
  body: Uint8Array<ArrayBuffer>,
  type: string,
  coding: string,
  fields: Fields,
): Response {
  const headers: Fields = {
    ...FILE,
    'content-type': type,
    vary: 'Accept-Encoding',
    ...fields,
  }
  if (coding !== 'identity') headers['content-encoding'] = coding
  return new Response(body, { headers })
}

/** To who has a file already; `fields` are those that the whole answer would have. */
export const unchanged = (fields: Fields) =>
  new Response(null, { status: 304, headers: { ...FILE, ...fields } })

/** Browsers come by https alone for a year (RFC 6797); other names on the same domain are not ours to bind. */
const HTTPS_ALONE = 'max-age=31536000'

/** Says so on every answer but a 204, of which polls have many: who gets one was told before. */
export function httpsAlone(response: Response): Response {
  if (response.status !== 204) response.headers.set('strict-transport-security', HTTPS_ALONE)
  return response
}
