/**
 * JSON Web Tokens (RFC 7519) that are signed by HMAC-SHA256, and by nothing else. A library would be loaded to refuse all
 * that it can do beyond these lines.
 */
import { timingSafeEqual } from 'node:crypto'

/** RFC 7515, section 7.1; the signature is 32 bytes in base64url. */
const COMPACT = /^(([\w-]+)\.([\w-]+))\.([\w-]{43})$/

/** What a token claims; undefined where it is none, or signed by none of these keys. */
export function claimsIn(token: string, keys: string[]): Record<string, unknown> | undefined {
  const [, signed = '', header = '', payload = '', signature = ''] = COMPACT.exec(token) ?? []
  const { alg, crit } = objectIn(header) ?? {}
  // What is critical must be understood (RFC 7515, section 4.1.11), and nothing is here.
  if (alg !== 'HS256' || crit !== undefined) return undefined
  return keys.some((key) => isSigned(signed, key, signature)) ? objectIn(payload) : undefined
}

function isSigned(text: string, key: string, signature: string): boolean {
  const right = new Bun.CryptoHasher('sha256', key).update(text).digest('base64url')
  return timingSafeEqual(Buffer.from(right), Buffer.from(signature))
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function objectIn(part: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(utf8.decode(Buffer.from(part, 'base64url')))
    return typeof json === 'object' && json !== null ? { ...json } : undefined
  } catch {
    return undefined
  }
}
