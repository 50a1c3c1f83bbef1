/** What the routes work with. */
import type { Chat } from '../chat/chat.ts'
import type { Presence } from '../chat/presence.ts'
import type { Log } from '../chat/store.ts'
import type { Tokens } from '../chat/tokens.ts'
import type { Site } from '../view/site.ts'
import type { Identities } from './identity.ts'
import type { Interval } from './interval.ts'
import type { Metrics } from './metrics.ts'
import type { Moderators } from './moderator.ts'
import type { Networks } from './network.ts'
import type { Hold } from './taking.ts'

export type Parts = {
  chat: Chat
  site: Site
  metrics: Metrics
  identities: Identities
  /** What sites sign with who somebody is. */
  identityKeys: string[]
  /** Rooms in which only members speak, those for whom it is so signed; `*` alone: all. */
  memberRooms: string[]
  bots: Tokens
  hooks: Tokens
  moderators: Moderators
  presence: Presence
  interval: Interval
  log: Log
  hold: Hold
  /** Ends when the server shall. */
  stopping: AbortSignal
  /** By what the client's network is known today, where there is one. */
  networkOf: Networks
  /** Throws a `Problem` 429 where the client of a request reads too much. */
  paceReading: (request: Request) => void
  /** The origin for addresses in answers to scripts; without it, the one that was asked. */
  origin?: string
  /** Origins of other sites that may show rooms on their own pages; `*` alone: all. */
  embedOrigins: string[]
}
