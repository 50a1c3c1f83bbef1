/** The fragments that keep an open page up to date. */
import type { Page } from '../chat/chat.ts'
import type { Message } from '../chat/message.ts'
import { Told } from './alert.tsx'
import { Composer, type Draft, type Frame } from './composer.tsx'
import { Here, Inside, Older, Poller, type Pulse } from './log.tsx'
import { MessageItem } from './message.tsx'
import { Messages } from './messages.tsx'
import { once } from './once.ts'
import type { Reader } from './reader.ts'
import { RulesFragment } from './rules.tsx'
import type { Site } from './site.ts'
import type { Words } from './words/en.ts'

type Fragment = { site: Site; page: Page; pulse: Pulse }

/** A room's latest messages, to be put into any page: the list, and the poller that keeps it so. */
export function ChatboxFragment({ site, words, page, pulse }: Fragment & { words: Words }) {
  return (
    <>
      <ol id="chatbox">
        <Older site={site} words={words} page={page} />
        <Messages site={site} room={page.room} messages={page.messages} />
      </ol>
      <Poller site={site} page={page} pulse={pulse} />
    </>
  )
}

/** What came after a cursor: the next poller in place of the last, and the changes to the list. Rendered once. */
export function NewsFragment(news: Fragment): string {
  const { site, page, pulse } = news
  const kind = site.isElsewhere ? 'news elsewhere' : 'news'
  return once(page, kind, `${pulse.every} ${pulse.here} ${site.base}`, () =>
    String(RenderedNews(news)),
  )
}

function RenderedNews({ site, page, pulse }: Fragment) {
  return (
    <>
      <Pulsing site={site} page={page} pulse={pulse} />
      <Upsert site={site} room={page.room} messages={page.messages} />
      {page.revised.map((message) => (
        <RevisedFragment site={site} room={page.room} message={message} />
      ))}
      {page.removed.map((id) => (
        <RemovedFragment id={id} />
      ))}
    </>
  )
}

/** The same where moderators decided something else meanwhile: its reader's own, for it is in words. */
export const RuledFragment = ({ reader, ...news }: Fragment & { reader: Reader }): string =>
  NewsFragment(news) + String(RulesFragment({ reader, rules: news.page.rules }))

/** The next poller in place of the last, and how many are here. */
function Pulsing({ site, page, pulse }: Fragment) {
  return (
    <>
      <Poller site={site} page={page} pulse={pulse} />
      {site.isElsewhere ? (
        ''
      ) : (
        <hx-partial hx-target="#here" hx-swap="outerHTML">
          <Here count={pulse.here} />
        </hx-partial>
      )}
    </>
  )
}

/** A message as it reads now, in its place. */
export function RevisedFragment({
  site,
  room,
  message,
}: {
  site: Site
  room: string
  message: Message
}) {
  return (
    <hx-partial hx-target={`#m-${message.id}`} hx-swap="outerHTML">
      <MessageItem site={site} room={room} message={message} />
    </hx-partial>
  )
}

export function RemovedFragment({ id }: { id: number }) {
  return <hx-partial hx-target={`#m-${id}`} hx-swap="delete" />
}

/** For a reader whose list can no longer be brought up to date: the list anew, and why. */
export function RedrawnFragment({ site, reader, page, pulse }: Fragment & { reader: Reader }) {
  return (
    <>
      <Pulsing site={site} page={page} pulse={pulse} />
      {/* The list says it, too, where it begins; who reads at its end would not see it. */}
      <hx-partial hx-target="#errors" hx-swap="innerHTML">
        <Told told={whyRedrawn(page, reader)} />
      </hx-partial>
      <hx-partial hx-target="#chatbox" hx-swap="innerHTML">
        <Inside site={site} reader={reader} page={page} />
      </hx-partial>
      {site.isElsewhere ? '' : <RulesFragment reader={reader} rules={page.rules} />}
    </>
  )
}

function whyRedrawn({ reset, cleared }: Page, { words }: Reader): string {
  if (reset) return words.reset
  return cleared ? words.cleared : words.missed
}

/** Older messages, in place of the link that asked for them. */
export function OlderFragment({ site, words, page }: { site: Site; words: Words; page: Page }) {
  return (
    <>
      <Older site={site} words={words} page={page} />
      <Messages site={site} room={page.room} messages={page.messages} />
    </>
  )
}

type Said = {
  site: Site
  reader: Reader
  room: string
  message?: Message
  draft: Draft
  frame?: Frame
}

/** What its author gets: a fresh composer in place of the last, and the message in the list, if it still stands. */
export function SaidFragment({ message, ...composer }: Said) {
  const { site, room } = composer
  return (
    <>
      <Composer {...composer} />
      {message ? <Upsert site={site} room={room} messages={[message]} /> : ''}
    </>
  )
}

/** Puts each message in its place by id, once, however often it comes: a poll and a post may cross. */
function Upsert({ site, room, messages }: { site: Site; room: string; messages: Message[] }) {
  return (
    <hx-upsert hx-target="#chatbox">
      <Messages site={site} room={room} messages={messages} />
    </hx-upsert>
  )
}
