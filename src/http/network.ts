/** Whose network a request comes from, without its address: that is kept nowhere. */

/** Of a hash that tells networks apart: 132 bits. */
const LETTERS = 22
const DAY_MS = 86_400_000

export type Networks = ReturnType<typeof openNetworks>

/**
 * Answers what a client's address, or its /64 network, is known by today: an HMAC of it and the day (UTC), from which nobody
 * without the secret finds out the address, nor what it was known by yesterday. `sign`: a signature of this chatbox on a
 * text.
 */
export function openNetworks(
  sign: (text: string) => Promise<string>,
  clientOf: (request: Request) => string | undefined,
) {
  return async (request: Request): Promise<string | undefined> => {
    const client = clientOf(request)
    if (client === undefined) return undefined
    const day = Math.floor(Date.now() / DAY_MS)
    return (await sign(`network ${day} ${client}`)).slice(0, LETTERS)
  }
}
