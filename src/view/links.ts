/** Where a reader goes on from an answer. */
import type { Page } from '../chat/chat.ts'

export type Links = { self: string; next: string; older?: string }

/** `address` is that of the room's messages in the form that was asked for, `query` what was asked of it. */
export function linksOf(page: Page, address: string, query = new URLSearchParams()): Links {
  const limit = query.get('limit')
  const to = (parameter: string, id: number) =>
    `${address}?${parameter}=${id}${limit ? `&limit=${limit}` : ''}`
  return {
    self: query.size === 0 ? address : `${address}?${query}`,
    next: to('after', page.cursor),
    ...(page.older !== undefined && { older: to('before', page.older) }),
  }
}

/** The same as a `Link` header (RFC 8288). */
export function linkHeader({ next, older }: Links): string {
  return `<${next}>; rel="next"${older ? `, <${older}>; rel="prev"` : ''}`
}
