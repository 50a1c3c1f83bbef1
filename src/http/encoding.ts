/** Content encodings: which one a client likes best, and answers compressed with it. */
import { promisify } from 'node:util'
import { brotliCompress, gzip, constants as zlib } from 'node:zlib'
import Negotiator from 'negotiator'
import type { Answer, Sent } from './answer.ts'
import { isKnown } from './etag.ts'
import { remembering } from './header.ts'
import { joined, QUICK } from './joined.ts'
import { type Hold, taken } from './taking.ts'

export type Coding = 'br' | 'gzip' | 'identity'

const CODINGS: Coding[] = ['br', 'gzip', 'identity']

/** The coding to answer with. Who refuses even `identity` gets it: better than no answer. */
export const codingOf = ({ headers }: Request): Coding =>
  codingFor(headers.get('accept-encoding') ?? '')

const codingFor = remembering((accepted) => {
  // Browsers name gzip first and mean no order by it: of what is liked equally, the smaller is sent.
  const negotiator = new Negotiator({ headers: { 'accept-encoding': accepted } })
  // @ts-expect-error: the types do not know this option, which came with 1.0
  const coding = negotiator.encoding(CODINGS, { preferred: CODINGS })
  return (coding as Coding | undefined) ?? 'identity'
})

const brotli = promisify(brotliCompress)
const gzipped = promisify(gzip)

type Bytes = Uint8Array<ArrayBuffer>

/** For what is compressed once and sent often: as small as can be. */
export const SMALLEST: Record<Coding, (body: Bytes) => Promise<Bytes>> = {
  br: (body) => brotli(body, { params: { [zlib.BROTLI_PARAM_QUALITY]: 11 } }),
  gzip: (body) => gzipped(body, { level: 9 }),
  identity: async (body) => body,
}

/** For what is compressed anew each time. */
const ANEW: Record<Coding, (body: string) => Bytes | Promise<Bytes>> = {
  br: (body) => brotli(body, QUICK.br),
  gzip: (body) => gzipped(body, QUICK.gzip),
  identity: (body) => Buffer.from(body),
}

/** From so many bytes on, compressing an answer saves more than it costs. */
const LONG_BYTES = 1000

/**
 * The answer as it goes out: a long one compressed, off the main thread, where the client takes that; a short one as it
 * is; and nothing at all where who asks has it already. Nothing secret is in any answer, so its length gives nothing away.
 */
export function encoded(
  request: Request,
  answer: Answer,
  hold: Hold,
): Response | Promise<Response> {
  const { body, codings } = answer
  if (typeof body !== 'string') {
    const coding = codingOf(request)
    const init = answer.init(coding, true)
    return joined(coding, body, (whole, shared) => {
      return new Response(taken(request, hold, whole, shared), init)
    })
  }
  const isLong = body.length >= LONG_BYTES || Buffer.byteLength(body) >= LONG_BYTES
  const { etag } = answer
  if (etag && isKnown(request, etag))
    return new Response(null, { ...answer.init('identity', isLong), status: 304 })
  const coding = isLong ? codingOf(request) : 'identity'
  codings[coding] ??= sent(answer, body, coding, isLong)
  const known = codings[coding]
  const respond = ({ body, init }: Sent) => new Response(taken(request, hold, body), init)
  return known instanceof Promise ? known.then(respond) : respond(known)
}

function sent(answer: Answer, body: string, coding: Coding, isLong: boolean): Sent | Promise<Sent> {
  const bytes = ANEW[coding](body)
  const init = answer.init(coding, isLong)
  if (!(bytes instanceof Promise)) return { body: bytes, init }
  return bytes.then((body) => {
    const known = { body, init }
    answer.codings[coding] = known
    return known
  })
}
