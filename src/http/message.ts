/** One message, at the address its time links to. */
import { messageJson, write } from '../view/json.ts'
import { MessageItem } from '../view/message.tsx'
import { MessagePage } from '../view/permalink.tsx'
import { idIn, roomIn } from './address.ts'
import { answer } from './answer.ts'
import { formOf, PAGE_OR_JSON, suffixOf, vary } from './form.ts'
import type { Parts } from './parts.ts'
import type { Handler } from './routes.ts'

/** `GET /rooms/:room/messages/:id`, and the same with a suffix. */
export function readMessage({ chat, site }: Parts): Handler {
  return async (request, params) => {
    const room = roomIn(params)
    const id = idIn(params)
    const suffix = suffixOf(params.id)
    const form = formOf(request, PAGE_OR_JSON, suffix)
    const message = await chat.one(room, id)
    if (form === 'json') return answer('json', write(messageJson(message)), 200, vary(suffix))
    const view = form === 'page' ? MessagePage : MessageItem
    return answer('html', await view({ site, room, message }), 200, vary(suffix))
  }
}
