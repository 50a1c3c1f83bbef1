/** A message as people see it: the same markup for every reader, in a page and in a fragment. */
import { Html } from '@elysiajs/html'
import type { Children } from '@kitajs/html'
import { kindOf, type Message, markOf } from '../chat/message.ts'
import { once } from './once.ts'
import { Prose } from './prose.tsx'
import { messageAddress, type Site } from './site.ts'
import { Time } from './time.tsx'
import type { Words } from './words/en.ts'

/** What a message is on one page, beside what it is everywhere. */
type Standing = {
  /** It goes on where the same person ended just before. */
  continues?: boolean
  /** It names the reader. */
  mentions?: boolean
  /** It is what the page is about: the reader is brought to it. */
  current?: boolean
}

/** What the signs of messages are called: once on a page, for a message is the same in every language. */
export const Signs = ({ words }: { words: Words }) => (
  <>
    {(['revised', 'bot', 'verified', 'moderator', 'resembles'] as const).map((sign) => (
      <span id={sign} hidden role="img" aria-label={words[sign]}></span>
    ))}
  </>
)

const SIGNS = { bot: '⚙', verified: '✓', moderator: '★' }

/** What stands behind a mark, and is called as the page calls it or as it is `named`. */
export const Sign = ({ kind, named }: { kind: keyof typeof SIGNS; named?: string }) => (
  <span class={kind} role="img" aria-label={named} aria-labelledby={named ? undefined : kind}>
    {SIGNS[kind] as 'safe'}
  </span>
)

/** The colours that marks have in the stylesheet. */
const HUES = 12

export const hueOf = (mark: string) => String(Number.parseInt(mark, 36) % HUES)

type Item = { site: Site; room: string; message: Message; children?: Children } & Standing

/** Rendered once in each standing, but where it is what the page is about. */
export function MessageItem(item: Item): JSX.Element {
  const { site, message, continues, mentions, current, children } = item
  if (current || children) return Rendered(item)
  const kind = `item ${continues} ${mentions} ${site.isElsewhere}`
  return once(message, kind, site.base, () => String(Rendered(item)))
}

function Rendered({ site, room, message, children, ...standing }: Item) {
  const { continues, mentions, current } = standing
  const mark = message.author && markOf(message.author)
  const kind = kindOf(message)
  return (
    <li id={`m-${message.id}`} class="chat" data-continues={continues} data-mentions={mentions}>
      <bdi class="user" safe>
        {message.screenname}
      </bdi>{' '}
      {mark ? (
        <>
          <small class="mark" data-hue={hueOf(mark)}>
            {Html.escapeHtml(mark) as 'safe'}
            {kind ? <Sign kind={kind} /> : ''}
          </small>{' '}
        </>
      ) : (
        ''
      )}
      <a
        class="permalink"
        href={messageAddress(site, room, message.id)}
        {...(current ? { 'aria-current': 'page', autofocus: true } : {})}
      >
        <Time id={message.id} />
      </a>{' '}
      {message.resembles ? <Resembles name={message.resembles} /> : ''}
      <Prose value={message.value} />
      {message.revised ? (
        <>
          {' '}
          <small class="revised" role="img" aria-labelledby="revised">
            ✎
          </small>
        </>
      ) : (
        ''
      )}
      {children as 'safe'}
    </li>
  )
}

/** Whose name this one imitates: not that of the person beside it. */
function Resembles({ name }: { name: string }) {
  return (
    <>
      <small class="resembles">
        <span role="img" aria-labelledby="resembles">
          ≠
        </span>{' '}
        <bdi safe>{name}</bdi>
      </small>{' '}
    </>
  )
}
