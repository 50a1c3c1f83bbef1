/** Who asks: their identity, and what views need to know of them. */
import type { Reader } from '../view/reader.ts'
import type { Words } from '../view/words/en.ts'
import { wordsFor } from '../view/words/languages.ts'
import { remembering } from './header.ts'
import type { Identity } from './identity.ts'
import type { Parts } from './parts.ts'

export type Visitor = {
  identity: Identity
  reader: Reader
  /** What an answer must say for the browser to keep its identity. */
  headers: Record<string, string>
}

export function visitorOf(parts: Parts, request: Request): Visitor | Promise<Visitor> {
  const identity = parts.identities.of(request)
  return identity instanceof Promise
    ? identity.then((identity) => visitorFor(parts, request, identity))
    : visitorFor(parts, request, identity)
}

function visitorFor({ identities }: Parts, request: Request, identity: Identity): Visitor {
  const { author, screenname, fresh } = identity
  return {
    identity,
    reader: { words: wordsOf(request), screenname, author },
    headers: fresh ? identities.kept(identity, screenname) : {},
  }
}

/** What views need to know of somebody who could not be known. */
export const strangerOf = (request: Request): Pick<Visitor, 'reader' | 'headers'> => ({
  reader: { words: wordsOf(request), screenname: '', author: '' },
  headers: {},
})

const known = remembering(wordsFor)

export const wordsOf = ({ headers }: Request): Words => known(headers.get('accept-language') ?? '')
