/** The ways by which a message is corrected and removed, and one that somebody said. */
import { growOld } from './past.ts'
import { freshFile, freshRoom, type Kind, openChatbox } from './stores.ts'
import { type Ask, openVisitor } from './visitor.ts'

export type Way = { method: string; end: string; value?: string }

export const CORRECTING: Way[] = [
  { method: 'PATCH', end: '', value: 'mended' },
  { method: 'POST', end: '/revision', value: 'mended' },
]
export const REMOVING: Way[] = [
  { method: 'DELETE', end: '' },
  { method: 'POST', end: '/removal' },
]
export const OFFERED: Way = { method: 'GET', end: '/revision' }

export const named = (ways: Way[]) =>
  ways.map((way) => [`${way.method} …${way.end}`, way] as [string, Way])

/** Goes that way at a message's address. */
export const go = (who: Ask, address: string, { method, end, value }: Way, headers: object) =>
  who(address + end, {
    method,
    headers: { ...headers },
    body: value === undefined ? undefined : new URLSearchParams({ value }),
  })

/** The program, and what it takes to try changes on it. */
export async function openChanging(kind: Kind) {
  const file = freshFile()
  const chatbox = await openChatbox(kind, { file })
  return {
    ...chatbox,
    /** A room with one message, and the browser of who said it; `minutes` ago, where that is given. */
    said: async (value = 'as it was', minutes?: number) => {
      const [room, ann] = [freshRoom(), openVisitor(chatbox.ask)]
      const { id: now } = await ann.say(room, value, 'Ann')
      const id = minutes ? await growOld({ kind, file }, room, now, minutes) : now
      return { room, ann, id, address: `/rooms/${room}/messages/${id}` }
    },
    /** The message at an address, as JSON has it. */
    one: async (address: string) => (await chatbox.get(`${address}.json`)).json(),
  }
}
