/** Pages of a room that are the same for many readers. */
import { type Draft, splitAtOwn, withOwn } from './composer.tsx'
import type { Pulse, Room } from './log.tsx'
import { names } from './messages.tsx'
import { once } from './once.ts'

/**
 * But for what is the reader's own in the composer, such a page is the same for all who read one language and whose name
 * is not in it, and is rendered once: then what is the same up to there is one object for all of them. `kind` tells it
 * from other pages of the room, and `where` is what it says of where it is seen.
 */
export function sharedPage(
  { reader, page, pulse }: Room & { pulse: Pulse },
  own: Draft & { token?: string },
  kind: string,
  where: string,
  render: () => JSX.Element,
) {
  const split = () => {
    const [text = '', ...parts] = splitAtOwn(String(render()))
    return { shared: { text }, parts }
  }
  const isNamed =
    reader.screenname !== '' && page.messages.some((message) => names(message, reader))
  const as = `${pulse.every} ${pulse.here} ${where}`
  const rendered = isNamed ? split() : once(page, `${kind} ${reader.words.lang}`, as, split)
  const rest = withOwn(rendered.parts, reader, own)
  return isNamed ? rendered.shared.text + rest : { shared: rendered.shared, own: rest }
}
