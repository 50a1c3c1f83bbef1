/** Who is slow to take an answer keeps little of it in memory, and who takes nothing is cut off. */

/** So long a reader may take nothing of what is there for them; Bun looks every four seconds. */
export const TAKING_SECONDS = 10

/** Up to here an answer is copied into its connection at once, which costs least. */
const SHORT_BYTES = 128 * 1024
const PART_BYTES = 64 * 1024

type Bytes = Uint8Array<ArrayBuffer>

/** Cuts off a request's connection on which nothing happens for so many seconds. */
export type Hold = (request: Request, seconds: number) => void

/** The body of an answer: a long one part by part, each when the one before is taken; `shared`: what others get, too. */
export function taken(
  request: Request,
  hold: Hold,
  body: Bytes,
  shared = body,
): Bytes | ReadableStream<Bytes> {
  if (body.length <= SHORT_BYTES || request.method === 'HEAD') return body
  hold(request, TAKING_SECONDS)
  const own = Uint8Array.from(body.subarray(shared.length))
  return inParts([shared, own].values())
}

function inParts(bodies: Iterator<Bytes>): ReadableStream<Bytes> {
  let rest: Bytes = new Uint8Array()
  return new ReadableStream(
    {
      pull(reader) {
        if (rest.length === 0) rest = bodies.next().value ?? rest
        if (rest.length === 0) return reader.close()
        reader.enqueue(rest.subarray(0, PART_BYTES))
        rest = rest.subarray(PART_BYTES)
      },
    },
    { highWaterMark: 0 },
  )
}
