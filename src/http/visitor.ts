/** Who asks: their identity, and what views need to know of them. */
import type { Reader } from '../view/reader.ts'
import type { Words } from '../view/words/en.ts'
import { wordsFor } from '../view/words/languages.ts'
import { remembering } from './header.ts'
import type { Identities, Identity } from './identity.ts'
import type { Parts } from './parts.ts'
import { Problem } from './problem.ts'
import { isHosted, isSilent } from './same-site.ts'

/** By which the script of a frame proves who asks, where a form in it does so by a field. */
const TOKEN = 'chatbox-token'

export type Visitor = {
  identity: Identity
  reader: Reader
  /** What an answer must say for the browser to keep its identity. */
  headers: Record<string, string>
  /** The same with a name to remember. */
  kept: (screenname: string) => Record<string, string>
  /** What lets a form of theirs through once, and shows that it is one of ours. */
  nonce: () => string
  /** What forms must bring for this visitor, where no cookie does. */
  token?: string
  /** Whether it is a program that was given a token. */
  isBot?: boolean
  /** Whether it is a person whom the site around the chatbox vouches for. */
  isVerified?: boolean
  /** The mark of a moderator, where it is one. */
  moderator?: string
}

/**
 * `brought`: the token of a form in a frame, by which the visitor is known and by nothing else. So is who comes from a
 * page of another site: it could have cookies sent, and the browser keeps none for what it does.
 */
export function visitorOf(
  parts: Parts,
  request: Request,
  brought = request.headers.get(TOKEN) ?? undefined,
): Visitor | Promise<Visitor> {
  const { identities } = parts
  if (isHosted(request, parts))
    return visiting(parts, request, identities.proven(brought ?? ''), () => ({}), true)
  if (brought !== undefined)
    return visiting(parts, request, identities.proven(brought), identities.keptInFrame, true)
  return visiting(parts, request, identities.of(request), identities.kept, false)
}

/** Who opens a room in a frame. */
export function frameVisitorOf(parts: Parts, request: Request): Visitor | Promise<Visitor> {
  const { identities } = parts
  return visiting(parts, request, identities.inFrame(request), identities.keptInFrame, true)
}

type Keep = Identities['kept']

function visiting(
  { identities }: Parts,
  request: Request,
  identity: Identity | Promise<Identity>,
  keep: Keep,
  byToken: boolean,
): Visitor | Promise<Visitor> {
  return identity instanceof Promise
    ? identity.then((identity) => visitorFor(identities, request, identity, keep, byToken))
    : visitorFor(identities, request, identity, keep, byToken)
}

function visitorFor(
  { nonceFor }: Identities,
  request: Request,
  identity: Identity,
  keep: Keep,
  byToken: boolean,
): Visitor {
  const { author, screenname, fresh } = identity
  const kept = (screenname: string) => keep(identity, screenname)
  const reader = { words: wordsOf(request), screenname, author }
  const token = byToken ? identity.token : undefined
  const headers = fresh ? kept(screenname) : {}
  const nonce = () => nonceFor(identity)
  return { identity, reader, headers, kept, nonce, token }
}

type Known = { kind: 'bot' | 'member' | 'moderator'; id: string; screenname: string }

/** Who is known for certain, by this name, which no cookie has to tell; the same `id` is the same author. */
export async function knownOf(
  { identities }: Parts,
  request: Request,
  { kind, id, screenname }: Known,
): Promise<Visitor> {
  const author = await identities.authorNamed(`${kind} ${id}`)
  const [isBot, isVerified] = [kind === 'bot', kind === 'member']
  return {
    identity: { author, screenname, token: '', fresh: false, isNew: false },
    reader: { words: wordsOf(request), screenname, author, isVerified },
    headers: {},
    kept: () => ({}),
    nonce: unsigned,
    isBot,
    isVerified,
    ...(kind === 'moderator' && { moderator: id }),
  }
}

export const isKnown = ({ isBot, isVerified }: Visitor) => isBot || isVerified

/**
 * `client`: who is held back where a visitor says too much; who is known for certain may come from anywhere, and many from
 * one place. `network`: what a mute knows them by, where somebody can mute; a bot has none of its own.
 */
export async function originsOf(
  { networkOf, moderators }: Parts,
  request: Request,
  visitor: Visitor,
): Promise<{ client?: string; network?: string }> {
  const network = visitor.isBot ? undefined : await networkOf(request)
  return {
    client: isKnown(visitor) ? visitor.identity.author : network,
    network: moderators.isOpen ? network : undefined,
  }
}

/** The same reader, where they moderate. */
export const moderated = (reader: Reader, moderator?: string): Reader =>
  moderator === undefined ? reader : { ...reader, isModerator: true }

/** What views need to know of somebody who could not be known. */
export const strangerOf = (
  request: Request,
): Pick<Visitor, 'reader' | 'headers' | 'nonce' | 'token'> => ({
  reader: { words: wordsOf(request), screenname: '', author: '' },
  headers: {},
  nonce: unsigned,
})

/** For who is known without a form, or not at all. */
const unsigned = () => crypto.randomUUID()

/**
 * A `Problem` 403 for a form of which its browser does not say where it comes from, sent by somebody known by a cookie,
 * unless it brings the `nonce` of a form that we gave them.
 */
export async function refuseForgedForm(
  parts: Parts,
  request: Request,
  visitor: Visitor,
  nonce?: string,
): Promise<void> {
  const { identity, token, moderator } = visitor
  const isByCookie = !identity.fresh && token === undefined && !isKnown(visitor)
  if (!(isByCookie || moderator) || !isSilent(request)) return
  if (parts.identities.isNonceFor(identity, nonce)) return
  await refuseForgedDeed(parts, request, moderator, nonce)
}

/** The same for what only the `moderator` does who is signed in. */
export async function refuseForgedDeed(
  { moderators }: Parts,
  request: Request,
  moderator?: string,
  nonce?: string,
): Promise<void> {
  if (!isSilent(request)) return
  if (moderator !== undefined && (await moderators.isNonceFor(moderator, nonce))) return
  throw new Problem(403, ({ problems }) => problems.foreignSite)
}

const known = remembering(wordsFor)

export const wordsOf = ({ headers }: Request): Words => known(headers.get('accept-language') ?? '')
