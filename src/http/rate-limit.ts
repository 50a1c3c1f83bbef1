/** How many posts a client has left, as header fields (draft-ietf-httpapi-ratelimit-headers-10). */
import type { Quota } from '../chat/chat.ts'

export const rateLimit = ({ most, left, seconds }: Quota): Record<string, string> => ({
  'ratelimit-policy': `"posts";q=${most};w=60`,
  ratelimit: `"posts";r=${left};t=${seconds}`,
})
