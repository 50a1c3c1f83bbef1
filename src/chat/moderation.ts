/** What moderators decide in a room, and what is written down of it. */
import { type Id, LAST_ID } from './message.ts'

/** What holds in a room, beside what holds everywhere. */
export type Rules = {
  /** Seconds that a person waits between two messages; 0 for none. */
  slowSeconds: number
  /** Nobody speaks here but moderators. */
  isReadOnly: boolean
  /** What stands above the messages; `''` for nothing. */
  notice: string
}

export const NO_RULES: Rules = { slowSeconds: 0, isReadOnly: false, notice: '' }

/** Until then somebody is muted in a room; `FOR_GOOD` is the end of all ids. */
export type Mute = { author: string; screenname: string; until: Id }
export const FOR_GOOD: Id = LAST_ID

/** What a moderator did; nothing that anybody said is in it. */
export type Deed =
  | { did: 'remove'; about: Id; author?: string }
  | { did: 'sweep' | 'unmute'; author: string }
  | { did: 'mute'; author: string; minutes?: number }
  | { did: 'clear' }
  | { did: 'rule'; slowSeconds: number; isReadOnly: boolean; hasNotice: boolean }

/** `by`: the mark of the moderator's session, or `key`. `at` is greater than that of every deed before it in the room. */
export type Recorded = { at: Id; by: string } & Deed

/** Deeds of a room that are kept: the newest. */
export const KEPT_DEEDS = 1000
