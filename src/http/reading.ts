/** Reading a room, in the form that was asked for. */
import { type Chat, isNothing, type Page } from '../chat/chat.ts'
import { atomFeed } from '../view/atom.ts'
import { freshDraft } from '../view/composer.tsx'
import { pageJson, pageShape } from '../view/json.ts'
import { linkHeader, linksOf } from '../view/links.ts'
import type { Pulse } from '../view/log.tsx'
import {
  ChatboxFragment,
  NewsFragment,
  OlderFragment,
  RedrawnFragment,
  RuledFragment,
} from '../view/news.tsx'
import { once } from '../view/once.ts'
import { FramedLog, LivePage, membersPage, PastPage, roomPage } from '../view/room.tsx'
import { messagesAddress, type Site } from '../view/site.ts'
import { messageLine } from '../view/text.ts'
import { originOf, refuseOddHost, roomIn, siteFor, wholeSite } from './address.ts'
import { type Answer, type Answered, answer, nothing, nothingNewTo } from './answer.ts'
import { signedIn } from './bearer.ts'
import { beginningOf, dataIn, eventsAnswer } from './events.ts'
import { formOf, formWith, MESSAGES, SUFFIX, vary } from './form.ts'
import { isForMembers } from './member.ts'
import type { Parts } from './parts.ts'
import { keep, type Polled, polled } from './polling.ts'
import { isSame, pulseIn, pulseOf } from './pulse.ts'
import { LIMIT, queryOf, questionOf, type Reading, readingOf, refreshOf } from './query.ts'
import type { Handler } from './routes.ts'
import { readerOf } from './speaker.ts'
import { TAKING_SECONDS } from './taking.ts'
import { moderated, strangerOf, type Visitor, visitorOf, wordsOf } from './visitor.ts'
import { until, waitingIn } from './waiting.ts'

/** `GET /rooms/:room/messages`, and the same with a suffix. */
export function readMessages(parts: Parts, suffix: string): Handler {
  const form = formWith(suffix)
  return (request, params) => {
    const { answered, pulse }: Polled = form ? polled(parts, request, params.room, form) : {}
    if (answered) return answered
    refuseOddHost(request)
    parts.paceReading(request)
    return readingAnswer(parts, request, roomIn(params), suffix, queryOf(request), pulse)
  }
}

/** `GET /rooms/:room`: its latest messages; with `?refresh`, in a frame that reads itself. */
export function readRoom(parts: Parts): Handler {
  return (request, params) => {
    const room = roomIn(params)
    const refresh = questionOf(request) && refreshOf(queryOf(request))
    if (formOf(request, MESSAGES) !== 'page')
      return readingAnswer(parts, request, room, '', new URLSearchParams())
    return refresh ? liveAnswer(parts, request, room, refresh) : roomAnswer(parts, request, room)
  }
}

async function liveAnswer(
  parts: Parts,
  request: Request,
  room: string,
  refresh: number,
): Promise<Answered> {
  const { site } = parts
  const { reader, headers, nonce } = await readerOf(parts, request)
  const draft = freshDraft(nonce(), reader.screenname)
  const page = await LivePage({
    site,
    reader,
    room,
    draft,
    refresh,
    isForMembers: isForMembers(parts, room),
  })
  return answer('page', page, 200, { ...vary(''), ...headers })
}

/** At once where all is known, as it is for most visits. */
function roomAnswer(parts: Parts, request: Request, room: string): Answered | Promise<Answered> {
  const page = parts.chat.latest(room, LIMIT)
  const visitor = visitorOf(parts, request)
  const moderator = signedIn(parts, request)
  if ([page, visitor, moderator].some((known) => known instanceof Promise))
    return Promise.all([page, visitor, moderator]).then(([page, visitor, moderator]) =>
      visitAnswer(parts, request, page, visitor, moderator),
    )
  return visitAnswer(parts, request, page as Page, visitor as Visitor)
}

function visitAnswer(
  parts: Parts,
  request: Request,
  page: Page,
  visitor: Visitor,
  moderator?: string,
): Answered {
  const reader = moderated(visitor.reader, moderator)
  const { metrics } = parts
  metrics.reads.inc()
  const pulse = pulseOf(parts, page.room)
  const whole = wholeSite(parts, request)
  const address = messagesAddress(whole, page.room)
  const link = once(page, 'link', address, () => linkHeader(linksOf(page, address)))
  const shown = { page, pulse, whole }
  const html = newestPage(parts, request, shown, { reader, nonce: visitor.nonce })
  return answer('page', html, 200, { ...vary(''), link, ...visitor.headers })
}

/** The page at the newest message, with a composer where everybody speaks. */
function newestPage(
  parts: Parts,
  request: Request,
  { page, pulse, whole }: { page: Page; pulse: Pulse; whole: Site },
  { reader, nonce }: Pick<Visitor, 'reader' | 'nonce'>,
) {
  const { site } = parts
  if (!isForMembers(parts, page.room)) {
    const draft = freshDraft(nonce(), reader.screenname)
    return roomPage({ site, page, pulse, whole, reader, draft })
  }
  const stranger = { ...strangerOf(request).reader, isModerator: reader.isModerator }
  return membersPage({ site, page, pulse, whole, reader: stranger })
}

async function readingAnswer(
  parts: Parts,
  request: Request,
  room: string,
  suffix: string,
  query: URLSearchParams,
  counted?: Pulse,
): Promise<Answered> {
  const { site, metrics, origin = '' } = parts
  const form = formOf(request, MESSAGES, suffix)
  const reading = readingOf(query)
  const told = pulseIn(query)
  const { seconds, honoured } = waitingIn(request, query, reading)
  if (form === 'events') return followed(parts, request, room, query, reading, vary(suffix))
  const page = await held(parts, request, room, reading, seconds)
  const pulse = counted ?? pulseOf(parts, room, told)
  metrics.reads.inc()
  if ('after' in reading && isNothing(page)) {
    metrics.emptyPolls.inc()
    if (form === 'fragment' && isSame(pulse, told)) {
      if (!suffix || honoured) return nothing({ ...vary(suffix), ...honoured })
      return nothingNewTo(request, told)
    }
  }

  const address = (origin || originOf(request)) + messagesAddress(site, room, SUFFIX[form])
  const links = linksOf(page, address, query)
  const headers = { ...vary(suffix), ...honoured, link: linkHeader(links) }
  // A list that is drawn anew is its reader's own.
  const isShared =
    suffix !== '' && 'after' in reading && !(isDrawnAnew(page) || page.ruled || honoured)
  const kept = (answered: Answer) => {
    if (isShared) keep(page, form, request.url, pulse, answered)
    return answered
  }
  switch (form) {
    case 'json':
      return kept(answer('json', pageJson(page, links), 200, headers))
    case 'text':
      return kept(answer('text', page.messages.map(messageLine).join(''), 200, headers))
    case 'atom':
      return kept(answer('atom', atomFeed(site, origin || originOf(request), page), 200, headers))
    case 'yaml': {
      // Few ask for it, and every start and each process would pay for the library.
      const { yamlOf } = await import('../view/yaml.ts')
      return kept(answer('yaml', yamlOf({ ...pageShape(page), links }), 200, headers))
    }
    case 'page': {
      const found = { page, pulse, reading, refresh: refreshOf(query) }
      return pageAnswer(parts, request, found, headers)
    }
    case 'fragment': {
      const at = fragmentSite(parts, request, suffix, query)
      const fragment = await fragmentOf(parts, request, at, { page, pulse, reading })
      const isList = 'latest' in reading && suffix !== ''
      const caching = isList ? caches(parts) : {}
      return kept(answer('fragment', fragment, 200, { ...headers, ...caching }))
    }
  }
}

/** Whether the list that a reader has cannot be brought up to date. */
const isDrawnAnew = ({ missed, reset, cleared }: Page) => missed || reset || cleared

/** What there is to read; where nothing is newer, held back for so many seconds until something is. */
async function held(
  { chat, hold, stopping }: Parts,
  request: Request,
  room: string,
  reading: Reading,
  seconds: number,
): Promise<Page> {
  if (seconds === 0 || !('after' in reading)) return read(chat, room, reading)
  hold(request, seconds + TAKING_SECONDS)
  return chat.next(room, reading.after, reading.limit, until(seconds, request, stopping))
}

async function followed(
  parts: Parts,
  request: Request,
  room: string,
  query: URLSearchParams,
  reading: Reading,
  headers: Record<string, string>,
): Promise<Response> {
  const { chat, site, origin = '' } = parts
  const from = beginningOf(request, reading)
  const { limit } = reading
  const address = (origin || originOf(request)) + messagesAddress(site, room, '.json')
  const render = {
    json: async (page: Page) => pageJson(page, linksOf(page, address, new URLSearchParams())),
    html: (page: Page) =>
      fragmentOf(parts, request, siteFor(parts, request), {
        page,
        pulse: pulseOf(parts, room),
        reading: { after: 0, limit },
      }),
  }[dataIn(query)]
  const first = await (from === undefined
    ? chat.latest(room, limit)
    : chat.follow(room, from, limit))
  return eventsAnswer(parts, request, { first, limit, render }, headers)
}

/**
 * For servers that include the list in their pages: as new as a poll, and asked for no more often. Where its addresses are
 * made of the `Host`, which whoever asks makes up, it is kept for who asks by the same alone.
 */
const caches = ({ site, origin }: Parts) => ({
  'cache-control': `public, max-age=0, s-maxage=${site.pollSeconds}`,
  vary: origin ? 'Accept-Language' : 'Accept-Language, Host',
})

type Found = { page: Page; pulse: Pulse; reading: Reading }

function read(chat: Chat, room: string, reading: Reading): Page | Promise<Page> {
  if ('after' in reading) return chat.follow(room, reading.after, reading.limit)
  if ('before' in reading) return chat.earlier(room, reading.before, reading.limit)
  if ('since' in reading) return chat.since(room, reading.since, reading.limit)
  return chat.latest(room, reading.limit)
}

/** One says something at the end of the room; a page of older messages has no composer. */
async function pageAnswer(
  parts: Parts,
  request: Request,
  { page, pulse, reading, refresh }: Found & { refresh?: number },
  headers: Record<string, string>,
): Promise<Answered> {
  const { site } = parts
  const visitor = await readerOf(parts, request)
  const { reader } = visitor
  const isPast = 'before' in reading || page.more
  const html = refresh
    ? FramedLog({ site, reader, page, refresh })
    : isPast
      ? PastPage({ site, reader, page })
      : newestPage(parts, request, { page, pulse, whole: wholeSite(parts, request) }, visitor)
  return answer('page', await html, 200, { ...headers, ...visitor.headers })
}

/**
 * A list that was asked for without a cursor is put into any page, by a server too, which says nothing of where; so is
 * what its poller brings. What our own pages ask for stays with their own addresses. Polls are told apart by their address
 * alone, under which their answers are kept.
 */
function fragmentSite(
  parts: Parts,
  request: Request,
  suffix: string,
  query: URLSearchParams,
): Site {
  if (query.has('every')) return parts.site
  const isOwn = suffix === '' || query.has('before')
  return isOwn ? siteFor(parts, request) : wholeSite(parts, request)
}

async function fragmentOf(
  parts: Parts,
  request: Request,
  site: Site,
  { page, pulse, reading }: Found,
): Promise<string> {
  const { chat } = parts
  if (isDrawnAnew(page)) {
    const { reader } = await readerOf(parts, request)
    const latest = page.reset ? page : await chat.latest(page.room, reading.limit)
    const { missed, reset, cleared } = page
    return RedrawnFragment({ site, reader, page: { ...latest, missed, reset, cleared }, pulse })
  }
  if (page.ruled && !site.isElsewhere) {
    const { reader } = await readerOf(parts, request)
    return RuledFragment({ site, reader, page, pulse })
  }
  if ('after' in reading) return NewsFragment({ site, page, pulse })
  if ('before' in reading) return OlderFragment({ site, words: wordsOf(request), page })
  return ChatboxFragment({ site, words: wordsOf(request), page, pulse })
}
