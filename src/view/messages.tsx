/** Messages one after another, as a whole page shows them; `public/chat.js` does the same to those that come later. */
import type { Children } from '@kitajs/html'
import type { Message } from '../chat/message.ts'
import { MessageItem } from './message.tsx'
import { once } from './once.ts'
import { isAction } from './prose.tsx'
import type { Reader } from './reader.ts'
import type { Site } from './site.ts'
import { Day, dayOf } from './time.tsx'

/** Within so many microseconds, a person who goes on is not named again. */
const GOES_ON = 5 * 60 * 1e6

type Listed = { site: Site; room: string; messages: Message[] }

/** Alone, to be put into any list. */
export function Messages({ site, room, messages }: Listed) {
  return <>{messages.map((message) => MessageItem({ site, room, message }) as 'safe')}</>
}

type Conversation = Listed & {
  reader: Reader
  /** What the page is about, and what its author may do with it. */
  current?: Message
  own?: Children
}

/** Days separated, what one person says in a row together, and what names the reader marked. */
export function Conversation({ site, room, messages, reader, current, own }: Conversation) {
  return (
    <>
      {messages.map((message, i) => {
        const before = messages[i - 1]
        const isNewDay = !before || dayOf(before.id) !== dayOf(message.id)
        return (
          <>
            {isNewDay ? <Day id={message.id} lang={reader.words.lang} /> : ''}
            <MessageItem
              site={site}
              room={room}
              message={message}
              continues={(!isNewDay && goesOn(before as Message, message)) || undefined}
              mentions={names(message, reader) || undefined}
              current={message === current}
            >
              {message === current && (own as 'safe')}
            </MessageItem>
          </>
        )
      })}
    </>
  )
}

function goesOn(before: Message, message: Message): boolean {
  return (
    before.screenname === message.screenname &&
    before.author === message.author &&
    message.id - before.id < GOES_ON &&
    !isAction(before.value) &&
    !isAction(message.value)
  )
}

/** Whether another's message has the reader's name in it, as whole words where words stand apart. */
export function names(message: Message, reader: Reader): boolean {
  const name = reader.screenname && wordsIn(reader.screenname)
  if (message.author === reader.author || name.trim() === '') return false
  const words = once(message, 'words', '', () => wordsIn(message.value))
  return words.includes(JOINED.test(name) ? name.trim() : name)
}

/** Letters of scripts that write words without spaces between them, or, as Korean does, put particles at names. */
export const JOINED =
  /[\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Tibt}]/u

const wordsIn = (text: string) => ` ${text} `.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')
