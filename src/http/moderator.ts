/** Who moderates: whoever brings the key, as bearer, or by signing in, which a signed cookie keeps until it ends. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Moderating } from '../chat/moderating.ts'
import { cookieIn, isEqual, letters, RANDOM_LENGTH, randomText } from './identity.ts'

/** A sign-in ends after so long. */
const SIGNED_IN_SECONDS = 12 * 60 * 60

/** Wrong keys a client may try in a minute. */
const TRIES = 5

/** By which the record names who brings the key itself. */
export const BY_KEY = 'key'

export type Moderators = ReturnType<typeof openModerators>

type Setting = {
  /** Without it nobody moderates. */
  key?: string
  /** A signature of this chatbox on a text. */
  sign: (text: string) => Promise<string>
  moderating: Moderating
  secure: boolean
  base: string
}

export function openModerators({ key, sign, moderating, secure, base }: Setting) {
  const name = `${secure ? '__Host-' : ''}chatbox${base.replace(/\W+/g, '-')}-moderator`
  const attributes = `Path=/; ${secure ? 'Secure; ' : ''}HttpOnly; SameSite=Lax`

  const written = (session: string, ends: string) =>
    // With another key, no cookie that was given before is good any more.
    sign(`moderator ${session} ${ends} ${key}`).then((proof) => `${session}.${ends}.${proof}`)

  const nonced = (session: string, random: string) =>
    sign(`moderating ${random} ${session}`).then((proof) => `${random}.${proof}`)

  /** The session that a cookie proves, and the seconds that it lasts. */
  async function provenBy(cookie: string): Promise<{ session: string; lasts: number } | undefined> {
    const [, session, ends] = /^([0-9a-z]{6})\.([0-9]{10})\./.exec(cookie) ?? []
    const lasts = Number(ends) - Date.now() / 1000
    if (!session || !ends || !(lasts > 0)) return undefined
    return isEqual(cookie, await written(session, ends)) ? { session, lasts } : undefined
  }

  async function sessionOf(cookie: string): Promise<string | undefined> {
    const proven = await provenBy(cookie)
    if (!proven || (await moderating.hasEnded(nameOf(cookie)))) return undefined
    return proven.session
  }

  return {
    /** Whether there is a key to sign in with. */
    isOpen: key !== undefined,

    /** The mark of whoever is signed in; at once where no cookie says so. */
    signedIn(request: Request): string | undefined | Promise<string | undefined> {
      const cookie = key && cookieIn(request, name)
      return cookie ? sessionOf(cookie) : undefined
    },

    /** Whether this is the key; a `Refusal` for a network that tried too many others, whatever this one is. */
    async isKey(tried: string, network?: string): Promise<boolean> {
      if (key === undefined) return false
      const who = network && digestOf(`moderator ${network}`).toString('base64url')
      if (who) await moderating.attempt(who, TRIES)
      const isIt = timingSafeEqual(digestOf(tried), digestOf(key))
      if (who && isIt) await moderating.forgive(who)
      return isIt
    },

    /** Headers by which a browser is signed in. */
    async signIn(): Promise<Record<string, string>> {
      const session = letters(crypto.getRandomValues(Buffer.alloc(6)))
      const ends = String(Math.floor(Date.now() / 1000) + SIGNED_IN_SECONDS)
      const cookie = await written(session, ends)
      return { 'set-cookie': `${name}=${cookie}; Max-Age=${SIGNED_IN_SECONDS}; ${attributes}` }
    },

    /** What the forms of whoever is signed in bring back, and no other site can make up. */
    nonceFor: (session: string): Promise<string> => nonced(session, randomText()),

    /** Whether that is what they brought. */
    isNonceFor: async (session: string, nonce = ''): Promise<boolean> =>
      isEqual(nonce, await nonced(session, nonce.slice(0, RANDOM_LENGTH))),

    /** Headers by which it is no more; and nobody is by a copy of its cookie. */
    async signOut(request: Request): Promise<Record<string, string>> {
      const cookie = cookieIn(request, name)
      const proven = await provenBy(cookie)
      if (proven) await moderating.end(nameOf(cookie), Math.ceil(proven.lasts))
      return { 'set-cookie': `${name}=; Max-Age=0; ${attributes}` }
    },
  }
}

/** What a session is known by that ended: its letters alone may be those of another one day. */
const nameOf = (cookie: string) => cookie.split('.', 2).join('.')

/** Of one length, whatever was tried. */
const digestOf = (text: string) => createHash('sha256').update(text).digest()
