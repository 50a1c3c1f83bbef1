/** The page of one message. */
import type { Message } from '../chat/message.ts'
import { Document } from './document.tsx'
import { MessageItem } from './message.tsx'
import { roomAddress, type Site } from './site.ts'

export function MessagePage({
  site,
  room,
  message,
}: {
  site: Site
  room: string
  message: Message
}) {
  return (
    <Document site={site} title={`A message in ${room}`}>
      <header>
        <h1 safe>{`A message in ${room}`}</h1>
      </header>
      <main>
        <ol>
          <MessageItem site={site} room={room} message={message} />
        </ol>
        <p>
          <a href={roomAddress(site, room)}>Back to the room</a>
        </p>
      </main>
    </Document>
  )
}
