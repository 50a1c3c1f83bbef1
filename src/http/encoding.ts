/** Content encodings: which one a client likes best, and answers compressed with it. */
import { promisify } from 'node:util'
import { brotliCompress, gzip, constants as zlib } from 'node:zlib'
import Negotiator from 'negotiator'
import type { Answer } from './answer.ts'
import { remembering } from './header.ts'
import { joined, QUICK } from './joined.ts'

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
const ANEW: Record<Exclude<Coding, 'identity'>, (body: string) => Promise<Bytes>> = {
  br: (body) => brotli(body, QUICK.br),
  gzip: (body) => gzipped(body, QUICK.gzip),
}

/** From so many bytes on, compressing an answer saves more than it costs. */
const LONG_BYTES = 1000

/**
 * The answer as it goes out: a long one compressed, off the main thread, where the client takes that; a short one as it
 * is. Nothing secret is in any answer, so its length gives nothing away.
 */
export function encoded(
  request: Request,
  { body, status, headers }: Answer,
): Response | Promise<Response> {
  const [shared, own] = body
  const isLong =
    shared.length + own.length >= LONG_BYTES ||
    Buffer.byteLength(shared) + Buffer.byteLength(own) >= LONG_BYTES
  if (!isLong) return new Response(shared + own, { status, headers })
  headers.append('vary', 'Accept-Encoding')
  const coding = codingOf(request)
  if (coding === 'identity') return new Response(shared + own, { status, headers })
  headers.set('content-encoding', coding)
  const bytes = (shared && joined(coding, shared, own)) || ANEW[coding](shared + own)
  if (bytes instanceof Promise)
    return bytes.then((bytes) => new Response(bytes, { status, headers }))
  return new Response(bytes, { status, headers })
}
