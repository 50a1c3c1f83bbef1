/** How a room is shown on another site: what was chosen, and what is to be pasted for it. */
import { ROOM } from '../chat/chat.ts'
import { SharePage } from '../view/share.tsx'
import { shareAddress } from '../view/site.ts'
import { WAYS, type Way } from '../view/snippets.ts'
import { roomIn, wholeSite } from './address.ts'
import { answer, seeOther } from './answer.ts'
import { vary } from './form.ts'
import type { Parts } from './parts.ts'
import { Problem } from './problem.ts'
import { only, queryOf, themeIn } from './query.ts'
import type { Handler } from './routes.ts'
import { wordsOf } from './visitor.ts'

/** `GET /rooms/:room/share`; the form there may name another room, and leads on to it. */
export function readShare(parts: Parts): Handler {
  const { site } = parts
  return async (request, params) => {
    const room = roomIn(params)
    const query = queryOf(request)
    const named = (only(query, 'room') ?? room).trim().toLowerCase()
    if (!ROOM.test(named)) throw new Problem(422, ({ problems }) => problems.roomName)
    if (named !== room) {
      query.delete('room')
      return seeOther(`${shareAddress(site, named)}?${query}`)
    }
    const way = only(query, 'way') ?? ''
    const chosen = {
      room,
      way: isWay(way) ? way : 'frame',
      isReadonly: query.has('readonly'),
      theme: themeIn(only(query, 'theme')),
    } as const
    const whole = wholeSite(parts, request)
    const page = await SharePage({ site, whole, words: wordsOf(request), chosen })
    return answer('page', page, 200, vary(''))
  }
}

const isWay = (text: string): text is Way => Object.hasOwn(WAYS, text)
