/** What a request asks for in its address, checked. */
import { type Id, LAST_ID } from '../chat/message.ts'
import type { Theme } from '../view/site.ts'
import { Problem } from './problem.ts'

export const LIMIT = 50
export const MOST = 200
export const CANONICAL = /^(?:0|[1-9][0-9]{0,15})$/

const REFRESH = [5, 3600] as const

export type Reading = { limit: number } & (
  | { after: Id }
  | { before: Id }
  | { since: number }
  | { latest: true }
)

/** What stands behind the `?` of an address. */
export function questionOf(request: Request): string {
  const mark = request.url.indexOf('?')
  return mark < 0 ? '' : request.url.slice(mark + 1)
}

export const queryOf = (request: Request) => new URLSearchParams(questionOf(request))

/** At most one of `after`, `before` and `since`, and a `limit`; a `Problem` 422 where that is not so. */
export function readingOf(query: URLSearchParams): Reading {
  const limit = optionalNumber(query, 'limit', 1, MOST) ?? LIMIT
  const after = optionalNumber(query, 'after', 0, LAST_ID)
  const before = optionalNumber(query, 'before', 0, LAST_ID)
  const since = optionalNumber(query, 'since', 0, LAST_ID)
  if ([after, before, since].filter((given) => given !== undefined).length > 1)
    throw new Problem(422, ({ problems }) => problems.oneOf)
  if (after !== undefined) return { after, limit }
  if (before !== undefined) return { before, limit }
  if (since !== undefined) return { since, limit }
  return { latest: true, limit }
}

/** The seconds after which a page without a script reads itself anew, where it shall. */
export const refreshOf = (query: URLSearchParams) => optionalNumber(query, 'refresh', ...REFRESH)

/** The same in a form, where it is not worth the message: undefined for anything else. */
export function refreshIn(text?: string): number | undefined {
  const seconds = Number(text)
  const [least, most] = REFRESH
  return Number.isInteger(seconds) && seconds >= least && seconds <= most ? seconds : undefined
}

/** A theme; undefined for anything else. */
export const themeIn = (text?: string): Theme | undefined =>
  text === 'light' || text === 'dark' ? text : undefined

/** The one value of a parameter, if it is there; a `Problem` 422 where it is there twice. */
export function only(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name)
  if (values.length > 1)
    throw new Problem(422, ({ problems }) => problems.twice(name, values.length))
  return values[0]
}

/** A parameter that may be absent; a `Problem` 422 where it is there and no whole number in these bounds. */
export function optionalNumber(
  query: URLSearchParams,
  name: string,
  least: number,
  most: number,
): number | undefined {
  const text = only(query, name)
  return text === undefined ? undefined : wholeNumber(name, text, least, most)
}

/** A whole number written in canonical decimal digits; a `Problem` 422 where it is not. */
export function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = CANONICAL.test(text) ? Number(text) : Number.NaN
  if (!(value >= least && value <= most))
    throw new Problem(422, ({ problems }) => problems.wholeNumber(name, least, most))
  return value
}
