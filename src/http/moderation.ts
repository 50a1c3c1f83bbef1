/** What moderators do in a room: by forms, or by JSON with the key as bearer. */

import { soon } from '../chat/in-time.ts'
import { LAST_ID } from '../chat/message.ts'
import { SLOWEST_SECONDS } from '../chat/moderating.ts'
import { moderationJson, rulesJson, write } from '../view/json.ts'
import { ModerationPage } from '../view/moderation.tsx'
import { moderationAddress, roomAddress, signInAddress } from '../view/site.ts'
import { idIn, roomIn } from './address.ts'
import { type Answered, answer, nothing, seeOther } from './answer.ts'
import { moderatorOf, offerTo } from './bearer.ts'
import { type Field, fieldsIn } from './body.ts'
import { formOf, vary } from './form.ts'
import type { Parts } from './parts.ts'
import { Problem } from './problem.ts'
import { optionalNumber, queryOf, wholeNumber } from './query.ts'
import type { Handler } from './routes.ts'
import { refuseForeignSite } from './same-site.ts'
import { refuseForgedDeed, wordsOf } from './visitor.ts'

/** Deeds on a page. */
const DEEDS = 50

/** For so many minutes somebody is muted, without a number for good. */
export const MINUTES: Record<string, number | undefined> = {
  hour: 60,
  day: 24 * 60,
  good: undefined,
}

/** `GET /rooms/:room/moderation`: what holds, who is muted, and what was done. */
export function readModeration(parts: Parts): Handler {
  return async (request, params) => {
    const { chat, site } = parts
    const room = roomIn(params)
    const form = formOf(request, offerTo(request))
    const by = await moderatorOf(parts, request)
    if (!by && form !== 'json' && parts.moderators.isOpen)
      return seeOther(signInAddress(site, room), vary(''))
    const mark = allowed(parts, by)
    const before = optionalNumber(queryOf(request), 'before', 0, LAST_ID) ?? LAST_ID
    const moderation = await chat.moderating.look(room, before, DEEDS)
    if (form === 'json') return answer('json', write(moderationJson(moderation)), 200, PRIVATE)
    const words = wordsOf(request)
    const nonce = await parts.moderators.nonceFor(mark)
    const page = await ModerationPage({ site, words, room, mark, nonce, moderation })
    return answer('page', page, 200, PRIVATE)
  }
}

/** `POST /rooms/:room/moderation`: sets what holds in the room; what is left out is off. */
export const rule = (parts: Parts) =>
  deed(parts, async ({ room, by, field }) => {
    const slow = field('slow') || '0'
    const rules = {
      slowSeconds: wholeNumber('slow', slow, 0, SLOWEST_SECONDS),
      isReadOnly: truthIn(field, 'readonly'),
      notice: field('notice') ?? '',
    }
    const set = await parts.chat.moderating.rule(room, rules, by)
    return { json: rulesJson(set), to: moderationAddress(parts.site, room) }
  })

/** `POST /rooms/:room/clearing`: takes all messages away. */
export const clear = (parts: Parts) =>
  deed(parts, async ({ room, by, field }) => {
    if (!truthIn(field, 'sure')) throw new Problem(422, ({ problems }) => problems.sure)
    await parts.chat.moderating.clear(room, by)
    return { to: roomAddress(parts.site, room) }
  })

/** `POST /rooms/:room/unmuting`: lets somebody speak again, by the `author` that the list of the muted tells. */
export const unmute = (parts: Parts) =>
  deed(parts, async ({ room, by, field }) => {
    await parts.chat.moderating.unmute(room, field('author') ?? '', by)
    return { to: moderationAddress(parts.site, room) }
  })

/** `POST …/messages/:id/clearing`: removes all by the sender of a message in its room. */
export const sweep = (parts: Parts) =>
  deed(parts, async ({ room, by, params }) => {
    const removed = await parts.chat.moderating.sweep(room, idIn(params), by)
    return { json: { removed }, to: roomAddress(parts.site, room) }
  })

/** `POST …/messages/:id/muting`: keeps the sender of a message from speaking in its room. */
export const mute = (parts: Parts) =>
  deed(parts, async ({ room, by, params, field }) => {
    const lasts = field('for') ?? ''
    if (!Object.hasOwn(MINUTES, lasts)) throw new Problem(422, ({ problems }) => problems.muteTime)
    await parts.chat.moderating.mute(room, idIn(params), MINUTES[lasts], by)
    return { to: moderationAddress(parts.site, room) }
  })

type Asked = { room: string; by: string; params: { id: string }; field: Field }

/** What is done with a form; scripts are answered `json`, or nothing, and browsers led on. */
function deed(
  parts: Parts,
  act: (asked: Asked) => Promise<{ json?: object; to: string }>,
): Handler {
  return async (request, params): Promise<Answered> => {
    const room = roomIn(params)
    const form = formOf(request, offerTo(request))
    refuseForeignSite(request, parts)
    const field = await fieldsIn(request)
    const { json, to } = await soon(async () => {
      const by = allowed(parts, await moderatorOf(parts, request))
      await refuseForgedDeed(parts, request, by, field('nonce'))
      return act({ room, by, params, field })
    })
    if (form !== 'json') return seeOther(to, vary(''))
    return json ? answer('json', write(json), 200, PRIVATE) : nothing(vary(''))
  }
}

/** No cache may have it. */
const PRIVATE = { ...vary(''), 'cache-control': 'no-store' }

/** The mark of a moderator; a `Problem` 403 for everybody else, 404 where there are none. */
function allowed({ moderators }: Parts, by: string | undefined): string {
  if (by !== undefined) return by
  if (!moderators.isOpen) throw new Problem(404, ({ problems }) => problems.noModeration)
  throw new Problem(403, ({ problems }) => problems.notModerator)
}

/** What a box in a form says, or JSON. */
function truthIn(field: Field, name: string): boolean {
  const text = field(name) || 'no'
  if (['yes', 'true', 'on'].includes(text)) return true
  if (['no', 'false'].includes(text)) return false
  throw new Problem(422, ({ problems }) => problems.truth(name))
}
