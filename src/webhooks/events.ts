/** What a webhook is told: an event for each entry of a room, and for what it can no longer be told. */

import { type Entry, type Id, timeOf } from '../chat/message.ts'
import type { Stretch } from '../chat/store.ts'
import { messageJson, rulesJson, write } from '../view/json.ts'

export type Event = {
  /** The same whenever it is sent again. */
  id: string
  /** JSON. */
  body: string
  /** Up to where the room is told when it is taken. */
  after: Id
}

const MISSED = 'Some of what came to the room was trimmed away before it could be delivered.'
const RESET = 'The room lost its data, or an older copy of it was restored.'

/** What is next to be told to who was told all up to the cursor, from where the stretch was read; undefined for nothing. */
export function nextEvent(room: string, cursor: Id, stretch: Stretch): Event | undefined {
  const { born, head, trimmed, now } = stretch
  const [entry] = stretch.entries
  if (cursor > head || (cursor > 0 && cursor < born)) {
    // Of a room that began anew all is told; of an older copy, what comes to it.
    const after = cursor > head ? head : 0
    return notice('reset', room, cursor, now, RESET, after)
  }
  if (trimmed > cursor) return notice('missed', room, cursor, now, MISSED, trimmed)
  return entry && eventOf(room, entry)
}

function eventOf(room: string, entry: Entry): Event {
  const { id } = entry
  const event = (type: string, content: object) => ({
    id: `${room}_${id}`,
    body: write({ type, timestamp: timeOf(id), data: { room, ...content } }),
    after: id,
  })
  if ('said' in entry) return event('message.said', messageJson(entry.said))
  if ('revised' in entry) return event('message.revised', messageJson(entry.revised))
  if ('rules' in entry) return event('room.ruled', rulesJson(entry.rules))
  if ('cleared' in entry) return event('room.cleared', {})
  return event('message.removed', { id: `${entry.removed}` })
}

function notice(what: string, room: string, cursor: Id, now: Id, detail: string, after: Id): Event {
  const body = write({
    type: `room.${what}`,
    timestamp: timeOf(now),
    data: { room, after: `${cursor}`, detail },
  })
  return { id: `${room}_${what}_${cursor}`, body, after }
}
