/** A room: its page, and the fragments that keep an open page up to date. */
import type { Page } from '../chat/chat.ts'
import type { Message } from '../chat/message.ts'
import { Alert, ERRORS_TO_ALERT } from './alert.tsx'
import { Composer, type Draft } from './composer.tsx'
import { Document } from './document.tsx'
import { MessageItem } from './message.tsx'
import { messagesAddress, roomAddress, type Site } from './site.ts'

/** The whole page. One that ends at the room's newest message polls and takes messages. */
export function RoomPage({ site, page, draft }: { site: Site; page: Page; draft?: Draft }) {
  const { room } = page
  return (
    <Document site={site} title={room}>
      <header>
        <h1 safe>{room}</h1>
        <nav aria-label="Rooms">
          <a href={`${site.base}/`}>All rooms</a>
        </nav>
      </header>
      <main>
        <div role="log" aria-label="Messages" tabindex="0">
          <Chatbox site={site} page={page} />
        </div>
        {draft ? (
          <>
            <Poller site={site} page={page} />
            <p id="status" role="status" data-lost="Not connected. Trying again…" />
            <p>
              <a href={roomAddress(site, room)}>Refresh</a>
            </p>
            <Composer site={site} room={room} draft={draft} />
          </>
        ) : (
          <>
            <Alert />
            <nav aria-label="Newer messages">
              <a href={`${messagesAddress(site, room)}?after=${page.cursor}`}>Newer messages</a>{' '}
              <a href={roomAddress(site, room)}>Newest messages</a>
            </nav>
          </>
        )}
      </main>
    </Document>
  )
}

function Chatbox({ site, page }: { site: Site; page: Page }) {
  return (
    <ol id="chatbox">
      <Inside site={site} page={page} />
    </ol>
  )
}

function Inside({ site, page }: { site: Site; page: Page }) {
  return (
    <>
      {page.missed && (
        <li class="notice">Some messages are gone: they were trimmed away before you saw them.</li>
      )}
      {page.reset && (
        <li class="notice">This room was reset: what you saw of it before may be gone.</li>
      )}
      <Older site={site} page={page} />
      <Messages site={site} room={page.room} messages={page.messages} />
    </>
  )
}

/** Without an id of its own, so that upserted messages are not sorted around it. */
function Older({ site, page }: { site: Site; page: Page }) {
  if (page.older === undefined) return ''
  const query = `?before=${page.older}`
  return (
    <li class="older">
      <a
        href={messagesAddress(site, page.room) + query}
        hx-get={messagesAddress(site, page.room, '.html') + query}
        hx-target="closest li"
        hx-swap="outerHTML"
        {...ERRORS_TO_ALERT}
      >
        Older messages
      </a>
    </li>
  )
}

function Messages({ site, room, messages }: { site: Site; room: string; messages: Message[] }) {
  return <>{messages.map((message) => MessageItem({ site, room, message }) as 'safe')}</>
}

/** Asks for what is newer than the page; where more waits already, at once. */
function Poller({ site, page }: { site: Site; page: Page }) {
  return (
    <div
      id="poller"
      hidden
      hx-get={`${messagesAddress(site, page.room, '.html')}?after=${page.cursor}`}
      hx-trigger={`${page.more ? 'load, ' : ''}every ${site.pollSeconds}s`}
      hx-swap="outerHTML"
      hx-sync="this:drop"
      hx-config="timeout:4s"
    />
  )
}

/** A room's latest messages, to be put into any page: the list, and the poller that keeps it so. */
export function ChatboxFragment({ site, page }: { site: Site; page: Page }) {
  return (
    <>
      <Chatbox site={site} page={page} />
      <Poller site={site} page={page} />
    </>
  )
}

/** What came after a cursor: the next poller in place of the last, and the changes to the list. */
export function NewsFragment({ site, page }: { site: Site; page: Page }) {
  return (
    <>
      <Poller site={site} page={page} />
      <Upsert site={site} room={page.room} messages={page.messages} />
      {page.revised.map((message) => (
        <hx-partial hx-target={`#m-${message.id}`} hx-swap="outerHTML">
          <MessageItem site={site} room={page.room} message={message} />
        </hx-partial>
      ))}
      {page.removed.map((id) => (
        <hx-partial hx-target={`#m-${id}`} hx-swap="delete" />
      ))}
    </>
  )
}

/** For a reader whose list can no longer be brought up to date: the list anew, and why. */
export function RedrawnFragment({ site, page }: { site: Site; page: Page }) {
  return (
    <>
      <Poller site={site} page={page} />
      <hx-partial hx-target="#chatbox" hx-swap="innerHTML">
        <Inside site={site} page={page} />
      </hx-partial>
    </>
  )
}

/** Messages alone, to be appended to whatever list the asker keeps. */
export function MessagesFragment({ site, page }: { site: Site; page: Page }) {
  return <Messages site={site} room={page.room} messages={page.messages} />
}

/** Older messages, in place of the link that asked for them. */
export function OlderFragment({ site, page }: { site: Site; page: Page }) {
  return (
    <>
      <Older site={site} page={page} />
      <Messages site={site} room={page.room} messages={page.messages} />
    </>
  )
}

/** What its author gets: a fresh composer in place of the last, and the message in the list. */
export function SaidFragment(said: { site: Site; room: string; message: Message; draft: Draft }) {
  return (
    <>
      <Composer site={said.site} room={said.room} draft={said.draft} />
      <Upsert site={said.site} room={said.room} messages={[said.message]} />
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
