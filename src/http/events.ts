/** A room as it goes on: server-sent events (HTML Living Standard, section 9.2), a page of news in each. */
import { isNothing, type Page } from '../chat/chat.ts'
import type { Id } from '../chat/message.ts'
import { streaming } from './answer.ts'
import type { Parts } from './parts.ts'
import { Problem } from './problem.ts'
import { only, type Reading, wholeNumber } from './query.ts'
import { TAKING_SECONDS } from './taking.ts'
import { until } from './waiting.ts'

/** A connection on which nothing is sent is taken for a dead one, by proxies after 30 seconds and more. */
const HEARTBEAT_SECONDS = 15

/** Where it broke off, or `after` what it was asked for; undefined for a reader who begins with the latest page. */
export function beginningOf({ headers }: Request, reading: Reading): Id | undefined {
  if ('before' in reading || 'since' in reading)
    throw new Problem(422, ({ problems }) => problems.eventsAfter)
  const last = headers.get('last-event-id')
  if (last) return wholeNumber('Last-Event-ID', last, 0, Number.MAX_SAFE_INTEGER)
  return 'after' in reading ? reading.after : undefined
}

/** What an event brings: `data=json`, which it is without being asked, or `data=html`, the same fragment that a poll gets. */
export function dataIn(query: URLSearchParams): 'json' | 'html' {
  const data = only(query, 'data') ?? 'json'
  if (data === 'json' || data === 'html') return data
  throw new Problem(422, ({ problems }) => problems.eventData)
}

/** The answer never ends by itself; `first` is its first page, and `render` gives what each event brings. */
export function eventsAnswer(
  { chat, hold, stopping }: Parts,
  request: Request,
  { first, limit, render }: { first: Page; limit: number; render: (page: Page) => Promise<string> },
  headers: Record<string, string>,
): Response {
  hold(request, HEARTBEAT_SECONDS + TAKING_SECONDS)
  async function* events() {
    yield 'retry: 5000\n\n'
    let page = first
    for (;;) {
      yield isNothing(page) ? ':\n\n' : event(page.cursor, await render(page))
      const signal = until(HEARTBEAT_SECONDS, request, stopping)
      page = await chat.next(page.room, page.cursor, limit, signal)
      if (request.signal.aborted || (stopping.aborted && isNothing(page))) return
    }
  }
  return streaming(request.method === 'HEAD' ? null : events(), headers)
}

const event = (cursor: Id, text: string) =>
  `id: ${cursor}\n${text
    .split('\n')
    .map((line) => `data: ${line}\n`)
    .join('')}\n`
