/** Programs that speak in a name of their own, by a token in `Authorization` (RFC 6750). */
import { JSON_OR_PAGE, type Offer, PAGE_OR_JSON } from './form.ts'
import type { Parts } from './parts.ts'
import { Problem } from './problem.ts'
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

/** Which bot has the token; a `Problem` 401 for one that is none, or no more. */
export async function botOf(parts: Parts, request: Request, token: string): Promise<Visitor> {
  const name = await parts.bots.nameOf(token)
  if (name === undefined)
    throw new Problem(401, ({ problems }) => problems.token, {
      'www-authenticate': 'Bearer error="invalid_token"',
    })
  return knownOf(parts, request, { kind: 'bot', id: name, screenname: name })
}
