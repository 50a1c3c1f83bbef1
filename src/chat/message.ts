/** What stands in a room: messages, and the changes that came to them later. */
import type { Rules } from './moderation.ts'

/** Microseconds since 1970 (UTC): a message's identity, its place, its time and a reader's cursor. */
export type Id = number

export type Message = {
  id: Id
  screenname: string
  value: string
  /** Who said it, as far as their browser tells: 26 letters and digits, the same for all that it says. */
  author?: string
  /** Whether a program said it, by a token that it was given. */
  isBot?: boolean
  /** Whether the site around the chatbox vouches for who said it. */
  isVerified?: boolean
  /** Whether a moderator said it, who was signed in as one. */
  isModerator?: boolean
  /** The name of another, which this one imitates by letters that look alike. */
  resembles?: string
  /** The id of the latest revision, which is also its time. */
  revised?: Id
}

type Kinds = Pick<Message, 'isBot' | 'isVerified' | 'isModerator'>

/** A program, a person who is vouched for, and a moderator are told from all others. */
export function kindOf({ isBot, isVerified, isModerator }: Kinds) {
  if (isBot) return 'bot'
  if (isVerified) return 'verified'
  return isModerator ? 'moderator' : undefined
}

const MARK_LENGTH = 6

/** The beginning of an author, short enough to be seen beside a name: 30 bits tell people of one name apart. */
export const markOf = (author: string) => author.slice(0, MARK_LENGTH)

/**
 * One place in a room's order. A revision brings the whole message as it stands now. Rules that are set give way to the
 * next; where a room was cleared, nothing before stands any more.
 */
export type Entry =
  | { id: Id; said: Message }
  | { id: Id; revised: Message }
  | { id: Id; removed: Id }
  | { id: Id; rules: Rules }
  | { id: Id; cleared: true }

/** Ids are whole numbers below 2^53, so a float64, Redis's score, holds each of them exactly. */
export const LAST_ID: Id = Number.MAX_SAFE_INTEGER

/** The time an id stands for, in RFC 3339 with all six decimals: `2026-11-22T06:53:14.123456Z`. */
export function timeOf(id: Id): string {
  const micros = String(id % 1000).padStart(3, '0')
  return new Date(Math.floor(id / 1000)).toISOString().replace('Z', `${micros}Z`)
}
