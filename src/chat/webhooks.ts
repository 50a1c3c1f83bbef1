/** Addresses that are told of what comes to a room: what is kept of each, and how far it has got. */
import type { Id } from './message.ts'
import type { Store } from './store.ts'

/** 256 bits; Standard Webhooks asks for 192 to 512. */
const SECRET_BYTES = 32

export type Webhook = {
  /** Its own: one that is made anew for the same room and address has another. */
  id: string
  room: string
  url: string
  /** What deliveries are signed with: `whsec_` and the key in base64. */
  secret: string
  /** The newest entry of the room when it was made: it is told of what came after. */
  after: Id
}

/** How far a webhook has got. */
export type Progress = {
  /** The newest entry that was taken. */
  after: Id
  failing?: Failing
}

/** Times are in milliseconds since 1970. */
export type Failing = {
  since: number
  tries: number
  /** What came of the last of them. */
  why: string
  /** When it is tried again; never, where it was given up. */
  next?: number
}

/** Makes a webhook, and answers its secret; undefined where the room has one with this address. */
export async function addWebhook(
  store: Store,
  room: string,
  url: string,
): Promise<string | undefined> {
  const { head: after } = await store.stand(room)
  const key = Buffer.from(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)))
  const secret = `whsec_${key.toString('base64')}`
  const text = JSON.stringify({ id: crypto.randomUUID(), secret, after })
  return (await store.register('webhooks', `${room} ${url}`, text)) ? secret : undefined
}

/** False where there is none. */
export const removeWebhook = (store: Store, room: string, url: string) =>
  store.unregister('webhooks', `${room} ${url}`)

export async function webhooksOf(store: Store): Promise<Webhook[]> {
  const registered = await store.registered('webhooks')
  return [...registered].map(([name, text]) => {
    // Neither a room's name nor an address has spaces.
    const [room = '', url = ''] = name.split(' ')
    return { room, url, ...JSON.parse(text) }
  })
}

/** How far webhooks have got, by id; one that nothing was delivered to yet is not among them. */
export async function progressOf(store: Store): Promise<Map<string, Progress>> {
  const notes = await store.notes()
  return new Map([...notes].map(([id, note]) => [id, JSON.parse(note)]))
}

export const noteOf = (progress: Progress) => JSON.stringify(progress)
