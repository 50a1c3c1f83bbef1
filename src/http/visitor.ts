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
  /** Whether it is a program that was given a token. */
  isBot: boolean
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
    isBot: false,
  }
}

/** A program that goes by this name, which no cookie has to tell. */
export async function programOf(
  { identities }: Parts,
  request: Request,
  kind: string,
  name: string,
): Promise<Visitor> {
  const author = await identities.authorNamed(`${kind} ${name}`)
  return {
    identity: { author, screenname: name, token: '', fresh: false },
    reader: { words: wordsOf(request), screenname: name, author },
    headers: {},
    isBot: true,
  }
}

/** What views need to know of somebody who could not be known. */
export const strangerOf = (request: Request): Pick<Visitor, 'reader' | 'headers'> => ({
  reader: { words: wordsOf(request), screenname: '', author: '' },
  headers: {},
})

const known = remembering(wordsFor)

export const wordsOf = ({ headers }: Request): Words => known(headers.get('accept-language') ?? '')
