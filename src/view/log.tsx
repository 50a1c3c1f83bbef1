/** The log of a room: its list of messages, the way back to older ones, and the poller that keeps it up to date. */
import type { Page } from '../chat/chat.ts'
import { ERRORS_TO_ALERT } from './alert.tsx'
import { Signs } from './message.tsx'
import { Conversation } from './messages.tsx'
import type { Reader } from './reader.ts'
import { Pinned, Terms } from './rules.tsx'
import { messagesAddress, type Site } from './site.ts'
import type { Words } from './words/en.ts'

/** What a poller knows: how often it asks, and how many have the room open. */
export type Pulse = { every: number; here: number }

export type Room = { site: Site; reader: Reader; page: Page }

export function Log({ site, reader, page }: Room) {
  const { words } = reader
  return (
    <>
      <div
        id="log"
        class="log"
        role="log"
        aria-label={words.messages}
        tabindex="0"
        data-edit={words.edit}
      >
        <ol id="chatbox">
          <Inside site={site} reader={reader} page={page} />
        </ol>
      </div>
      <Signs words={words} />
    </>
  )
}

export function Inside({ site, reader, page }: Room) {
  const { words } = reader
  return (
    <>
      {page.missed && !page.cleared && (
        <li class="notice" safe>
          {words.missed}
        </li>
      )}
      {page.reset && (
        <li class="notice" safe>
          {words.reset}
        </li>
      )}
      {page.cleared && (
        <li class="notice" safe>
          {words.cleared}
        </li>
      )}
      <Older site={site} words={words} page={page} />
      <Conversation site={site} reader={reader} room={page.room} messages={page.messages} />
    </>
  )
}

/**
 * Without an id of its own, so that upserted messages are not sorted around it. It is followed when it is seen for a while;
 * on other sites, where all may be in sight at once, only when it is clicked.
 */
export function Older({ site, words, page }: { site: Site; words: Words; page: Page }) {
  if (page.older === undefined) return ''
  const query = `?before=${page.older}`
  return (
    <li class="older">
      <a
        href={messagesAddress(site, page.room) + query}
        hx-get={messagesAddress(site, page.room, '.html') + query}
        hx-trigger={site.isElsewhere ? 'click' : 'click, intersect once delay:500ms'}
        hx-target="closest li"
        hx-swap="outerHTML"
        {...ERRORS_TO_ALERT}
        safe
      >
        {words.older}
      </a>
    </li>
  )
}

/** The stylesheet takes it away with the first message. */
export function Empty({ words, page }: { words: Words; page: Page }) {
  if (page.cursor > 0) return ''
  return (
    <p class="empty" safe>
      {words.empty}
    </p>
  )
}

/**
 * Asks for what is newer than the page; where more waits already, at once. On other sites it is not counted among those
 * who are here: a poll that says nothing of that is answered with whole addresses, without a look at its headers.
 */
export function Poller({ site, page, pulse }: { site: Site; page: Page; pulse: Pulse }) {
  const { every, here } = pulse
  const query = `?after=${page.cursor}${site.isElsewhere ? '' : `&every=${every}&here=${here}`}`
  return (
    <div
      id="poller"
      hidden
      hx-get={messagesAddress(site, page.room, '.html') + query}
      hx-trigger={`${page.more ? 'load, ' : ''}every ${every}s`}
      hx-swap="outerHTML"
      hx-sync="this:drop"
      hx-config="timeout:10s"
    />
  )
}

/** A log that is kept up to date. */
export function LiveLog({ site, reader, page, pulse }: Room & { pulse: Pulse }) {
  const { words } = reader
  return (
    <>
      <Pinned reader={reader} rules={page.rules} />
      <Log site={site} reader={reader} page={page} />
      <Empty words={words} page={page} />
      <Poller site={site} page={page} pulse={pulse} />
      <Over words={words} />
      <Terms reader={reader} rules={page.rules} />
    </>
  )
}

/** What lies over the end of the log: how many are new, and whether it is connected. */
function Over({ words }: { words: Words }) {
  return (
    <div id="over" hx-sync="this:drop" {...ERRORS_TO_ALERT}>
      {/* biome-ignore lint/a11y/useAnchorContent: the page's script shows it with what it then says. */}
      <a id="new" href="#log" target="_self" data-new={words.new} hidden />
      <p id="status" role="status" data-lost={words.lost} />
    </div>
  )
}

export function Present({ words, count }: { words: Words; count: number }) {
  return (
    <p class="presence">
      <Here count={count} /> {words.here as 'safe'}
    </p>
  )
}

export const Here = ({ count }: { count: number }) => <span id="here">{count}</span>
