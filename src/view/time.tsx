/** Times as the server shows them: in UTC, and saying so. A page's script puts the reader's own zone instead. */
import { timeOf } from '../chat/message.ts'

/** The time an id stands for, the same in every language. A page that separates days hides the date. */
export function Time({ id }: { id: number }) {
  const [day = '', time = ''] = timeOf(id).split('T')
  return (
    <time datetime={`${day}T${time}`}>
      <span safe>{`${day} `}</span>
      {`${time.slice(0, 5)} UTC` as 'safe'}
    </time>
  )
}

/** The day an id lies in, `2026-11-23`. */
export const dayOf = (id: number) => timeOf(id).slice(0, 10)

/** A format costs more to make than a page of messages to render. */
const dayFormats = new Map<string, Intl.DateTimeFormat>()

function dayFormat(lang: string): Intl.DateTimeFormat {
  const known = dayFormats.get(lang)
  if (known) return known
  const format = new Intl.DateTimeFormat(lang, { dateStyle: 'full', timeZone: 'UTC' })
  dayFormats.set(lang, format)
  return format
}

/** A day in words, between the messages of the day before and its own. */
export function Day({ id, lang }: { id: number; lang: string }) {
  return (
    <li class="day">
      <time datetime={dayOf(id)} safe>
        {dayFormat(lang).format(id / 1000)}
      </time>
    </li>
  )
}
