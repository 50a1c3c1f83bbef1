/** A request that the chat declines, with words for the person who made it. */

export type Reason =
  /** What was said cannot be taken as it is. */
  | 'text'
  /** The idempotency key was already used to say something else. */
  | 'key'
  /** This client says too much; `wait` tells how many seconds to hold back. */
  | 'often'
  /** There is no such message, or it was trimmed away. */
  | 'missing'
  /** The message was removed. */
  | 'gone'

export class Refusal extends Error {
  constructor(
    readonly reason: Reason,
    words: string,
    readonly wait?: number,
  ) {
    super(words)
  }
}
