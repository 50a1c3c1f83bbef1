/**
 * Bodies of two parts: a beginning that is the same for many is compressed once, and the rest, each visitor's own and
 * short or nothing at all, follows it as it is. Both formats have blocks for bytes that are not compressed.
 */
import { promisify } from 'node:util'
import { brotliCompress, crc32, deflateRaw, constants as zlib } from 'node:zlib'

type Bytes = Uint8Array<ArrayBuffer>
type Coding = keyof typeof FORMATS
type Parts = { shared: { text: string }; own: string }

/** Compressed up to the end of a byte, and open for what follows; `body` is where whole ones are put together. */
type Beginning = { bytes: Bytes; length: number; sum: number; body: Bytes }

/** How strongly what is made anew each time is compressed: a page of 20 KB in half a millisecond. */
export const QUICK = {
  br: { params: { [zlib.BROTLI_PARAM_QUALITY]: 5 } },
  gzip: { level: 6 },
}

const brotli = promisify(brotliCompress)
const deflated = promisify(deflateRaw)

/** The beginning, room for `head` bytes, the rest, and room for `tail` bytes. */
function joint(beginning: Beginning, head: number, own: string, tail: number) {
  const { bytes } = beginning
  const at = bytes.length
  // A character takes three bytes at the most.
  const most = at + head + 3 * own.length + tail
  if (beginning.body.length < most) {
    beginning.body = Buffer.allocUnsafeSlow(most)
    beginning.body.set(bytes)
  }
  const body = beginning.body as Buffer<ArrayBuffer>
  const length = body.write(own, at + head)
  const end = at + head + length
  return { body: body.subarray(0, end + tail), at, length, end }
}

const GZIP_HEADER = Buffer.from([31, 139, 8, 0, 0, 0, 0, 0, 0, 255])

const FORMATS = {
  br: {
    begin: (body: Bytes) => brotli(body, { ...QUICK.br, finishFlush: zlib.BROTLI_OPERATION_FLUSH }),
    /**
     * RFC 7932, section 9.2: not the last, four nibbles of length less one, not compressed; then an empty last one. A
     * length of 65,536 at the most.
     */
    end: (beginning: Beginning, own: string) => {
      const { body, at, length, end } = joint(beginning, 3, own, 1)
      body.writeUIntLE(((length - 1) << 3) | (1 << 19), at, 3)
      body[end] = 3
      return body
    },
  },
  gzip: {
    begin: async (body: Bytes) =>
      Buffer.concat([
        GZIP_HEADER,
        await deflated(body, { ...QUICK.gzip, finishFlush: zlib.Z_SYNC_FLUSH }),
      ]),
    /**
     * RFC 1951, section 3.2.4: the last block, stored, a length of 65,535 at the most. RFC 1952, section 2.3.1: the sum
     * and length of all.
     */
    end: (beginning: Beginning, own: string) => {
      const { body, at, length, end } = joint(beginning, 5, own, 8)
      body[at] = 1
      body.writeUInt16LE(length, at + 1)
      body.writeUInt16LE(length ^ 0xffff, at + 3)
      body.writeUInt32LE(crc32(body.subarray(at + 5, end), beginning.sum), end)
      body.writeUInt32LE(beginning.length + length, end + 4)
      return body
    },
  },
  identity: {
    begin: (body: Bytes) => body,
    end: (beginning: Beginning, own: string) => joint(beginning, 0, own, 0).body,
  },
}

type Begun = Partial<Record<Coding, Beginning | Promise<Beginning>>>

/** As long as the same beginning is given, it is the same object. */
const known = new WeakMap<{ text: string }, Begun>()

function begunOf(shared: { text: string }): Begun {
  const begun = known.get(shared)
  if (begun) return begun
  const fresh = {}
  known.set(shared, fresh)
  return fresh
}

/**
 * Both as one body, which the next may overwrite, for `respond`, and what of it others get, too; `own` is neither empty
 * nor long.
 */
export function joined(
  coding: Coding,
  { shared, own }: Parts,
  respond: (body: Bytes, beginning: Bytes) => Response,
): Response | Promise<Response> {
  const begun = begunOf(shared)
  // Whoever comes while it is compressed waits for the same.
  begun[coding] ??= begin(coding, shared.text, begun)
  const beginning = begun[coding]
  // A response copies its body where it is made, so all of them are put together in one place.
  const end = (beginning: Beginning) =>
    respond(FORMATS[coding].end(beginning, own), beginning.bytes)
  return beginning instanceof Promise ? beginning.then(end) : end(beginning)
}

function begin(coding: Coding, text: string, begun: Begun): Beginning | Promise<Beginning> {
  const body = Buffer.from(text)
  const compressed = FORMATS[coding].begin(body)
  const beginningOf = (bytes: Bytes) => ({
    bytes,
    length: body.length,
    sum: coding === 'gzip' ? crc32(body) : 0,
    body: Buffer.of(),
  })
  if (!(compressed instanceof Promise)) return beginningOf(compressed)
  return compressed.then((bytes) => {
    const beginning = beginningOf(bytes)
    begun[coding] = beginning
    return beginning
  })
}
