/** The address of 2009: what was said in the last so many seconds, for clients that keep no cursor. */

import { LAST_ID } from '../chat/message.ts'
import { latestChatJson, write } from '../view/json.ts'
import { Messages } from '../view/messages.tsx'
import { roomIn, siteFor } from './address.ts'
import { answer, nothing } from './answer.ts'
import { formOf, isHtmx, JSON_OR_PAGE, vary } from './form.ts'
import type { Parts } from './parts.ts'
import { MOST, only, queryOf, wholeNumber } from './query.ts'
import type { Handler } from './routes.ts'

/** `GET /api/latest-chat/:seconds`: the newest 200 messages of the window, oldest first. */
export function readLatestChat(parts: Parts): Handler {
  const { chat, metrics } = parts
  return async (request, params) => {
    const form = isHtmx(request.headers) ? 'fragment' : formOf(request, JSON_OR_PAGE)
    const seconds = wholeNumber('seconds', params.seconds, 0, LAST_ID)
    const room = roomIn({ room: only(queryOf(request), 'room') ?? 'lobby' })
    const page = await chat.since(room, seconds, MOST)
    metrics.reads.inc()
    if (form === 'json') return answer('json', write(latestChatJson(page)), 200, vary(''))
    if (page.messages.length === 0 && isHtmx(request.headers)) return nothing(vary(''))
    return answer(
      'fragment',
      await Messages({ site: siteFor(parts, request), room, messages: page.messages }),
      200,
      vary(''),
    )
  }
}
