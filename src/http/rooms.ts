/** The front page, and the form there that leads to a room. */
import { ROOM } from '../chat/chat.ts'
import { roomJson, write } from '../view/json.ts'
import { RoomsPage } from '../view/rooms.tsx'
import { roomAddress } from '../view/site.ts'
import { answer, seeOther } from './answer.ts'
import { formOf, PAGE_OR_JSON, vary } from './form.ts'
import type { Parts } from './parts.ts'
import { Problem } from './problem.ts'
import { only, queryOf } from './query.ts'
import type { Handler } from './routes.ts'
import { wordsOf } from './visitor.ts'

const ROOMS = 50

/** `GET /`: the rooms lately spoken in. */
export function readRooms({ chat, site }: Parts): Handler {
  return async (request) => {
    const form = formOf(request, PAGE_OR_JSON)
    const rooms = (await chat.rooms(ROOMS)).filter(({ room }) => ROOM.test(room))
    if (form === 'json') return answer('json', write({ rooms: rooms.map(roomJson) }), 200, vary(''))
    return answer('page', await RoomsPage({ site, words: wordsOf(request), rooms }), 200, vary(''))
  }
}

/** `GET /rooms?room=`: what the form asks for; people may write a name with capitals. */
export function enterRoom({ site }: Parts): Handler {
  return (request) => {
    const room = (only(queryOf(request), 'room') ?? '').trim().toLowerCase()
    if (ROOM.test(room)) return seeOther(roomAddress(site, room))
    throw new Problem(422, ({ problems }) => problems.roomName)
  }
}
