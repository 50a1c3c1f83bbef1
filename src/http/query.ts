/** What a request asks for in its address, checked. */
import { type Id, LAST_ID } from '../chat/message.ts'
import { Problem } from './problem.ts'

const LIMIT = 50
export const MOST = 200
const CANONICAL = /^(?:0|[1-9][0-9]{0,15})$/

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
  const limit = number(query, 'limit', 1, MOST) ?? LIMIT
  const after = number(query, 'after', 0, LAST_ID)
  const before = number(query, 'before', 0, LAST_ID)
  const since = number(query, 'since', 0, LAST_ID)
  if ([after, before, since].filter((given) => given !== undefined).length > 1)
    throw new Problem(422, 'Ask for one of after, before and since, not for several at once.')
  if (after !== undefined) return { after, limit }
  if (before !== undefined) return { before, limit }
  if (since !== undefined) return { since, limit }
  return { latest: true, limit }
}

/** The one value of a parameter, if it is there; a `Problem` 422 where it is there twice. */
export function only(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name)
  if (values.length > 1)
    throw new Problem(422, `${name} is given ${values.length} times; once is enough.`)
  return values[0]
}

function number(
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
    throw new Problem(
      422,
      `${name} must be a whole number from ${least} to ${most}, in plain digits.`,
    )
  return value
}
