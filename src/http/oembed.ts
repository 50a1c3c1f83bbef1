/** What a room's address is shown as where somebody pastes it (oEmbed 1.0). */
import { ROOM } from '../chat/chat.ts'
import { write } from '../view/json.ts'
import { frameSnippet } from '../view/snippets.ts'
import { wholeSite } from './address.ts'
import { answer } from './answer.ts'
import type { Parts } from './parts.ts'
import { Problem } from './problem.ts'
import { only, optionalNumber, queryOf } from './query.ts'
import type { Handler } from './routes.ts'

const PIXELS = 480
export const MOST_PIXELS = 100_000

/** `GET /oembed?url=`: a frame, no wider and no higher than asked for; a `Problem` 404 for what is no room of ours. */
export function readOembed(parts: Parts): Handler {
  return (request) => {
    const query = queryOf(request)
    const site = wholeSite(parts, request)
    const room = roomAt(only(query, 'url') ?? '', site.base)
    const width = Math.min(PIXELS, optionalNumber(query, 'maxwidth', 1, MOST_PIXELS) ?? PIXELS)
    const height = Math.min(PIXELS, optionalNumber(query, 'maxheight', 1, MOST_PIXELS) ?? PIXELS)
    if ((only(query, 'format') ?? 'json') !== 'json')
      throw new Problem(501, ({ problems }) => problems.oembedFormat)
    const html = frameSnippet({ site, room, isReadonly: false }, width, height)
    const provider = { provider_name: 'Chatbox', provider_url: `${site.base}/` }
    const rich = { version: '1.0', type: 'rich', title: room, ...provider, width, height, html }
    return answer('json', write(rich))
  }
}

/** The room that a page of ours shows. */
function roomAt(address: string, base: string): string {
  const path = address.startsWith(`${base}/`) ? address.slice(base.length) : ''
  const [, room = ''] = /^\/rooms\/([^/?#]+)(?:\/(?:embed|share))?\/?(?:[?#]|$)/.exec(path) ?? []
  if (ROOM.test(room)) return room
  throw new Problem(404, ({ problems }) => problems.oembedUrl)
}
