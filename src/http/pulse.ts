/** What an open page is told beside messages: how often to ask, and how many have the room open. */
import type { Pulse } from '../view/log.tsx'
import type { Parts } from './parts.ts'
import { optionalNumber } from './query.ts'

/** What a poller says it was told last; undefined where it is no poller of ours that asks. */
export function pulseIn(query: URLSearchParams): Pulse | undefined {
  const every = optionalNumber(query, 'every', 1, 3600)
  const here = optionalNumber(query, 'here', 0, 1_000_000)
  return every === undefined ? undefined : { every, here: here ?? 0 }
}

/** The same as it is now. A poll is how an open page is seen: `told` is what it brought. */
export function pulseOf({ chat, presence, interval }: Parts, room: string, told?: Pulse): Pulse {
  const every = interval.secondsFor(chat.quiet(room))
  const here = told ? presence.poll(room, every) : presence.known(room)
  // Whoever asks is here, though nobody counted them yet.
  return { every, here: Math.max(here, 1) }
}

/** Of many, one more or less is no news: a large room would be told of nothing else. */
const MANY = 20
const SHARE = 0.05

/** Whether a page that was `told` this needs to be told nothing else. */
export function isSame(now: Pulse, told?: Pulse): boolean {
  if (told === undefined) return true
  const change = Math.abs(now.here - told.here)
  return (
    now.every === told.every && (change === 0 || (told.here >= MANY && change <= told.here * SHARE))
  )
}
