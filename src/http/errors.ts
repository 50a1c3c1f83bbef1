/** Where every error becomes an answer, in the form that was asked for. */
import { STATUS_CODES } from 'node:http'
import { ROOM } from '../chat/chat.ts'
import { Refusal, type Why } from '../chat/refusal.ts'
import { type Log, Unreachable } from '../chat/store.ts'
import { Told } from '../view/alert.tsx'
import { ErrorPage } from '../view/error.tsx'
import { problemJson, write } from '../view/json.ts'
import { refusalIn } from '../view/words/en.ts'
import { type Answer, answer, framedBy } from './answer.ts'
import { offerTo } from './bearer.ts'
import { type Form, formOf, JSON_OR_PAGE, type Offer, suffixOf, vary } from './form.ts'
import type { Parts } from './parts.ts'
import { Problem } from './problem.ts'
import { queryOf, refreshIn } from './query.ts'
import { rateLimit } from './rate-limit.ts'
import { wordsOf } from './visitor.ts'

const STATUS: Record<Why['reason'], number> = {
  nul: 422,
  surrogate: 422,
  empty: 422,
  bytes: 422,
  long: 422,
  key: 422,
  often: 429,
  slow: 429,
  again: 422,
  links: 422,
  rooms: 429,
  muted: 403,
  readonly: 403,
  reserved: 422,
  unsigned: 422,
  unmuted: 404,
  missing: 404,
  gone: 410,
  foreign: 403,
  late: 403,
}
const RETRY_SECONDS = 5

/** An error as HTTP puts it. What nobody foresaw is logged whole and shown as one plain sentence. */
export function problemOf(error: unknown, request: Request, log: Log): Problem {
  if (error instanceof Problem) return error
  if (error instanceof Refusal) {
    const { why } = error
    return new Problem(
      STATUS[why.reason],
      (words) => refusalIn(words, why),
      headersOf(why),
      why.reason,
    )
  }
  if (error instanceof Unreachable) {
    // It was logged where it began.
    const headers = { 'retry-after': String(RETRY_SECONDS) }
    return new Problem(503, ({ problems }) => problems.unreachable, headers, 'store')
  }
  log('unforeseen error', { ...where(request), error })
  return new Problem(500, ({ problems }) => problems.unforeseen, {}, 'unforeseen')
}

function headersOf(why: Why): Record<string, string> | undefined {
  if (why.reason === 'slow' || why.reason === 'rooms') return { 'retry-after': String(why.wait) }
  if (why.reason !== 'often') return undefined
  const { wait, most } = why
  return { 'retry-after': String(wait), ...rateLimit({ most, left: 0, seconds: wait }) }
}

/** What is JSON for whoever asks for nothing else. */
const FOR_SCRIPTS = /^\/(?:api\/|oembed$)/

/** The answer to a request that failed: a page, a fragment, or a problem of RFC 9457. */
export function errorAnswer(
  problem: Problem,
  request: Request,
  { site, embedOrigins }: Pick<Parts, 'site' | 'embedOrigins'>,
): Answer {
  const { status } = problem
  const words = wordsOf(request)
  const told = problem.tell(words)
  const path = pathOf(request)
  const suffix = /\/rooms\/[^/]+\/messages[/.]/.test(path)
    ? suffixOf(path.replace(/\/re(?:vision|moval)$/, ''))
    : ''
  const isForScripts = FOR_SCRIPTS.test(
    path.startsWith(site.base) ? path.slice(site.base.length) : path,
  )
  const headers = { ...problem.headers, ...vary(suffix) }
  switch (errorForm(request, suffix, isForScripts ? JSON_OR_PAGE : offerTo(request))) {
    case 'page': {
      // What is not to be had just now may be later: a page that reads itself goes on doing so.
      const refresh =
        status < 500 && status !== 429
          ? undefined
          : refreshIn(queryOf(request).get('refresh') ?? '')
      const isEmbedded = /\/rooms\/[^/]+\/embed$/.test(path)
      const page = ErrorPage({ site, words, told, room: roomOf(path), refresh, isEmbedded })
      const framing = isEmbedded ? framedBy(embedOrigins) : {}
      return answer('page', String(page), status, { ...headers, ...framing })
    }
    case 'fragment':
      return answer('fragment', String(Told({ told })), status, headers)
    default: {
      const wait = Number(problem.headers['retry-after'])
      const title = STATUS_CODES[status] ?? 'Error'
      return answer('problem', write(problemJson(status, title, told, wait)), status, headers)
    }
  }
}

/** The room that an address lies in, if it can be one. */
function roomOf(path: string): string | undefined {
  const [, room = ''] = path.match(/\/rooms\/([^/]+)/) ?? []
  return ROOM.test(room) ? room : undefined
}

/** Whoever accepts neither page nor JSON is taken for a script. */
function errorForm(request: Request, suffix: string, offer: Offer): Form {
  try {
    return formOf(request, offer, suffix)
  } catch {
    return 'json'
  }
}

/** For the log, which is told no token. */
const where = (request: Request) => ({
  method: request.method,
  path: pathOf(request).replace(/(?<=\/hooks\/).*/s, '…'),
})

function pathOf(request: Request): string {
  return request.url.replace(/^https?:\/\/[^/]*/, '').replace(/\?.*/s, '')
}
