/** A room for an `<iframe>` on another page. */
import { freshDraft } from '../view/composer.tsx'
import { embedPage, readonlyPage } from '../view/embed.tsx'
import type { Theme } from '../view/site.ts'
import { roomIn } from './address.ts'
import { answer, framedBy } from './answer.ts'
import { vary } from './form.ts'
import { isForMembers } from './member.ts'
import type { Parts } from './parts.ts'
import { Problem } from './problem.ts'
import { pulseOf } from './pulse.ts'
import { LIMIT, only, queryOf, themeIn } from './query.ts'
import type { Handler } from './routes.ts'
import { frameVisitorOf, strangerOf } from './visitor.ts'

/** `GET /rooms/:room/embed`, with a composer; or with `?readonly`, the same for everybody. */
export function readEmbed(parts: Parts): Handler {
  const { chat, site, metrics, embedOrigins } = parts
  return async (request, params) => {
    const room = roomIn(params)
    const query = queryOf(request)
    const theme = themeOf(query)
    const fields = { ...vary(''), ...framedBy(embedOrigins) }
    const page = await chat.latest(room, LIMIT)
    const shown = { site, page, pulse: pulseOf(parts, room), theme, embedOrigins }
    metrics.reads.inc()
    if (query.has('readonly')) {
      const { reader } = strangerOf(request)
      return answer('page', readonlyPage({ ...shown, reader }), 200, fields)
    }
    const { identity, reader, headers, nonce } = await frameVisitorOf(parts, request)
    const own = { reader, draft: freshDraft(nonce(), reader.screenname), token: identity.token }
    const html = embedPage({ ...shown, ...own, isForMembers: isForMembers(parts, room) })
    return answer('page', html, 200, { ...fields, ...headers })
  }
}

function themeOf(query: URLSearchParams): Theme | undefined {
  const text = only(query, 'theme')
  const theme = themeIn(text)
  if (theme === text) return theme
  throw new Problem(422, ({ problems }) => problems.theme)
}
