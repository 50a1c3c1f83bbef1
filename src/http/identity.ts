/**
 * Who a browser is: a signed cookie of its own, which also keeps the name it last spoke under. Nothing of it
 * is kept here; the author that messages carry cannot be turned back into the cookie.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'

export type Identity = {
  /** What messages are signed with: 26 letters and digits. */
  author: string
  /** The name it last spoke under, `''` before it spoke. */
  screenname: string
  /** What proves it: a random part and its signature. */
  token: string
  /** Whether the browser does not have it yet. */
  fresh: boolean
}

export type Identities = ReturnType<typeof openIdentities>

/** Chromium keeps no cookie for longer. */
const KEPT_SECONDS = 400 * 24 * 60 * 60
/** Crockford's base 32, in small letters: no i, l, o and u. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'
const AUTHOR_LENGTH = 26

/**
 * `secret` is asked once, when the first identity is needed. `secure`: whether people come by https. `base`: the path
 * that tells this chatbox from others on its host.
 */
export function openIdentities(secret: () => Promise<string>, secure: boolean, base: string) {
  const cookie = `${secure ? '__Host-' : ''}chatbox${base.replace(/\W+/g, '-')}`
  const attributes = `Path=/; Max-Age=${KEPT_SECONDS}; ${secure ? 'Secure; ' : ''}HttpOnly; SameSite=Lax`
  let asked: Promise<string> | undefined
  let key: string | undefined

  async function keyed(): Promise<string> {
    // A store that could not be reached is asked again.
    asked ??= secret().catch((error) => {
      asked = undefined
      throw error
    })
    key = await asked
    return key
  }

  return {
    /** The identity that a request brings, or a fresh one where it brings none of ours. */
    async of(request: Request): Promise<Identity> {
      const secret = key ?? (await keyed())
      const cookies = request.headers.get('cookie')
      const brought = (cookies && new Bun.CookieMap(cookies).get(cookie)) || ''
      const [, token = '', random = '', name = ''] =
        /^(([\w-]{22})\.[\w-]{43})\.([\w-]*)$/.exec(brought) ?? []
      if (token && isEqual(token, signed(secret, random)))
        return { author: authorOf(secret, token), screenname: decoded(name), token, fresh: false }
      const made = signed(secret, randomBytes(16).toString('base64url'))
      return { author: authorOf(secret, made), screenname: '', token: made, fresh: true }
    },

    /** The header by which the browser keeps it, with the name to remember. */
    kept({ token }: Identity, screenname: string): Record<string, string> {
      const name = Buffer.from(screenname).toString('base64url')
      return { 'set-cookie': `${cookie}=${token}.${name}; ${attributes}` }
    },
  }
}

function signed(secret: string, random: string): string {
  const signature = new Bun.CryptoHasher('sha256', secret).update(`token ${random}`)
  return `${random}.${signature.digest('base64url')}`
}

function authorOf(secret: string, token: string): string {
  return letters(new Bun.CryptoHasher('sha256', secret).update(`author ${token}`).digest())
}

const decoded = (name: string) => Buffer.from(name, 'base64url').toString()

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Five bits a letter. */
function letters(bytes: Buffer): string {
  let text = ''
  for (let i = 0; i < AUTHOR_LENGTH; i++) text += LETTERS[(bytes[i] as number) & 31]
  return text
}
