/**
 * Polls that are answered from the address alone and from what the process knows, which nearly all are: reading a header
 * or asking the store would cost several times as much as all of it.
 */
import { isNothing, type Page } from '../chat/chat.ts'
import type { Pulse } from '../view/log.tsx'
import { once } from '../view/once.ts'
import { type Answer, type Answered, nothingNewTo } from './answer.ts'
import type { Form } from './form.ts'
import type { Parts } from './parts.ts'
import { isSame, pulseOf } from './pulse.ts'
import { LIMIT, MOST } from './query.ts'

/** As our own poller and our own links write it; whatever is written in another way is read as any other question is. */
const POLL =
  /^[^?]*\?after=(0|[1-9][0-9]{0,15})(?:&limit=([1-9][0-9]{0,2}))?(?:&every=([1-9][0-9]{0,2})&here=(0|[1-9][0-9]{0,5}))?$/

/** Answers that are kept for one page of a room, which readers may ask for by different names of our host. */
const MOST_KEPT = 20

export type Polled = { answered?: Answered; pulse?: Pulse }

/** The answer, where it is known; else, where the poll was counted, what its page is to be told. */
export function polled(parts: Parts, request: Request, room: string, form: Form): Polled {
  const { url } = request
  const [, after, limit, every, here] = POLL.exec(url) ?? []
  const most = Number(limit ?? LIMIT)
  if (after === undefined || most > MOST) return {}
  const cursor = Number(after)
  // One question each: on SQLite it is one to the file.
  const isEnd = form === 'fragment' && parts.chat.isEnd(room, cursor)
  const page = isEnd ? undefined : parts.chat.known(room, cursor, most)
  if (!isEnd && !page) return {}
  const hasNews = page !== undefined && !isNothing(page)
  // Our own pollers prefer nothing, and their headers are not read.
  if (!hasNews && every === undefined && request.headers.has('prefer')) return {}
  const told = every === undefined ? undefined : { every: Number(every), here: Number(here) }
  const pulse = pulseOf(parts, room, told)
  const answered =
    isEnd && isSame(pulse, told)
      ? nothingNewTo(request, told)
      : page && keptFor(page, form).get(nameOf(url, pulse))
  if (!answered) return { pulse }
  parts.metrics.reads.inc()
  if (!hasNews) parts.metrics.emptyPolls.inc()
  return { answered }
}

/** Keeps the answer to a poll for as long as its page is known. */
export function keep(page: Page, form: Form, url: string, pulse: Pulse, answer: Answer): void {
  const kept = keptFor(page, form)
  if (kept.size < MOST_KEPT && POLL.test(url)) kept.set(nameOf(url, pulse), answer)
}

const keptFor = (page: Page, form: Form) =>
  once(page, `answers ${form}`, '', () => new Map<string, Answer>())

const nameOf = (url: string, { every, here }: Pulse) => `${every} ${here} ${url}`
