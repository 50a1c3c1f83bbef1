/** Programs that speak in a name of their own, by a token in `Authorization` (RFC 6750). */
import { JSON_OR_PAGE, type Offer, PAGE_OR_JSON } from './form.ts'
import { BY_KEY } from './moderator.ts'
import type { Parts } from './parts.ts'
import { Problem } from './problem.ts'
import { isHosted } from './same-site.ts'
import { knownOf, type Visitor } from './visitor.ts'

const BEARER = /^bearer(?: |$)/i

/** The token, `''` where it is missing; undefined where none is meant. */
export function tokenIn({ headers }: Request): string | undefined {
  const authorization = headers.get('authorization') ?? ''
  return BEARER.test(authorization) ? authorization.replace(BEARER, '').trim() : undefined
}

/** What a program with a token gets that asks for nothing else: it is no browser. */
export const offerTo = (request: Request): Offer =>
  tokenIn(request) === undefined ? PAGE_OR_JSON : JSON_OR_PAGE

/** Which program has the token: a bot, or a moderator's, by the key; a `Problem` 401 for one that is none, or no more. */
export async function programOf(parts: Parts, request: Request, token: string): Promise<Visitor> {
  const name = await parts.bots.nameOf(token)
  if (name !== undefined)
    return knownOf(parts, request, { kind: 'bot', id: name, screenname: name })
  await refuseOther(parts, request, token)
  return knownOf(parts, request, { kind: 'moderator', id: BY_KEY, screenname: '' })
}

/** The mark of the moderator who asks, by the key as bearer or signed in; undefined where it is none. */
export async function moderatorOf(parts: Parts, request: Request): Promise<string | undefined> {
  const token = tokenIn(request)
  if (token === undefined) return signedIn(parts, request)
  await refuseOther(parts, request, token)
  return BY_KEY
}

/** The mark of the moderator whose browser asks; for what a page of another site asks, nobody is known by a cookie. */
export const signedIn = (parts: Parts, request: Request) =>
  isHosted(request, parts) ? undefined : parts.moderators.signedIn(request)

/** A `Problem` 401 for a token that is not the moderators' key. */
async function refuseOther({ moderators, networkOf }: Parts, request: Request, token: string) {
  if (await moderators.isKey(token, await networkOf(request))) return
  throw new Problem(401, ({ problems }) => problems.token, {
    'www-authenticate': 'Bearer error="invalid_token"',
  })
}
