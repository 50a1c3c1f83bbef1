/** Who asks: their identity, and what views need to know of them. */
import type { Reader } from '../view/reader.ts'
import type { Words } from '../view/words/en.ts'
import { wordsFor } from '../view/words/languages.ts'
import { remembering } from './header.ts'
import type { Identities, Identity } from './identity.ts'
import type { Parts } from './parts.ts'

/** By which the script of a frame proves who asks, where a form in it does so by a field. */
const TOKEN = 'chatbox-token'

export type Visitor = {
  identity: Identity
  reader: Reader
  /** What an answer must say for the browser to keep its identity. */
  headers: Record<string, string>
  /** The same with a name to remember. */
  kept: (screenname: string) => Record<string, string>
  /** Whether it is a program that was given a token. */
  isBot: boolean
}

/** `token`: what a form in a frame brought, by which the visitor is known and by nothing else. */
export function visitorOf(
  { identities }: Parts,
  request: Request,
  token = request.headers.get(TOKEN) ?? undefined,
): Visitor | Promise<Visitor> {
  return token === undefined
    ? visiting(request, identities.of(request), identities.kept)
    : visiting(request, identities.proven(token), identities.keptInFrame)
}

/** Who opens a room in a frame. */
export function frameVisitorOf(
  { identities }: Parts,
  request: Request,
): Visitor | Promise<Visitor> {
  return visiting(request, identities.inFrame(request), identities.keptInFrame)
}

type Keep = Identities['kept']

function visiting(
  request: Request,
  identity: Identity | Promise<Identity>,
  keep: Keep,
): Visitor | Promise<Visitor> {
  return identity instanceof Promise
    ? identity.then((identity) => visitorFor(request, identity, keep))
    : visitorFor(request, identity, keep)
}

function visitorFor(request: Request, identity: Identity, keep: Keep): Visitor {
  const { author, screenname, fresh } = identity
  const kept = (screenname: string) => keep(identity, screenname)
  const reader = { words: wordsOf(request), screenname, author }
  return { identity, reader, headers: fresh ? kept(screenname) : {}, kept, isBot: false }
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
    kept: () => ({}),
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
