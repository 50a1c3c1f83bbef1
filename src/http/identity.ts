/**
 * Who a browser is: a signed token of its own, in a cookie that also keeps the name it last spoke under. Nothing of it
 * is kept here; the author that messages carry cannot be turned back into the token.
 */
import { timingSafeEqual } from 'node:crypto'

export type Identity = {
  /** What messages are signed with: 26 letters and digits. */
  author: string
  /** The name it last spoke under, `''` before it spoke. */
  screenname: string
  /** What proves it: a random part and its signature. */
  token: string
  /** Whether the browser does not have it yet. */
  fresh: boolean
  /** Whether it was made in the last ten minutes. */
  isNew: boolean
}

export type Identities = ReturnType<typeof openIdentities>

/** Chromium keeps no cookie for longer. */
const KEPT_SECONDS = 400 * 24 * 60 * 60
/** Crockford's base 32, in small letters: no i, l, o and u. */
const LETTERS = Buffer.from('0123456789abcdefghjkmnpqrstvwxyz')
const AUTHOR_LENGTH = 26
/** Whoever came in the last ten minutes is new. */
const NEW_SECONDS = 600
/** Of what `randomText` makes. */
export const RANDOM_LENGTH = 22

/**
 * `secret` is asked once, when the first identity is needed. `secure`: whether people come by https. `base`: the path
 * that tells this chatbox from others on its host.
 */
export function openIdentities(secret: () => Promise<string>, secure: boolean, base: string) {
  const cookie = `${secure ? '__Host-' : ''}chatbox${base.replace(/\W+/g, '-')}`
  const attributes = `Path=/; Max-Age=${KEPT_SECONDS}; ${secure ? 'Secure; ' : ''}HttpOnly; SameSite=Lax`
  const frameCookie = `${cookie}-frame`
  const frameAttributes = `Path=/; Max-Age=${KEPT_SECONDS}; Secure; HttpOnly; SameSite=None; Partitioned`
  let asked: Promise<Bun.CryptoHasher> | undefined
  let hmac: Bun.CryptoHasher | undefined

  async function keyed(): Promise<Bun.CryptoHasher> {
    // A store that could not be reached is asked again.
    asked ??= secret().then(
      (secret) => new Bun.CryptoHasher('sha256', secret),
      (error) => {
        asked = undefined
        throw error
      },
    )
    hmac = await asked
    return hmac
  }

  const identityIn = (brought: string): Identity | Promise<Identity> =>
    hmac ? identityOf(hmac, brought) : keyed().then((hmac) => identityOf(hmac, brought))

  const written = ({ token }: Identity, screenname: string) =>
    `${token}.${Buffer.from(screenname).toString('base64url')}`

  return {
    /** The identity that a request brings, or a fresh one where it brings none of ours. */
    of: (request: Request) => identityIn(cookieIn(request, cookie)),

    /** The author of what a program says, whatever token it has just now. */
    authorNamed: async (program: string) => authorOf(hmac ?? (await keyed()), program),

    /** A signature on a text, which begins with a word that tells what it is for. */
    sign: async (text: string) => (hmac ?? (await keyed())).copy().update(text).digest('base64url'),

    /** The header by which the browser keeps it, with the name to remember. */
    kept: (identity: Identity, screenname: string): Record<string, string> => ({
      'set-cookie': `${cookie}=${written(identity, screenname)}; ${attributes}`,
    }),

    /** What a form brings back that we gave to this visitor, and that no other site can make up. */
    nonceFor: (identity: Identity): string =>
      nonced(hmac as Bun.CryptoHasher, identity, randomText()),

    /** Whether that is what it brought. */
    isNonceFor: (identity: Identity, nonce = ''): boolean =>
      isEqual(nonce, nonced(hmac as Bun.CryptoHasher, identity, nonce.slice(0, RANDOM_LENGTH))),

    /** The identity that proves itself by a token, or a fresh one. */
    proven: (token: string) => identityIn(`${token}.`),

    /**
     * The identity of a frame on another site, one for each site. Nothing is done by this cookie: it only brings the
     * frame's page the token again that it then proves itself by.
     */
    inFrame: (request: Request) => identityIn(secure ? cookieIn(request, frameCookie) : ''),

    /** As `kept`; without https a browser would keep none. */
    keptInFrame: (identity: Identity, screenname: string): Record<string, string> =>
      secure
        ? { 'set-cookie': `${frameCookie}=${written(identity, screenname)}; ${frameAttributes}` }
        : {},
  }
}

/** Whose token this is, with the name after it; somebody new where it is none of ours. */
function identityOf(key: Bun.CryptoHasher, brought: string): Identity {
  const [, token = '', random = '', name = ''] =
    /^(([\w-]{22})\.[\w-]{43})\.([\w-]*)$/.exec(brought) ?? []
  if (token && isEqual(token, signed(key, random)))
    return {
      ...{ author: authorOf(key, token), screenname: decoded(name), token },
      ...{ fresh: false, isNew: isNew(random) },
    }
  const made = signed(key, datedText())
  return { author: authorOf(key, made), screenname: '', token: made, fresh: true, isNew: true }
}

export function cookieIn({ headers }: Request, name: string): string {
  const cookies = headers.get('cookie')
  return (cookies?.includes(name) && new Bun.CookieMap(cookies).get(name)) || ''
}

/** The second it is made in, in 32 bits, and 96 bits that nobody guesses. */
function datedText(): string {
  const bytes = crypto.getRandomValues(Buffer.allocUnsafe(16))
  bytes.writeUInt32BE(secondNow())
  return bytes.toString('base64url')
}

/** What was made before identities had dates seems to be of any time, which is hardly ever just now. */
function isNew(dated: string): boolean {
  const age = secondNow() - Buffer.from(dated, 'base64url').readUInt32BE()
  return age >= 0 && age < NEW_SECONDS
}

const secondNow = () => Math.floor(Date.now() / 1000)

/** 128 bits. */
export const randomText = () => crypto.getRandomValues(Buffer.allocUnsafe(16)).toString('base64url')

function nonced(key: Bun.CryptoHasher, { token }: Identity, random: string): string {
  return `${random}.${key.copy().update(`nonce ${random} ${token}`).digest('base64url')}`
}

function signed(key: Bun.CryptoHasher, random: string): string {
  return `${random}.${key.copy().update(`token ${random}`).digest('base64url')}`
}

function authorOf(key: Bun.CryptoHasher, token: string): string {
  return letters(key.copy().update(`author ${token}`).digest())
}

const decoded = (name: string) => Buffer.from(name, 'base64url').toString()

export function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Five bits a letter. */
export function letters(bytes: Buffer): string {
  const text = bytes.subarray(0, AUTHOR_LENGTH)
  for (let i = 0; i < text.length; i++) text[i] = LETTERS[(text[i] as number) & 31] as number
  return text.toString('latin1')
}
