/** Who speaks, corrects and removes; and who reads, where pages show more to moderators. */
import { programOf, signedIn, tokenIn } from './bearer.ts'
import type { Said } from './body.ts'
import { identityIn, memberOf } from './member.ts'
import type { Parts } from './parts.ts'
import { moderated, type Visitor, visitorOf } from './visitor.ts'

/**
 * A program by its token, else a person by what the site around the chatbox signed, else a browser, by its cookie or by what
 * a form in a frame `brought`. Who proves to be somebody by what proves nothing is a `Problem` 401, and never anybody.
 */
export async function speakerOf(
  parts: Parts,
  request: Request,
  brought: Pick<Said, 'token' | 'identity'> = {},
): Promise<Visitor> {
  const token = tokenIn(request)
  if (token !== undefined) return programOf(parts, request, token)
  const identity = identityIn(request, brought.identity)
  if (identity !== undefined) return memberOf(parts, request, identity)
  const visitor = await visitorOf(parts, request, brought.token)
  // Who is known by what they bring is known by that alone.
  const moderator = visitor.token === undefined ? await signedIn(parts, request) : undefined
  return moderator === undefined ? visitor : { ...visitor, moderator }
}

/** A browser by its cookie, or by what a frame brings, and whether it moderates. */
export async function readerOf(parts: Parts, request: Request): Promise<Visitor> {
  const visitor = await visitorOf(parts, request)
  const moderator = await signedIn(parts, request)
  return { ...visitor, reader: moderated(visitor.reader, moderator), moderator }
}
