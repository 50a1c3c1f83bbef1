/** What a POST brings to be said: from a form, from JSON, or as plain text. */
import type { Theme } from '../view/site.ts'
import { Problem } from './problem.ts'
import { only, questionOf, refreshIn, themeIn } from './query.ts'

const BODY_BYTES = 64 * 1024
export const KEY_LENGTH = 255

/** As it came: nothing here is checked but that it is text. */
export type Said = {
  screenname: string
  value: string
  key?: string
  /** Seconds after which the page it came from reads itself anew, where it does. */
  refresh?: number
  /** Who says it, where it comes from a frame on another site, and the theme of that. */
  token?: string
  /** Whom the site around that frame says it is. */
  identity?: string
  theme?: Theme
}

/**
 * Reads the body. A `Problem` where it cannot be read: 413 above 64 KiB, 415 for a type that is none of the
 * three, 400 where it is not what its type says, 422 for a field that is not one text.
 */
export async function saidIn(request: Request): Promise<Said> {
  const field = await fieldsIn(request)
  const key = keyIn(request, field('nonce'))
  return {
    screenname: field('screenname') ?? '',
    value: field('value') ?? '',
    ...(key && { key }),
    refresh: refreshIn(field('refresh')),
    token: field('token'),
    identity: field('identity'),
    theme: themeIn(field('theme')),
  }
}

/** The fields of a body, in any of the three types. */
export async function fieldsIn(request: Request): Promise<Field> {
  const type = request.headers.get('content-type') ?? 'text/plain'
  return fieldsOf(request, type, await bodyOf(request))
}

/** The key under which it is said once, from a header or as given; a `Problem` 422 where it is too long. */
export function keyIn({ headers }: Request, given?: string): string | undefined {
  const key = headers.get('idempotency-key') || given
  if (key && key.length > KEY_LENGTH) throw new Problem(422, ({ problems }) => problems.longKey)
  return key
}

/** The body as it is; a `Problem` 413 or 400 where it cannot be read. */
export const textIn = async (request: Request) => decoded(await bodyOf(request))

export type Field = (name: string) => string | undefined

async function fieldsOf(
  request: Request,
  type: string,
  body: Uint8Array<ArrayBuffer>,
): Promise<Field> {
  switch (type.split(';')[0]?.trim().toLowerCase()) {
    case 'application/x-www-form-urlencoded':
      return parameters(decoded(body))
    case 'multipart/form-data':
      decoded(body)
      return parts(type, body)
    case 'application/json':
      return properties(decoded(body))
    case 'text/plain': {
      const value = decoded(body)
      const inQuery = parameters(questionOf(request))
      return (name) => (name === 'value' ? value : inQuery(name))
    }
    default:
      throw new Problem(415, ({ problems }) => problems.unknownType, {
        'accept-post':
          'application/x-www-form-urlencoded, multipart/form-data, application/json, text/plain',
      })
  }
}

/** The fields of a form. A `%` that encodes nothing is left as it is; bytes that are no UTF-8 would be lost, so they are refused. */
export function parameters(text: string): Field {
  try {
    decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25'))
  } catch {
    throw notUtf8()
  }
  const fields = new URLSearchParams(text)
  return (name) => only(fields, name)
}

async function parts(type: string, body: Uint8Array<ArrayBuffer>): Promise<Field> {
  const parsed = new Response(body, { headers: { 'content-type': type } }).formData()
  const fields = await parsed.catch(() => {
    throw new Problem(400, ({ problems }) => problems.brokenForm)
  })
  const texts = new URLSearchParams()
  for (const [name, value] of fields) {
    if (typeof value !== 'string') throw new Problem(422, ({ problems }) => problems.file(name))
    texts.append(name, value)
  }
  return (name) => only(texts, name)
}

/** What JSON has a number or a truth for. */
const NO_TEXTS = ['slow', 'readonly', 'sure']

/** The fields of JSON; a `Problem` 400 where it is none, 422 where it is no object, or a field no text. */
export function properties(text: string): Field {
  const json = parsed(text)
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new Problem(422, ({ problems }) => problems.object)
  const fields = new Map<string, unknown>(Object.entries(json))
  return (name) => {
    const value = fields.get(name)
    if (value === undefined || typeof value === 'string') return value
    if (NO_TEXTS.includes(name) && /^(?:number|boolean)$/.test(typeof value)) return String(value)
    throw new Problem(422, ({ problems }) => problems.string(name))
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem(400, ({ problems }) => problems.notJson)
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decoded(body: Uint8Array): string {
  try {
    return utf8.decode(body)
  } catch {
    throw notUtf8()
  }
}

const notUtf8 = () => new Problem(400, ({ problems }) => problems.notUtf8)

/** The whole body, read no further than to the limit. */
async function bodyOf(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  if ((request.headers.get('content-encoding') ?? 'identity') !== 'identity')
    throw new Problem(415, ({ problems }) => problems.compressed, { 'accept-encoding': 'identity' })
  const announced = request.headers.get('content-length')
  if (Number(announced) > BODY_BYTES) throw tooLarge()
  // No more comes than was announced, and taking it whole costs a fifth of taking it piece by piece.
  if (announced !== null) return request.bytes().catch(brokeOff)
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for await (const part of request.body ?? []) {
      length += part.byteLength
      if (length > BODY_BYTES) break
      parts.push(part)
    }
  } catch {
    brokeOff()
  }
  if (length > BODY_BYTES) throw tooLarge()
  return Buffer.concat(parts)
}

function brokeOff(): never {
  throw new Problem(400, ({ problems }) => problems.brokeOff)
}

const tooLarge = () =>
  new Problem(413, ({ problems }) => problems.tooLarge(BODY_BYTES / 1024), {
    connection: 'close',
  })
