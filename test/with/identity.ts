/** Identities as a site signs them, well or not. */
import { createHmac } from 'node:crypto'

export const KEY = 'a key of the site with 32 characters or more'
export const OTHER_KEY = 'a key of another site or of an attacker'

const now = () => Math.floor(Date.now() / 1000)
/** Later than the last test of all. */
export const soon = () => now() + 86_400

export type Claims = Record<string, unknown>

/** A JWT with these claims beside an expiry; `header` and `key` are those of an honest site. */
export function signed(claims: Claims, key = KEY, header: Claims = { alg: 'HS256' }): string {
  const part = (json: Claims) => Buffer.from(JSON.stringify(json)).toString('base64url')
  const text = `${part(header)}.${part({ exp: soon(), ...claims })}`
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}

export const ann = { sub: '42', screenname: 'Ann' }

/** Texts that prove nothing, and what is told of each. */
export const FORGED: [string, string, RegExp][] = [
  ['an expired one', signed({ ...ann, exp: now() - 1 }), /run out/],
  ['another key', signed(ann, OTHER_KEY), /not signed/],
  ['no key', signed(ann, ''), /not signed/],
  ['another text under a signature', tampered(signed(ann)), /not signed/],
  ['alg none', signed(ann, KEY, { alg: 'none' }).replace(/[^.]*$/, ''), /not signed/],
  ['alg none with a signature', signed(ann, KEY, { alg: 'none' }), /not signed/],
  ['alg RS256', signed(ann, KEY, { alg: 'RS256' }), /not signed/],
  ['alg HS512', signed(ann, KEY, { alg: 'HS512' }), /not signed/],
  [
    'something critical',
    signed(ann, KEY, { alg: 'HS256', crit: ['b64'], b64: false }),
    /not signed/,
  ],
  ['no JWT', 'Ann', /not signed/],
  ['an empty text', '', /not signed/],
  ['no expiry', signed({ ...ann, exp: undefined }), /exp/],
  ['an expiry as text', signed({ ...ann, exp: String(soon()) }), /exp/],
  ['an expiry in milliseconds', signed({ ...ann, exp: Date.now() }), /30 days/],
  ['no id', signed({ screenname: 'Ann' }), /sub/],
  ['a number as id', signed({ ...ann, sub: 42 }), /sub/],
  ['an empty id', signed({ ...ann, sub: '' }), /sub/],
  ['a long id', signed({ ...ann, sub: 'x'.repeat(201) }), /sub/],
  ['half a character as id', signed({ ...ann, sub: '\ud800' }), /sub/],
  ['no name', signed({ sub: '42' }), /screenname/],
]

function tampered(jwt: string): string {
  const [header, , signature] = jwt.split('.')
  const payload = Buffer.from(JSON.stringify({ sub: '1', screenname: 'Bob', exp: soon() }))
  return [header, payload.toString('base64url'), signature].join('.')
}
