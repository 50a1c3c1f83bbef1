import type { Message } from './message.ts'
import type { Part } from './text.ts'

/** A request that the chat declines, and why; `view/words` tells it to the person who made it. */

/** `of`: which text cannot be taken as it is. `count`, `most`: graphemes, or bytes. `wait`: seconds to hold back. */
export type Why =
  | { reason: 'nul' | 'surrogate' | 'empty'; of: Part }
  | { reason: 'bytes'; of: Part; most: number }
  | { reason: 'long'; of: Part; count: number; most: number }
  /** The idempotency key was already used to say something else. */
  | { reason: 'key' }
  /** This client says too much: more than `most` messages a minute. */
  | { reason: 'often'; wait: number; most: number }
  /** This author said the very same a moment ago. */
  | { reason: 'again' }
  /** Who is new here brings `most` links in a message. */
  | { reason: 'links'; most: number }
  /** This client opens too many rooms. */
  | { reason: 'rooms'; wait: number }
  /** Slow mode is on: this person says one message in so many seconds, and has `wait` to go. */
  | { reason: 'slow'; wait: number }
  /** A moderator muted this person, or whoever comes from where they do. */
  | { reason: 'muted' }
  /** Nobody but moderators speaks here. */
  | { reason: 'readonly' }
  /** The name is for moderators. */
  | { reason: 'reserved' }
  /** This author is not muted in the room. */
  | { reason: 'unmuted' }
  /** It is not known who said it: it is older than identities are. */
  | { reason: 'unsigned' }
  /** There is no such message, or it was trimmed away. */
  | { reason: 'missing' }
  /** The message was removed. */
  | { reason: 'gone' }
  /** Somebody else said it. */
  | { reason: 'foreign' }
  /** It was said too long ago to be changed. */
  | { reason: 'late' }

export class Refusal extends Error {
  constructor(readonly why: Why) {
    super(why.reason)
  }
}

/** A message that stands; refused as `missing` or `gone` where none does. */
export function present(found: Message | 'removed' | undefined): Message {
  if (found === 'removed') throw new Refusal({ reason: 'gone' })
  if (!found) throw new Refusal({ reason: 'missing' })
  return found
}
