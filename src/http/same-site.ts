/** Keeps pages of other sites from doing things in a visitor's name. */
import { Problem } from './problem.ts'

/**
 * A `Problem` 403 for a request that a browser sent on behalf of another site, by the rule of Go's
 * `http.CrossOriginProtection`: `Sec-Fetch-Site` tells; where a browser does not send it, `Origin` must name the
 * host that was asked, or `ours`. A script that sends neither may pass.
 */
export function refuseForeignSite({ headers }: Request, ours?: string): void {
  const origin = headers.get('origin')
  if (origin !== null && origin === ours) return
  const site = headers.get('sec-fetch-site')
  const isOurs = site
    ? site === 'same-origin' || site === 'none'
    : origin === null || hostOf(origin) === headers.get('host')
  if (!isOurs) throw new Problem(403, ({ problems }) => problems.foreignSite)
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
