/** Saying something, from a form, by htmx, or from a script. */
import { soon } from '../chat/in-time.ts'
import { Refusal } from '../chat/refusal.ts'
import { cleanScreenname } from '../chat/text.ts'
import { type Frame, freshDraft } from '../view/composer.tsx'
import { FormUsedFragment, RefusedPage } from '../view/error.tsx'
import { messageJson, write } from '../view/json.ts'
import { SaidFragment } from '../view/news.tsx'
import { embedAddress, messageAddress, roomAddress } from '../view/site.ts'
import { originOf, roomIn, siteFor } from './address.ts'
import { type Answered, answer, framedBy, seeOther } from './answer.ts'
import { offerTo } from './bearer.ts'
import { type Said, saidIn } from './body.ts'
import { problemOf } from './errors.ts'
import { type Form, formOf, vary } from './form.ts'
import type { Identity } from './identity.ts'
import { refuseStranger } from './member.ts'
import type { Parts } from './parts.ts'
import { Problem } from './problem.ts'
import { rateLimit } from './rate-limit.ts'
import type { Handler } from './routes.ts'
import { refuseForeignSite } from './same-site.ts'
import { speakerOf } from './speaker.ts'
import {
  isKnown,
  moderated,
  originsOf,
  refuseForgedForm,
  strangerOf,
  type Visitor,
} from './visitor.ts'

type Post = { request: Request; room: string; form: Form; said: Said }

/** `POST /rooms/:room/messages`, and the same with a suffix. */
export function say(parts: Parts, suffix: string): Handler {
  return async (request, params) => {
    const room = roomIn(params)
    const form = formOf(request, offerTo(request), suffix)
    refuseForeignSite(request, parts)
    const said = await saidIn(request)
    const post = { request, room, form, said }
    let visitor: Visitor | undefined
    try {
      return await soon(async () => {
        visitor = await speakerOf(parts, request, said)
        await refuseForgedForm(parts, request, visitor, said.key)
        return saidAnswer(parts, post, visitor, vary(suffix))
      })
    } catch (error) {
      return refusedAnswer(parts, post, visitor ?? strangerOf(request), error, vary(suffix))
    }
  }
}

async function saidAnswer(
  parts: Parts,
  { request, room, form, said }: Post,
  visitor: Visitor,
  vary: Record<string, string>,
): Promise<Answered> {
  const { chat, site, metrics, origin = '' } = parts
  const { identity, kept, nonce, isBot, isVerified, moderator } = visitor
  const reader = moderated(visitor.reader, moderator)
  const { author } = identity
  refuseStranger(parts, room, visitor)
  const { message, isRepeat, quota } = await chat.say(room, {
    ...said,
    ...(isKnown(visitor) && { screenname: ownName(identity, said) }),
    author,
    isBot,
    isVerified,
    isModerator: moderator !== undefined,
    isNewcomer: identity.isNew && moderator === undefined,
    ...(await originsOf(parts, request, visitor)),
  })
  metrics.posts.inc()
  const { screenname } = message
  // A repeat may come from a script that kept no cookie: nobody is made of it.
  const isOwn = message.author === author
  const headers = { ...vary, ...(isOwn && kept(screenname)) }
  // The room, in the same frame as before.
  const back =
    said.token === undefined
      ? roomAddress(site, room, said.refresh)
      : embedAddress(site, room, said)
  if (form === 'page') return seeOther(back, headers)
  if (form === 'fragment') {
    const draft = freshDraft(nonce(), screenname)
    const shown = isRepeat ? await chat.stands(room, message.id) : message
    const frame = frameFor(visitor, said)
    const composer = { site: siteFor(parts, request), reader, room, draft, frame }
    const fragment = await SaidFragment({ ...composer, message: shown })
    return answer('fragment', fragment, 200, headers)
  }
  const location = (origin || originOf(request)) + messageAddress(site, room, message.id)
  return answer('json', write(messageJson(message)), 201, {
    ...headers,
    ...(quota && rateLimit(quota)),
    location,
  })
}

/** What the form brings again, where no cookie does; where its site vouches for somebody, as it came. */
function frameFor(
  { token }: Pick<Visitor, 'token'>,
  { token: brought, theme, identity }: Said,
): Frame | undefined {
  const proof = token ?? brought
  if (proof === undefined && !identity) return undefined
  return { token: proof ?? '', theme, identity }
}

/** Who is known for certain has one name; a `Problem` 422 where they say that they have another. */
function ownName({ screenname }: Identity, said: Said): string {
  if (said.screenname && cleanScreenname(said.screenname) !== screenname)
    throw new Problem(422, ({ problems }) => problems.ownName(screenname))
  return screenname
}

/** People get what they wrote back, to mend it; a form that was used up, or is none of ours, is given a fresh nonce. */
async function refusedAnswer(
  { site, metrics, log, embedOrigins }: Parts,
  { request, room, form, said }: Post,
  visitor: ReturnType<typeof strangerOf>,
  error: unknown,
  vary: Record<string, string>,
): Promise<Answered> {
  const { reader, headers: kept, nonce } = visitor
  const used = error instanceof Refusal && error.why.reason === 'key'
  const problem = problemOf(error, request, log)
  const { formUsed } = reader.words.problems
  const headers = { ...problem.headers, ...vary, ...kept }
  if (form === 'page') {
    const { screenname, value, key, refresh } = said
    const isSpent = used || problem.status === 403
    const draft = { screenname, value, nonce: isSpent || !key ? nonce() : key }
    const told = used ? formUsed : problem.tell(reader.words)
    const frame = said.token !== undefined || said.identity ? frameFor(visitor, said) : undefined
    metrics.errors.inc(problem.labels)
    const page = await RefusedPage({ site, reader, room, draft, told, refresh, frame })
    const framing = frame ? framedBy(embedOrigins) : {}
    return answer('page', page, problem.status, { ...headers, ...framing })
  }
  if (form === 'fragment' && used) {
    metrics.errors.inc(problem.labels)
    const fragment = await FormUsedFragment({ nonce: nonce(), told: formUsed })
    return answer('fragment', fragment, problem.status, headers)
  }
  throw problem
}
