/** What moderators decided for a room, as those in it are told: above the messages, and beside the composer. */
import type { Rules } from '../chat/moderation.ts'
import { Prose } from './prose.tsx'
import type { Reader } from './reader.ts'

type Told = { reader: Reader; rules?: Rules }

/** The pinned notice, in a place that stays where there is none. */
export const Pinned = (told: Told) => (
  <div id="pinned" role="note" aria-live="polite" aria-label={told.reader.words.pinned}>
    <Notice {...told} />
  </div>
)

/** How one may speak here; where one may not, the stylesheet takes the composer away. */
export const Terms = (told: Told) => (
  <p id="terms" aria-live="polite">
    <Inside {...told} />
  </p>
)

function Notice({ rules }: Told) {
  return rules?.notice ? <Prose value={rules.notice} /> : ''
}

function Inside({ reader, rules }: Told) {
  const { words, isModerator } = reader
  if (rules?.isReadOnly)
    return (
      <span class={isModerator ? undefined : 'readonly'} safe>
        {words.readOnly}
      </span>
    )
  return rules?.slowSeconds ? <span safe>{words.slowMode(rules.slowSeconds)}</span> : ''
}

/** Both, in the place of what was told before. */
export function RulesFragment(told: Told) {
  return (
    <>
      <hx-partial hx-target="#pinned" hx-swap="innerHTML">
        <Notice {...told} />
      </hx-partial>
      <hx-partial hx-target="#terms" hx-swap="innerHTML">
        <Inside {...told} />
      </hx-partial>
    </>
  )
}
