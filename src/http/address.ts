/** What the parameters of an address name. */
import { ROOM } from '../chat/chat.ts'
import { type Id, LAST_ID } from '../chat/message.ts'
import { once } from '../view/once.ts'
import type { Site } from '../view/site.ts'
import type { Parts } from './parts.ts'
import { Problem } from './problem.ts'
import { isForeign } from './same-site.ts'

/** A room's name; a `Problem` 404 for what can be none. */
export function roomIn(params: { room: string }): string {
  // The router gives null, which its types do not tell, for what cannot be decoded.
  if (params.room !== null && ROOM.test(params.room)) return params.room
  throw new Problem(404, ({ problems }) => problems.noRoom)
}

/** A message's id, without a suffix; a `Problem` 404 for what can be none. */
export function idIn(params: { id: string }): Id {
  const id = /^([1-9][0-9]{0,15})(?:\.(?:html|json))?$/.exec(params.id)?.[1]
  if (id && Number(id) <= LAST_ID) return Number(id)
  throw new Problem(404, ({ problems }) => problems.noMessage)
}

/**
 * The chatbox as a page of another site must address it: by whole addresses. A page of our own is better off without:
 * it may be seen under another name than we know.
 */
export function wholeSite({ site, origin }: Parts, request: Request): Site {
  const base = (origin || originOf(request)) + site.base
  return once(site, 'whole', base, () => ({ ...site, base, isElsewhere: true }))
}

/** As whoever asks must address it. */
export const siteFor = (parts: Parts, request: Request): Site =>
  isForeign(request, parts) ? wholeSite(parts, request) : parts.site

/** The origin that was asked; `''`, which leaves addresses relative, where a request tells none. */
export const originOf = ({ url }: Request): string => /^https?:\/\/[^/]+/.exec(url)?.[0] ?? ''

/** A name or an address, and a port (RFC 3986, section 3.2.2); no name has a comma. */
const HOST = /^(?:[\w.~!$&'()*+;=%-]*|\[[\da-f:.]+\])(?::\d*)?$/i

/**
 * A `Problem` 400 for a `Host` that is none, and for several (RFC 9112, section 3.2), which come as one: whoever stands in
 * front may have gone by the first or by the last.
 */
export function refuseOddHost({ headers }: Request): void {
  const host = headers.get('host')
  if (host !== null && !HOST.test(host)) throw new Problem(400, ({ problems }) => problems.host)
}
