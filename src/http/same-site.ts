/** Keeps pages of other sites from doing things in a visitor's name. */
import type { Parts } from './parts.ts'
import { Problem } from './problem.ts'

type Sites = Pick<Parts, 'origin' | 'embedOrigins'>

/**
 * A `Problem` 403 for a request that a browser sent on behalf of another site which is none of `embedOrigins`. A script
 * that says nothing of where it comes from may pass. Who is let through from another site is nobody known by a cookie
 * (`visitorOf`).
 */
export function refuseForeignSite(request: Request, sites: Sites): void {
  if (isOurs(request, sites) || isHosted(request, sites)) return
  throw new Problem(403, ({ problems }) => problems.foreignSite)
}

/** Whether a page of another site asks that may show rooms. */
export function isHosted(request: Request, sites: Sites): boolean {
  const { embedOrigins } = sites
  // No header is read where there are none.
  if (embedOrigins.length === 0) return false
  return isHost(request.headers.get('origin'), embedOrigins) && !isOurs(request, sites)
}

/** Whether a page of any other site asks. Browsers say so where they ask for what it can read, and where they post. */
export function isForeign(request: Request, sites: Sites): boolean {
  return request.headers.has('origin') && !isOurs(request, sites)
}

/** What browsers begin to say of themselves with, those that show text alone among them. */
const BROWSER = /^(?:Mozilla|Opera|Lynx|w3m|E?Links)\b/

/**
 * Whether this may be a form in a browser that does not say where it comes from: some did not before 2020, text browsers do
 * not today. A script says that it is another program, or asks for no HTML, and no form brings a header of ours.
 */
export function isSilent({ method, headers }: Request): boolean {
  const tells = ['origin', 'sec-fetch-site', 'hx-request', 'idempotency-key', 'authorization']
  return (
    method === 'POST' &&
    !tells.some((name) => headers.has(name)) &&
    BROWSER.test(headers.get('user-agent') ?? '') &&
    /text\/html/i.test(headers.get('accept') ?? '')
  )
}

export function isHost(origin: string | null, embedOrigins: string[]): boolean {
  if (embedOrigins[0] === '*') return /^https?:/.test(origin ?? '')
  return embedOrigins.includes(origin ?? '')
}

/**
 * By the rule of Go's `http.CrossOriginProtection`: `Sec-Fetch-Site` tells; where a browser does not send it, `Origin`
 * must name the host that was asked, or ours.
 */
function isOurs({ headers }: Request, { origin: ours }: Sites): boolean {
  const origin = headers.get('origin')
  if (origin !== null && origin === ours) return true
  const site = headers.get('sec-fetch-site')
  return site
    ? site === 'same-origin' || site === 'none'
    : origin === null || hostOf(origin) === headers.get('host')
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
