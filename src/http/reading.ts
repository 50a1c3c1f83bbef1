/** Reading a room, in the form that was asked for. */
import type { Chat, Page } from '../chat/chat.ts'
import { freshDraft } from '../view/composer.tsx'
import { pageJson, write } from '../view/json.ts'
import { linkHeader, linksOf } from '../view/links.ts'
import {
  ChatboxFragment,
  NewsFragment,
  OlderFragment,
  RedrawnFragment,
  RoomPage,
} from '../view/room.tsx'
import { messagesAddress, type Site } from '../view/site.ts'
import { messageLine } from '../view/text.ts'
import { originOf, roomIn } from './address.ts'
import { answer, nothing } from './answer.ts'
import { formOf, MESSAGES, SUFFIX, vary } from './form.ts'
import type { Parts } from './parts.ts'
import { queryOf, type Reading, readingOf } from './query.ts'
import type { Handler } from './routes.ts'

/** `GET /rooms/:room/messages`, and the same with a suffix. */
export function readMessages(parts: Parts, suffix: string): Handler {
  return (request, params) =>
    readingAnswer(parts, request, roomIn(params), suffix, queryOf(request))
}

/** `GET /rooms/:room`: its latest messages. */
export function readRoom(parts: Parts): Handler {
  return (request, params) =>
    readingAnswer(parts, request, roomIn(params), '', new URLSearchParams())
}

async function readingAnswer(
  { chat, site, metrics, origin = '' }: Parts,
  request: Request,
  room: string,
  suffix: string,
  query: URLSearchParams,
): Promise<Response> {
  const form = formOf(request, MESSAGES, suffix)
  const reading = readingOf(query)
  const page = await read(chat, room, reading)
  metrics.reads.inc()
  if ('after' in reading && isNothing(page)) {
    metrics.emptyPolls.inc()
    if (form === 'fragment') return nothing(vary(suffix))
  }

  const address = (origin || originOf(request)) + messagesAddress(site, room, SUFFIX[form])
  const links = linksOf(page, address, query)
  const headers = { ...vary(suffix), link: linkHeader(links) }
  switch (form) {
    case 'json':
      return answer('json', write(pageJson(page, links)), 200, headers)
    case 'text':
      return answer('text', page.messages.map(messageLine).join(''), 200, headers)
    case 'page':
      return answer(
        'html',
        await RoomPage({ site, page, draft: draftFor(page, reading) }),
        200,
        headers,
      )
    case 'fragment':
      return answer('html', await fragmentOf(chat, site, page, reading), 200, headers)
  }
}

function read(chat: Chat, room: string, reading: Reading): Promise<Page> {
  if ('after' in reading) return chat.follow(room, reading.after, reading.limit)
  if ('before' in reading) return chat.earlier(room, reading.before, reading.limit)
  if ('since' in reading) return chat.since(room, reading.since, reading.limit)
  return chat.latest(room, reading.limit)
}

const isNothing = (page: Page) =>
  page.messages.length + page.revised.length + page.removed.length === 0 &&
  !(page.more || page.missed || page.reset)

/** One says something at the end of the room; a page of older messages has no composer. */
const draftFor = (page: Page, reading: Reading) =>
  'before' in reading || page.more ? undefined : freshDraft()

async function fragmentOf(chat: Chat, site: Site, page: Page, reading: Reading): Promise<string> {
  if (page.missed)
    return RedrawnFragment({
      site,
      page: { ...(await chat.latest(page.room, reading.limit)), missed: true },
    })
  if (page.reset) return RedrawnFragment({ site, page })
  if ('after' in reading) return NewsFragment({ site, page })
  if ('before' in reading) return OlderFragment({ site, page })
  return ChatboxFragment({ site, page })
}
