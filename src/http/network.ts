/** Whose network a request comes from, without its address: that is kept nowhere. */

/** Of a hash that tells networks apart: 132 bits. */
const LETTERS = 22

export type Networks = ReturnType<typeof openNetworks>

/**
 * Answers what a client's address, or its /64 network, is known by today: an HMAC of it and the day (UTC), by which nobody
 * without the secret finds the address, and who it was yesterday. `sign`: a signature of this chatbox on a text.
 */
export function openNetworks(
  sign: (text: string) => Promise<string>,
  clientOf: (request: Request) => string | undefined,
) {
  return async (request: Request): Promise<string | undefined> => {
    const client = clientOf(request)
    if (client === undefined) return undefined
    const day = new Date().toISOString().slice(0, 10)
    return (await sign(`network ${day} ${client}`)).slice(0, LETTERS)
  }
}
