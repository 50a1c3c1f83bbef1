/** The shapes that scripts read, field by field: what stands here is a promise. */
import type { Page } from '../chat/chat.ts'
import { type Message, markOf, timeOf } from '../chat/message.ts'
import type { Moderation } from '../chat/moderating.ts'
import { FOR_GOOD, NO_RULES, type Recorded, type Rules } from '../chat/moderation.ts'
import type { Links } from './links.ts'
import { once } from './once.ts'
import type { Reader } from './reader.ts'

/** A page as JSON text: all but its links is written once. */
export function pageJson(page: Page, links: Links): string {
  const all = once(page, 'json', '', () => write(pageShape(page)).slice(0, -1))
  return `${all},"links":${write(links)}}`
}

export function pageShape(page: Page) {
  return {
    room: page.room,
    messages: page.messages.map(messageJson),
    revised: page.revised.map(messageJson),
    removed: page.removed.map(String),
    cursor: String(page.cursor),
    more: page.more,
    missed: page.missed,
    reset: page.reset,
    ...(page.cleared && { cleared: true }),
    ...(page.rules && { rules: rulesJson(page.rules) }),
  }
}

export const identityJson = ({ screenname, author }: Pick<Reader, 'screenname' | 'author'>) => ({
  screenname,
  mark: markOf(author),
  verified: true,
})

export function rulesJson({ slowSeconds, isReadOnly, notice }: Rules) {
  return { slow: slowSeconds, readonly: isReadOnly, notice }
}

/** For moderators alone. */
export function moderationJson({ rules = NO_RULES, mutes, records, older }: Moderation) {
  return {
    rules: rulesJson(rules),
    muted: mutes.map(({ author, screenname, until }) => ({
      author,
      mark: markOf(author),
      screenname,
      ...(until < FOR_GOOD && { until: timeOf(until) }),
    })),
    done: records.map(doneJson),
    ...(older && { older: String(older) }),
  }
}

function doneJson(record: Recorded) {
  const { at, by, did } = record
  return {
    at: timeOf(at),
    by,
    did,
    ...('author' in record && record.author && { mark: markOf(record.author) }),
    ...('about' in record && { id: String(record.about) }),
    ...('minutes' in record && { minutes: record.minutes }),
    ...(did === 'rule' && {
      slow: record.slowSeconds,
      readonly: record.isReadOnly,
      notice: record.hasNotice,
    }),
  }
}

export function messageJson(message: Message) {
  const { id, screenname, author, isBot, isVerified, isModerator, resembles, ...text } = message
  const { value, revised } = text
  return {
    id: String(id),
    screenname,
    ...(author && { mark: markOf(author) }),
    ...(isBot && { bot: true }),
    ...(isVerified && { verified: true }),
    ...(isModerator && { moderator: true }),
    ...(resembles && { resembles }),
    value,
    created: timeOf(id),
    ...(revised && { revised: timeOf(revised) }),
  }
}

/** The 2009 design's own shape; `created` in UTC. */
export function latestChatJson(page: Page) {
  return page.messages.map(({ id, screenname, value }) => ({
    value,
    created: timeOf(id).slice(0, 19).replace('T', ' '),
    screenname,
  }))
}

export function roomJson({ room, spoken }: { room: string; spoken: number }) {
  return { room, spoken: timeOf(spoken) }
}

/** A problem of RFC 9457. `retryAfter` is in seconds. */
export function problemJson(status: number, title: string, detail: string, retryAfter?: number) {
  return { type: 'about:blank', title, status, detail, ...(retryAfter && { retryAfter }) }
}

/** JSON that does no harm where somebody puts it into a page. */
export function write(json: object): string {
  return JSON.stringify(json).replaceAll('<', '\\u003c')
}
