/** `webhook add`, `webhook list` and `webhook remove`: addresses that are told of what comes to a room. */
import { ROOM } from '../chat/chat.ts'
import { timeOf } from '../chat/message.ts'
import type { Store } from '../chat/store.ts'
import {
  addWebhook,
  type Progress,
  progressOf,
  removeWebhook,
  webhooksOf,
} from '../chat/webhooks.ts'
import { en } from '../view/words/en.ts'
import { addressesOf, Refused, targetIn } from '../webhooks/addresses.ts'
import { Declined, type Terminal } from './terminal.ts'

/** Prints the secret alone, so that a script may keep it. */
export async function addWebhookTo(
  store: Store,
  { print, webhookNetworks }: Terminal,
  room = '',
  address = '',
): Promise<void> {
  const url = targetOf(room, address)
  await addressesOf(url, webhookNetworks).catch(declined)
  const secret = await addWebhook(store, room, url.href)
  if (!secret) throw new Declined(`there is a webhook ${room} ${url.href} already`)
  await print(`${secret}\n`)
}

export async function listWebhooks(store: Store, { print }: Terminal): Promise<void> {
  const progress = await progressOf(store)
  const lines = (await webhooksOf(store)).map(
    ({ id, room, url }) => `${room} ${url} ${stateOf(progress.get(id))}\n`,
  )
  await print(lines.sort().join(''))
}

export async function removeWebhookFrom(
  store: Store,
  _: Terminal,
  room = '',
  address = '',
): Promise<void> {
  const url = targetOf(room, address)
  if (!(await removeWebhook(store, room, url.href)))
    throw new Declined(`there is no webhook ${room} ${url.href}`)
}

function targetOf(room: string, address: string): URL {
  if (!ROOM.test(room)) throw new Declined(en.problems.roomName)
  try {
    return targetIn(address)
  } catch (error) {
    return declined(error)
  }
}

function declined(error: unknown): never {
  if (error instanceof Refused) throw new Declined(error.message)
  throw error
}

function stateOf(progress?: Progress): string {
  if (!progress?.failing) return 'working'
  const { since, tries, why, next } = progress.failing
  const state = next ? 'failing' : 'given up, failing'
  const then = next ? `, tried again at ${secondOf(next)}` : ''
  return `${state} since ${secondOf(since)}, ${tries} ${tries === 1 ? 'try' : 'tries'}${then}: ${why}`
}

/** Milliseconds since 1970 as a time to the second. */
const secondOf = (ms: number) => timeOf(ms * 1000).replace(/\.\d+/, '')
