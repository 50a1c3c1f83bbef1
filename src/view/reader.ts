/** Who looks at a page: in which language, and under which name and mark. */
import type { Words } from './words/en.ts'

export type Reader = {
  words: Words
  /** The name they last spoke under, `''` where none is known. */
  screenname: string
  /** Who they are, as the author of messages. */
  author: string
  /** Whether the site around the chatbox vouches for them. */
  isVerified?: boolean
  /** Whether they are signed in as moderator. */
  isModerator?: boolean
}
