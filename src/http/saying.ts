/** Saying something, from a form, by htmx, or from a script. */
import { Refusal } from '../chat/refusal.ts'
import { freshDraft } from '../view/composer.tsx'
import { FormUsedFragment, RefusedPage } from '../view/error.tsx'
import { messageJson, write } from '../view/json.ts'
import { SaidFragment } from '../view/room.tsx'
import { messageAddress, roomAddress } from '../view/site.ts'
import { originOf, roomIn } from './address.ts'
import { answer, seeOther } from './answer.ts'
import { type Said, saidIn } from './body.ts'
import { problemOf } from './errors.ts'
import { type Form, formOf, PAGE_OR_JSON, vary } from './form.ts'
import type { Parts } from './parts.ts'
import type { Handler } from './routes.ts'

type Post = { request: Request; room: string; form: Form; said: Said }

/** `POST /rooms/:room/messages`, and the same with a suffix. */
export function say(parts: Parts, suffix: string): Handler {
  return async (request, params) => {
    const room = roomIn(params)
    const form = formOf(request, PAGE_OR_JSON, suffix)
    const post = { request, room, form, said: await saidIn(request) }
    try {
      return await saidAnswer(parts, post, vary(suffix))
    } catch (error) {
      return refusedAnswer(parts, post, error, vary(suffix))
    }
  }
}

async function saidAnswer(
  { chat, site, metrics, clientOf, origin = '' }: Parts,
  { request, room, form, said }: Post,
  headers: Record<string, string>,
): Promise<Response> {
  const message = await chat.say(room, { ...said, client: clientOf(request) })
  metrics.posts.inc()
  if (form === 'page') return seeOther(roomAddress(site, room), headers)
  if (form === 'fragment') {
    const draft = freshDraft(message.screenname)
    return answer('html', await SaidFragment({ site, room, message, draft }), 200, headers)
  }
  const location = (origin || originOf(request)) + messageAddress(site, room, message.id)
  return answer('json', write(messageJson(message)), 201, { ...headers, location })
}

/** People get what they wrote back, to mend it; a form that was used up is given a fresh nonce. */
async function refusedAnswer(
  { site, metrics, log }: Parts,
  { request, room, form, said }: Post,
  error: unknown,
  headers: Record<string, string>,
): Promise<Response> {
  const used = error instanceof Refusal && error.reason === 'key'
  const problem = problemOf(error, request, log)
  if (form === 'page') {
    const { screenname, value, key } = said
    const { nonce } = freshDraft()
    const draft = { screenname, value, nonce: used || !key ? nonce : key }
    const words = used ? FORM_USED : problem.message
    metrics.errors.inc({ status: problem.status })
    const page = await RefusedPage({ site, room, draft, words })
    return answer('html', page, problem.status, { ...problem.headers, ...headers })
  }
  if (form === 'fragment' && used) {
    metrics.errors.inc({ status: problem.status })
    const fragment = await FormUsedFragment({ nonce: freshDraft().nonce, words: FORM_USED })
    return answer('html', fragment, problem.status, headers)
  }
  throw problem
}

const FORM_USED =
  'This form was sent before, with other words: look whether they are in the room. Send again to say this, too.'
