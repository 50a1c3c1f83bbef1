/** Answers that are held back until there is news. */
import { Problem } from './problem.ts'
import { optionalNumber, type Reading } from './query.ts'

export const LONGEST_WAIT = 30

/** RFC 7240, section 4.3. */
const PREFERRED = /(?:^|,)\s*wait\s*=\s*"?([0-9]{1,9})"?\s*(?:[,;]|$)/i

export type Waiting = {
  seconds: number
  /** What says that a preference was honoured (RFC 7240, section 3). */
  honoured?: Record<string, string>
}

/** How long the answer may be held back: by `wait` in the address, a `Problem` 422 where it makes no sense, or as preferred. */
export function waitingIn({ headers }: Request, query: URLSearchParams, reading: Reading): Waiting {
  const asked = optionalNumber(query, 'wait', 0, LONGEST_WAIT)
  if (asked !== undefined) {
    if (!('after' in reading)) throw new Problem(422, ({ problems }) => problems.waitAfter)
    return { seconds: asked }
  }
  const [, preferred] = PREFERRED.exec(headers.get('prefer') ?? '') ?? []
  if (preferred === undefined || !('after' in reading)) return { seconds: 0 }
  const seconds = Math.min(Number(preferred), LONGEST_WAIT)
  return { seconds, honoured: { 'preference-applied': `wait=${seconds}` } }
}

/** Ends with the time, with the reader, or with the server. */
export const until = (seconds: number, request: Request, stopping: AbortSignal): AbortSignal =>
  AbortSignal.any([AbortSignal.timeout(seconds * 1000), request.signal, stopping])
