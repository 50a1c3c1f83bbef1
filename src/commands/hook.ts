/** `hook add`, `hook list` and `hook remove`: addresses to which a tool posts what is said in one room. */
import { ROOM } from '../chat/chat.ts'
import type { Store } from '../chat/store.ts'
import { cleanScreenname } from '../chat/text.ts'
import { openTokens } from '../chat/tokens.ts'
import { en } from '../view/words/en.ts'
import { Declined, type Terminal } from './terminal.ts'

export async function addHook(
  store: Store,
  { print, home }: Terminal,
  room = '',
  given = '',
): Promise<void> {
  const hook = hookOf(room, given)
  const token = await openTokens(store, 'hooks').add(hook)
  if (!token) throw new Declined(`there is a hook ${hook} already`)
  await print(`${home}/hooks/${token}\n`)
}

export async function listHooks(store: Store, { print }: Terminal): Promise<void> {
  for (const hook of await openTokens(store, 'hooks').names()) await print(`${hook}\n`)
}

export async function removeHook(store: Store, _: Terminal, room = '', given = ''): Promise<void> {
  const hook = hookOf(room, given)
  if (!(await openTokens(store, 'hooks').remove(hook)))
    throw new Declined(`there is no hook ${hook}`)
}

/** A room's name has no spaces: it ends at the first. */
function hookOf(room: string, name: string): string {
  if (!ROOM.test(room)) throw new Declined(en.problems.roomName)
  return `${room} ${cleanScreenname(name)}`
}
