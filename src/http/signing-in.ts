/** Where people sign in as moderators, and out again. */
import { ROOM } from '../chat/chat.ts'
import { SignInPage } from '../view/moderation.tsx'
import { moderationAddress, signInAddress } from '../view/site.ts'
import { type Answered, answer, seeOther } from './answer.ts'
import { fieldsIn } from './body.ts'
import { problemOf } from './errors.ts'
import { vary } from './form.ts'
import type { Parts } from './parts.ts'
import { Problem } from './problem.ts'
import { only, queryOf } from './query.ts'
import type { Handler } from './routes.ts'
import { refuseForeignSite } from './same-site.ts'
import { refuseForgedDeed, wordsOf } from './visitor.ts'

/** `GET /moderator`: the form, with `?room=` for the one to go on to; or who is signed in, and the way out. */
export function readSignIn(parts: Parts): Handler {
  return async (request) => {
    openFor(parts)
    const room = roomAsked(only(queryOf(request), 'room'))
    return pageAnswer(parts, request, room, await parts.moderators.signedIn(request))
  }
}

/** `POST /moderator`: signs in who brings the key. */
export function signIn(parts: Parts): Handler {
  return async (request) => {
    const { moderators, site, networkOf, log, metrics } = parts
    openFor(parts)
    refuseForeignSite(request, parts)
    const field = await fieldsIn(request)
    const room = roomAsked(field('room'))
    try {
      if (!(await moderators.isKey(field('key') ?? '', await networkOf(request))))
        throw new Problem(403, ({ problems }) => problems.wrongKey)
      const next = room ? moderationAddress(site, room) : signInAddress(site)
      return seeOther(next, { ...vary(''), ...(await moderators.signIn()) })
    } catch (error) {
      const problem = problemOf(error, request, log)
      metrics.errors.inc(problem.labels)
      return pageAnswer(parts, request, room, undefined, problem)
    }
  }
}

/** `POST /moderator/leaving`: signs out. */
export function signOut(parts: Parts): Handler {
  return async (request) => {
    const { moderators, site } = parts
    openFor(parts)
    refuseForeignSite(request, parts)
    const session = await moderators.signedIn(request)
    const field = await fieldsIn(request)
    if (session) await refuseForgedDeed(parts, request, session, field('nonce'))
    return seeOther(signInAddress(site), { ...vary(''), ...(await moderators.signOut(request)) })
  }
}

function openFor({ moderators }: Parts): void {
  if (!moderators.isOpen) throw new Problem(404, ({ problems }) => problems.noModeration)
}

const roomAsked = (room = '') => (ROOM.test(room) ? room : undefined)

async function pageAnswer(
  { site, moderators }: Parts,
  request: Request,
  room?: string,
  mark?: string,
  problem?: Problem,
): Promise<Answered> {
  const words = wordsOf(request)
  const nonce = mark && (await moderators.nonceFor(mark))
  const page = await SignInPage({ site, words, room, mark, nonce, told: problem?.tell(words) })
  return answer('page', page, problem?.status ?? 200, { ...problem?.headers, ...vary('') })
}
