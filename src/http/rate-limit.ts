/** How many posts or reads a client has left, as header fields (draft-ietf-httpapi-ratelimit-headers-10). */
import type { Quota } from '../chat/chat.ts'

export const rateLimit = (
  { most, left, seconds }: Quota,
  of: 'posts' | 'reads' = 'posts',
): Record<string, string> => ({
  'ratelimit-policy': `"${of}";q=${most};w=60`,
  ratelimit: `"${of}";r=${left};t=${seconds}`,
})
