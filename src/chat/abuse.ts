/** What a message is held to beside its form: that its author does not say it again, and that newcomers bring few links. */
import type { Id, Message } from './message.ts'
import { Refusal } from './refusal.ts'

/** What was said longer ago may be said again. */
const AGAIN_MICROSECONDS = 60e6

const NEWCOMERS_LINKS = 2

/** Whether the author said this just before, with nothing of anybody in between. `now`: by the store's clock. */
export const isAgain = (
  { value, author }: Pick<Message, 'value' | 'author'>,
  newest: Message | undefined,
  now: Id,
): boolean =>
  author !== undefined &&
  newest !== undefined &&
  newest.author === author &&
  newest.value === value &&
  now - newest.id < AGAIN_MICROSECONDS

/** A `Refusal` for a text with more links than a newcomer may bring. */
export function refuseManyLinks(value: string): void {
  const links = value.match(/https?:\/\//gi)?.length ?? 0
  if (links > NEWCOMERS_LINKS) throw new Refusal({ reason: 'links', most: NEWCOMERS_LINKS })
}
