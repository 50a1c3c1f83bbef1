/** `bot add`, `bot list` and `bot remove`: programs that speak in a name of their own. */
import type { Store } from '../chat/store.ts'
import { cleanScreenname } from '../chat/text.ts'
import { openTokens } from '../chat/tokens.ts'
import { Declined, type Terminal } from './terminal.ts'

/** Prints the token alone, so that a script may keep it. */
export async function addBot(store: Store, { print }: Terminal, given = ''): Promise<void> {
  const name = cleanScreenname(given)
  const token = await openTokens(store, 'bots').add(name)
  if (!token) throw new Declined(`there is a bot called ${name} already`)
  await print(`${token}\n`)
}

export async function listBots(store: Store, { print }: Terminal): Promise<void> {
  for (const name of await openTokens(store, 'bots').names()) await print(`${name}\n`)
}

export async function removeBot(store: Store, _: Terminal, given = ''): Promise<void> {
  const name = cleanScreenname(given)
  if (!(await openTokens(store, 'bots').remove(name)))
    throw new Declined(`there is no bot called ${name}`)
}
