/** People whom the site around the chatbox knows: it signs who they are (RFC 7519), and they are believed. */
import { cleanScreenname } from '../chat/text.ts'
import { claimsIn } from './jwt.ts'
import type { Parts } from './parts.ts'
import { Problem, type Telling } from './problem.ts'
import { isKnown, knownOf, type Visitor } from './visitor.ts'

/** By which scripts bring it, and the script of a frame; a form in a frame has a field for it. */
const IDENTITY = 'chatbox-identity'

/** Nobody is vouched for longer: an expiry in milliseconds, which lies ten thousands of years ahead, is a mistake. */
const LONGEST_SECONDS = 30 * 24 * 60 * 60

/** What the site knows a person by: 1 to 200 characters, and no half of one. */
const SUB = /^\P{Cs}{1,200}$/u

/** The identity that a request brings in its header, or its form `brought`; undefined where none is meant. */
export const identityIn = ({ headers }: Request, brought?: string): string | undefined =>
  headers.get(IDENTITY) ?? (brought || undefined)

/** Who is meant by an identity; a `Problem` 401 where it is not signed by the site, or not for now. */
export async function memberOf(parts: Parts, request: Request, identity: string): Promise<Visitor> {
  const claims = claimsIn(identity, parts.identityKeys)
  if (!claims) throw refused(({ problems }) => problems.identity)
  const { sub, screenname, exp } = claims
  const seconds = typeof exp === 'number' ? exp - Date.now() / 1000 : Number.NaN
  if (seconds <= 0) throw refused(({ problems }) => problems.identityOver)
  if (!isSub(sub) || typeof screenname !== 'string' || !(seconds <= LONGEST_SECONDS))
    throw refused(({ problems }) => problems.identityClaims)
  return knownOf(parts, request, {
    kind: 'member',
    id: sub,
    screenname: cleanScreenname(screenname),
  })
}

/** Whether only members speak in a room. */
export const isForMembers = ({ memberRooms }: Pick<Parts, 'memberRooms'>, room: string): boolean =>
  memberRooms[0] === '*' || memberRooms.includes(room)

/** A `Problem` 403 for who speaks in a room that is for members, and is none, nor a bot or a moderator. */
export function refuseStranger(parts: Parts, room: string, visitor: Visitor): void {
  if (isForMembers(parts, room) && !isKnown(visitor) && visitor.moderator === undefined)
    throw new Problem(403, ({ members }) => members)
}

const isSub = (sub: unknown): sub is string => typeof sub === 'string' && SUB.test(sub)

const refused = (tell: Telling) =>
  new Problem(401, tell, { 'www-authenticate': 'Chatbox-Identity error="invalid_token"' })
