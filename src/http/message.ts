/** One message, at the address its time links to, and what its author does with it there. */
import { soon } from '../chat/in-time.ts'
import type { Id } from '../chat/message.ts'
import { Refusal } from '../chat/refusal.ts'
import { messageJson, write } from '../view/json.ts'
import { MessageItem } from '../view/message.tsx'
import { RemovedFragment, RevisedFragment } from '../view/news.tsx'
import { MessagePage } from '../view/permalink.tsx'
import { ChangingFragment } from '../view/revision.tsx'
import { messageAddress, roomAddress } from '../view/site.ts'
import { idIn, roomIn, siteFor } from './address.ts'
import { type Answered, answer, nothing, seeOther } from './answer.ts'
import { offerTo } from './bearer.ts'
import { saidIn } from './body.ts'
import { problemOf } from './errors.ts'
import { type Form, formOf, suffixOf, vary } from './form.ts'
import { refuseStranger } from './member.ts'
import type { Parts } from './parts.ts'
import type { Handler } from './routes.ts'
import { isSilent, refuseForeignSite } from './same-site.ts'
import { readerOf, speakerOf } from './speaker.ts'
import { originsOf, refuseForgedForm, type Visitor } from './visitor.ts'

/** Messages shown on each side of one. */
const AROUND = 10

/** `GET /rooms/:room/messages/:id`, and the same with a suffix. */
export function readMessage(parts: Parts): Handler {
  return async (request, params) => {
    const { chat } = parts
    const { room, id, suffix, form } = asked(request, params)
    if (form === 'page') return pageAnswer(parts, request, room, id)
    const message = await chat.one(room, id)
    if (form === 'json') return answer('json', write(messageJson(message)), 200, vary(suffix))
    return answer(
      'fragment',
      await MessageItem({ site: siteFor(parts, request), room, message }),
      200,
      vary(suffix),
    )
  }
}

/** `GET …/:id/revision`: the forms for its author, on its page or, for htmx, to be put into its place; JSON has no forms. */
export function offerRevision(parts: Parts): Handler {
  return async (request, params) => {
    const { chat, site } = parts
    const { room, id, form } = asked(request, params)
    const { identity, reader, nonce } = await speakerOf(parts, request)
    const message = await chat.own(room, id, identity.author)
    if (form === 'page') return seeOther(messageAddress(site, room, id), vary(''))
    if (form === 'json') return answer('json', write(messageJson(message)), 200, vary(''))
    const { words } = reader
    return answer(
      'fragment',
      await ChangingFragment({
        site: siteFor(parts, request),
        words,
        room,
        message,
        nonce: nonce(),
      }),
      200,
      vary(''),
    )
  }
}

/** `PATCH …/:id`, and `POST …/:id/revision` for forms. */
export function revise(parts: Parts): Handler {
  return async (request, params) => {
    const { chat, site } = parts
    const { room, id, suffix, form } = asked(request, params)
    refuseForeignSite(request, parts)
    const { value, key } = await saidIn(request)
    let visitor: Visitor | undefined
    try {
      return await soon(async () => {
        visitor = await speakerOf(parts, request)
        await refuseForgedForm(parts, request, visitor, key)
        refuseStranger(parts, room, visitor)
        const { identity, moderator } = visitor
        const message = await chat.revise(room, id, {
          value,
          author: identity.author,
          ...(await originsOf(parts, request, visitor)),
          isModerator: moderator !== undefined,
        })
        if (form === 'page') return seeOther(messageAddress(site, room, id), vary(suffix))
        if (form === 'json') return answer('json', write(messageJson(message)), 200, vary(suffix))
        const fragment = await RevisedFragment({ site: siteFor(parts, request), room, message })
        return answer('fragment', fragment, 200, vary(suffix))
      })
    } catch (error) {
      const problem = problemOf(error, request, parts.log)
      // Their text is still in the box, though it may have come too late.
      const isLate = error instanceof Refusal && error.why.reason === 'late'
      if (form !== 'page' || !visitor || !(isLate || [422, 429].includes(problem.status)))
        throw problem
      const told = problem.tell(visitor.reader.words)
      parts.metrics.errors.inc(problem.labels)
      const { status, headers } = problem
      return pageAnswer(parts, request, room, id, { value, told, status, headers })
    }
  }
}

/** `DELETE …/:id`, and `POST …/:id/removal` for forms. */
export function remove(parts: Parts): Handler {
  return async (request, params) => {
    const { chat, site } = parts
    const { room, id, suffix, form } = asked(request, params)
    refuseForeignSite(request, parts)
    const { key } = isSilent(request) ? await saidIn(request) : {}
    await soon(async () => {
      const visitor = await speakerOf(parts, request)
      await refuseForgedForm(parts, request, visitor, key)
      const { identity, moderator } = visitor
      if (moderator) await chat.moderating.remove(room, id, moderator)
      else await chat.remove(room, id, identity.author)
    })
    if (form === 'page') return seeOther(roomAddress(site, room), vary(suffix))
    if (form === 'json') return nothing(vary(suffix))
    return answer('fragment', String(RemovedFragment({ id })), 200, vary(suffix))
  }
}

function asked(request: Request, params: { room: string; id: string }) {
  // The router gives null, which its types do not tell, for what cannot be decoded.
  const suffix = suffixOf(params.id ?? '')
  const form: Form = formOf(request, offerTo(request), suffix)
  return { room: roomIn(params), id: idIn(params), suffix, form }
}

async function pageAnswer(
  parts: Parts,
  request: Request,
  room: string,
  id: Id,
  refused?: { value: string; told: string; status: number; headers: Record<string, string> },
): Promise<Answered> {
  const { chat, site } = parts
  const { identity, reader, headers, nonce, moderator } = await readerOf(parts, request)
  const moderating = moderator && (await parts.moderators.nonceFor(moderator))
  const around = await chat.around(room, id, AROUND, identity.author)
  const page = await MessagePage({ site, reader, ...around, nonce: nonce(), moderating, refused })
  return answer('page', page, refused?.status ?? 200, {
    ...refused?.headers,
    ...vary(''),
    ...headers,
  })
}
