/** A room as a feed: Atom (RFC 4287), the newest message first, as readers of feeds show them. */
import { Html } from '@elysiajs/html'
import type { Page } from '../chat/chat.ts'
import { kindOf, type Message, timeOf } from '../chat/message.ts'
import { Prose } from './prose.tsx'
import { messageAddress, messagesAddress, roomAddress, type Site } from './site.ts'

const TITLE_LENGTH = 80

/** What no document of XML 1.0 may hold, though it is text. */
const NOT_XML = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

const escaped = (text: string) => Html.escapeHtml(text.replaceAll(NOT_XML, '\ufffd'))

/** `origin`: where the chatbox is seen, for a feed is read elsewhere. */
export function atomFeed(site: Site, origin: string, page: Page): string {
  const { room, messages } = page
  const home = origin + roomAddress(site, room)
  const changes = messages.map(changed)
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>${home}</id>
<title>${room}</title>
<updated>${timeOf(Math.max(0, ...changes))}</updated>
<link rel="self" type="application/atom+xml" href="${origin}${messagesAddress(site, room, '.atom')}"/>
<link rel="alternate" type="text/html" href="${home}"/>
${messages
  .map((message) => entryOf(message, origin + messageAddress(site, room, message.id)))
  .reverse()
  .join('')}</feed>
`
}

const changed = ({ id, revised = id }: Message) => revised

function entryOf(message: Message, address: string): string {
  const { id, screenname, value } = message
  const kind = kindOf(message)
  return `<entry>
<id>${address}</id>
<title>${escaped(`${screenname}: ${shortened(value)}`)}</title>
<link rel="alternate" type="text/html" href="${address}"/>
<author><name>${escaped(screenname)}</name></author>${kind ? `\n<category term="${kind}"/>` : ''}
<published>${timeOf(id)}</published>
<updated>${timeOf(changed(message))}</updated>
<content type="html">${escaped(String(Prose({ value })))}</content>
</entry>
`
}

/** The first line, or its beginning. */
function shortened(value: string): string {
  const [line = ''] = value.split('\n')
  const characters = [...line]
  return characters.length > TITLE_LENGTH
    ? `${characters.slice(0, TITLE_LENGTH - 1).join('')}…`
    : line
}
