/** The page of one message: where it stands among others, and what its author may do with it. */
import type { Page } from '../chat/chat.ts'
import type { Message } from '../chat/message.ts'
import { Told } from './alert.tsx'
import { BackToRoom, Plain } from './document.tsx'
import { Signs } from './message.tsx'
import { Conversation } from './messages.tsx'
import { Moderating } from './moderation.tsx'
import type { Reader } from './reader.ts'
import { Changing } from './revision.tsx'
import { messagesAddress, type Site } from './site.ts'
import type { Words } from './words/en.ts'

type Place = {
  site: Site
  reader: Reader
  page: Page
  message: Message
  /** Whether the reader may still correct or remove it. */
  isOpen: boolean
  nonce: string
  /** What a moderator's forms bring instead; undefined where the reader is none. */
  moderating?: string
  /** What the reader wrote instead, and why it was refused. */
  refused?: Refused
}

export function MessagePage(place: Place) {
  const { site, reader, page, message, isOpen, nonce, moderating, refused } = place
  const { words } = reader
  const { room } = page
  const title = words.messageIn(room)
  const change = { site, words, room, message, nonce, ...refused }
  return (
    <Plain site={site} words={words} title={title}>
      <BackToRoom site={site} words={words} room={room} title={title} />
      <main class="page">
        <ol id="chatbox" class="around">
          <Conversation
            site={site}
            reader={reader}
            room={room}
            messages={page.messages}
            current={message}
            own={isOpen ? <Open {...change} /> : refused && <Closed words={words} {...refused} />}
          />
        </ol>
        <Signs words={words} />
        {moderating === undefined ? (
          ''
        ) : (
          <Moderating site={site} words={words} room={room} message={message} nonce={moderating} />
        )}
        <nav aria-label={words.pages}>
          {page.older === undefined ? (
            ''
          ) : (
            <a href={`${messagesAddress(site, room)}?before=${page.older}`} safe>
              {words.older}
            </a>
          )}{' '}
          {page.more ? (
            <a href={`${messagesAddress(site, room)}?after=${page.cursor}#chatbox`} safe>
              {words.newer}
            </a>
          ) : (
            ''
          )}
        </nav>
      </main>
    </Plain>
  )
}

type Refused = { value: string; told: string }

function Open(change: Parameters<typeof Changing>[0]) {
  return (
    <div class="own">
      <p safe>{change.words.untilWhen}</p>
      <Changing {...change} />
    </div>
  )
}

/** It came too late, and yet somebody wrote it. */
function Closed({ words, value, told }: { words: Words } & Refused) {
  return (
    <div class="own">
      <div class="told" role="alert">
        <Told told={told} />
      </div>
      <textarea readonly dir="auto" aria-label={words.message} safe>
        {`\n${value}`}
      </textarea>
    </div>
  )
}
