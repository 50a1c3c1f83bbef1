/** The form in which people say something. */
import { Html } from '@elysiajs/html'
import { markOf } from '../chat/message.ts'
import { Alert, ERRORS_TO_ALERT } from './alert.tsx'
import { Left } from './left.tsx'
import { hueOf, Sign } from './message.tsx'
import { JOINED } from './messages.tsx'
import { once } from './once.ts'
import type { Reader } from './reader.ts'
import { messagesAddress, type Site, type Theme } from './site.ts'
import type { Words } from './words/en.ts'

/** What is in the form, and the nonce that lets it through once. */
export type Draft = { screenname: string; value: string; nonce: string }

/** What a form in a frame brings along: who says it, and what the frame looks like. `identity`: whom its site signed. */
export type Frame = { token: string; theme?: Theme; identity?: string }

/** An empty form, for the same person where the name is known. */
export const freshDraft = (nonce: string, screenname: string): Draft => ({
  screenname,
  value: '',
  nonce,
})

type Form = {
  site: Site
  reader: Reader
  room: string
  draft: Draft
  /** Why it came back. */
  told?: string
  /** Sent as any form is, so that the answer is a whole page. */
  plain?: boolean
  /** Seconds after which the frame beside it reads anew. */
  refresh?: number
  /** Where it stands in a frame on another site. */
  frame?: Frame
  /** What stands in the place of the reader's mark. */
  mark?: string
  /** Whether only members speak there: then it opens when a frame's script finds that its reader is one. */
  isForMembers?: boolean
}

export function Composer(form: Form) {
  const {
    site,
    reader,
    room,
    draft,
    told,
    plain = false,
    refresh,
    frame,
    mark,
    isForMembers,
  } = form
  const { words } = reader
  const address = messagesAddress(site, room)
  const htmx = {
    'hx-post': address,
    'hx-swap': 'outerHTML',
    'hx-disable': 'find button',
    'hx-config': 'timeout:10s',
    ...ERRORS_TO_ALERT,
  }
  return (
    <form
      id="composer"
      method="post"
      action={address}
      target={frame && '_self'}
      data-joined={JOINED.source}
      {...(plain || refresh ? {} : htmx)}
    >
      {isForMembers ? <MembersAlone words={words} /> : ''}
      <Nonce nonce={draft.nonce} />
      {frame ? <Framed {...frame} /> : ''}
      {refresh ? <input type="hidden" name="refresh" value={String(refresh)} /> : ''}
      <Who reader={reader} screenname={draft.screenname} mark={mark} />
      <label class="unseen" for="value" safe>
        {words.message}
      </label>{' '}
      <textarea
        id="value"
        name="value"
        rows="1"
        dir="auto"
        enterkeyhint="send"
        aria-describedby="left"
        placeholder={words.message}
        required
        safe
      >
        {`\n${draft.value}`}
      </textarea>{' '}
      <button id="say" type="submit" safe>
        {words.say}
      </button>
      <Left id="left" site={site} words={words} />
      <Alert words={words} told={told} />
    </form>
  )
}

/** What is told instead of a composer; in one, the stylesheet shows nothing else of it. */
export const MembersAlone = ({ words }: { words: Words }) => (
  <p class="members" safe>
    {words.members}
  </p>
)

/** Under which name it is said, and with which mark. Whom their site vouches for has no other name. */
export function Who(who: { reader: Reader; screenname: string; mark?: string }) {
  const { reader, screenname, mark } = who
  return (
    <p class="who">
      <label for="screenname" safe>
        {reader.words.name}
      </label>{' '}
      <input
        id="screenname"
        name="screenname"
        value={attribute(screenname)}
        autocomplete="nickname"
        dir="auto"
        required
        readonly={reader.isVerified}
      />{' '}
      {(mark ?? OwnMark(reader)) as 'safe'}
    </p>
  )
}

/** No text has it in it. */
const OWN = '\0'

/** By which the reader knows their own messages; nothing where nobody knows who they are. */
function OwnMark(reader: Reader): string {
  const { words, author, isVerified, isModerator } = reader
  if (!author) return ''
  const mark = markOf(author)
  const kind = `mark ${isVerified} ${isModerator}`
  const [start, middle, end] = once(words, kind, '', () => splitAtOwn(String(<Mark {...reader} />)))
  return `${start}${hueOf(mark)}${middle}${Html.escapeHtml(mark)}${end}`
}

/** The same with places for whose it is. */
const Mark = ({ words, isVerified, isModerator }: Reader) => (
  <small class="mark" data-hue={OWN} title={words.you}>
    {OWN as 'safe'}
    {isVerified ? <Sign kind="verified" named={words.verified} /> : ''}
    {isModerator ? <Sign kind="moderator" named={words.moderator} /> : ''}
  </small>
)

/** A composer with places for what is the reader's own, so that it can be rendered once for all of them. */
export function SharedComposer(form: {
  site: Site
  reader: Reader
  room: string
  theme?: Theme
  isFramed?: boolean
  isForMembers?: boolean
}) {
  const { theme, isFramed, ...rest } = form
  const frame = isFramed ? { token: OWN, theme } : undefined
  const draft = { nonce: OWN, screenname: OWN, value: '' }
  return <Composer {...rest} draft={draft} frame={frame} mark={OWN} />
}

/** A page around those places. */
export const splitAtOwn = (page: string) => page.split(OWN)

/** What is a reader's own, each followed by the part of the page that comes after it. */
export function withOwn(
  parts: string[],
  reader: Reader,
  { nonce, token, screenname }: Draft & { token?: string },
): string {
  let page = ''
  let place = 0
  for (const own of [nonce, token, screenname])
    if (own !== undefined) page += attribute(own) + parts[place++]
  return page + OwnMark(reader) + parts[place]
}

function Framed({ token, theme, identity = '' }: Frame) {
  return (
    <>
      <input id="token" type="hidden" name="token" value={attribute(token)} />
      <input id="identity" type="hidden" name="identity" value={attribute(identity)} />
      {theme ? <input type="hidden" name="theme" value={theme} /> : ''}
    </>
  )
}

export function Nonce({ nonce }: { nonce: string }) {
  return <input id="nonce" type="hidden" name="nonce" value={attribute(nonce)} />
}

/**
 * Attributes are only escaped for `"`, but what people wrote may look like a character reference, and htmx
 * rewrites `<hx-…` wherever it stands in an answer, in an attribute too.
 */
const attribute = (text: string) => Html.escapeHtml(text)
