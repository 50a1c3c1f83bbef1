/** A request that the chat declines, and why; `view/words` tells it to the person who made it. */

/** `of`: which text cannot be taken as it is. `count`, `most`: graphemes, or bytes. `wait`: seconds to hold back. */
export type Why =
  | { reason: 'nul' | 'surrogate' | 'empty'; of: 'screenname' | 'value' }
  | { reason: 'bytes'; of: 'screenname' | 'value'; most: number }
  | { reason: 'long'; of: 'screenname' | 'value'; count: number; most: number }
  /** The idempotency key was already used to say something else. */
  | { reason: 'key' }
  /** This client says too much: more than `most` messages a minute. */
  | { reason: 'often'; wait: number; most: number }
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
