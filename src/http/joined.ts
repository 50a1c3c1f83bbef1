/**
 * Compressed bodies of two parts: a beginning that is the same for many is compressed once, and the rest, each visitor's
 * own and short or nothing at all, follows it as it is. Both formats have blocks for bytes that are not compressed.
 */
import { promisify } from 'node:util'
import { brotliCompress, crc32, deflateRaw, constants as zlib } from 'node:zlib'

type Bytes = Uint8Array<ArrayBuffer>
type Coding = keyof typeof FORMATS

/** Compressed up to the end of a byte, and open for what follows. */
type Beginning = { bytes: Bytes; length: number; sum: number }

/** Beginnings that are kept, and the characters of each: a longer one is compressed each time. */
const MOST = 50
const LONGEST_KEPT = 100_000

/** How strongly what is made anew each time is compressed: a page of 20 KB in half a millisecond. */
export const QUICK = {
  br: { params: { [zlib.BROTLI_PARAM_QUALITY]: 5 } },
  gzip: { level: 6 },
}

const brotli = promisify(brotliCompress)
const deflated = promisify(deflateRaw)

const GZIP_HEADER = Buffer.from([31, 139, 8, 0, 0, 0, 0, 0, 0, 255])
/** An empty last meta-block. */
const BROTLI_END = Buffer.from([3])
/** What a length of 16 bits can tell, of both formats. */
const LONGEST = 0xffff

const FORMATS = {
  br: {
    begin: (body: string) =>
      brotli(body, { ...QUICK.br, finishFlush: zlib.BROTLI_OPERATION_FLUSH }),
    /** RFC 7932, section 9.2: not the last, four nibbles of length less one, not compressed. */
    end: ({ bytes }: Beginning, rest: Bytes) => {
      if (rest.length === 0) return Buffer.concat([bytes, BROTLI_END])
      const header = Buffer.alloc(3)
      header.writeUIntLE(((rest.length - 1) << 3) | (1 << 19), 0, 3)
      return Buffer.concat([bytes, header, rest, BROTLI_END])
    },
  },
  gzip: {
    begin: (body: string) => deflated(body, { ...QUICK.gzip, finishFlush: zlib.Z_SYNC_FLUSH }),
    /** RFC 1951, section 3.2.4: the last block, stored. RFC 1952, section 2.3.1: the sum and length of all. */
    end: ({ bytes, length, sum }: Beginning, rest: Bytes) => {
      const header = Buffer.from([1, 0, 0, 0, 0])
      header.writeUInt16LE(rest.length, 1)
      header.writeUInt16LE(rest.length ^ LONGEST, 3)
      const trailer = Buffer.alloc(8)
      trailer.writeUInt32LE(crc32(rest, sum), 0)
      trailer.writeUInt32LE(length + rest.length, 4)
      return Buffer.concat([GZIP_HEADER, bytes, header, rest, trailer])
    },
  },
}

const known = {
  br: new Map<string, Beginning | Promise<Beginning>>(),
  gzip: new Map<string, Beginning | Promise<Beginning>>(),
}

/** The two parts as one compressed body; undefined where the rest is too long for this. */
export function joined(
  coding: Coding,
  shared: string,
  own: string,
): Bytes | Promise<Bytes> | undefined {
  const rest = Buffer.from(own)
  if (rest.length > LONGEST || shared.length > LONGEST_KEPT) return undefined
  const beginning = known[coding].get(shared) ?? keep(coding, shared)
  if (!(beginning instanceof Promise)) return FORMATS[coding].end(beginning, rest)
  return beginning.then((beginning) => FORMATS[coding].end(beginning, rest))
}

/** Whoever comes while it is compressed waits for the same. */
async function keep(coding: Coding, shared: string): Promise<Beginning> {
  const kept = known[coding]
  const [oldest] = kept.keys()
  if (kept.size >= MOST && oldest !== undefined) kept.delete(oldest)
  try {
    const coming = begun(coding, shared)
    kept.set(shared, coming)
    const beginning = await coming
    kept.set(shared, beginning)
    return beginning
  } catch (error) {
    kept.delete(shared)
    throw error
  }
}

async function begun(coding: Coding, shared: string): Promise<Beginning> {
  const body = Buffer.from(shared)
  const bytes = await FORMATS[coding].begin(shared)
  return { bytes, length: body.length, sum: coding === 'gzip' ? crc32(body) : 0 }
}
