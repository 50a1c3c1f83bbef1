/** Where every error becomes an answer, in the form that was asked for. */
import { STATUS_CODES } from 'node:http'
import { type Reason, Refusal } from '../chat/refusal.ts'
import { type Log, Unreachable } from '../chat/store.ts'
import { ErrorFragment, ErrorPage } from '../view/error.tsx'
import { problemJson, write } from '../view/json.ts'
import type { Site } from '../view/site.ts'
import { answer } from './answer.ts'
import {
  type Form,
  formOf,
  JSON_OR_PAGE,
  type Offer,
  PAGE_OR_JSON,
  suffixOf,
  vary,
} from './form.ts'
import { Problem } from './problem.ts'

const STATUS: Record<Reason, number> = { text: 422, key: 422, often: 429, missing: 404, gone: 410 }
const RETRY_SECONDS = 5

/** An error as HTTP puts it. What nobody foresaw is logged whole and shown as one plain sentence. */
export function problemOf(error: unknown, request: Request, log: Log): Problem {
  if (error instanceof Problem) return error
  if (error instanceof Refusal) {
    const headers = error.wait ? { 'retry-after': String(error.wait) } : undefined
    return new Problem(STATUS[error.reason], error.message, headers)
  }
  if (error instanceof Unreachable) {
    log('store unreachable', { ...where(request), cause: String(error.cause) })
    const words = 'The messages cannot be reached just now. Please try again in a moment.'
    return new Problem(503, words, { 'retry-after': String(RETRY_SECONDS) })
  }
  log('unforeseen error', { ...where(request), error })
  return new Problem(500, 'Something went wrong here. It has been noted.')
}

/** The answer to a request that failed: a page, a fragment, or a problem of RFC 9457. */
export function errorAnswer(problem: Problem, request: Request, site: Site): Response {
  const { status, message: words } = problem
  const title = STATUS_CODES[status] ?? 'Error'
  const path = pathOf(request)
  const suffix = /\/rooms\/[^/]+\/messages[/.]/.test(path) ? suffixOf(path) : ''
  const isApi = path.startsWith('/api/') || path.startsWith(`${site.base}/api/`)
  const headers = { ...problem.headers, ...vary(suffix) }
  switch (errorForm(request, suffix, isApi ? JSON_OR_PAGE : PAGE_OR_JSON)) {
    case 'page':
      return answer('html', String(ErrorPage({ site, title, words })), status, headers)
    case 'fragment':
      return answer('html', String(ErrorFragment({ words })), status, headers)
    default: {
      const wait = Number(problem.headers['retry-after'])
      return answer('problem', write(problemJson(status, title, words, wait)), status, headers)
    }
  }
}

/** Whoever accepts neither page nor JSON is taken for a script. */
function errorForm(request: Request, suffix: string, offer: Offer): Form {
  try {
    return formOf(request, offer, suffix)
  } catch {
    return 'json'
  }
}

const where = (request: Request) => ({ method: request.method, path: pathOf(request) })

function pathOf(request: Request): string {
  return request.url.replace(/^https?:\/\/[^/]*/, '').replace(/\?.*/s, '')
}
