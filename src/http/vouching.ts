/** Whom an identity means that a site has signed: told to those who sign, and to the script of a frame. */
import { Who } from '../view/composer.tsx'
import { identityJson, write } from '../view/json.ts'
import { answer } from './answer.ts'
import { formOf, JSON_OR_PAGE, vary } from './form.ts'
import { identityIn, memberOf } from './member.ts'
import type { Parts } from './parts.ts'
import type { Handler } from './routes.ts'

/** It depends on a header that is no cache's business. */
const PRIVATE = { ...vary(''), 'cache-control': 'no-store' }

/** `GET /api/identity`; for htmx the name and the mark as a composer shows them. A `Problem` 401 where it means nobody. */
export function readIdentity(parts: Parts): Handler {
  return async (request) => {
    const form = formOf(request, JSON_OR_PAGE)
    const { reader } = await memberOf(parts, request, identityIn(request) ?? '')
    if (form !== 'fragment') return answer('json', write(identityJson(reader)), 200, PRIVATE)
    const { screenname } = reader
    return answer('fragment', String(Who({ reader, screenname })), 200, PRIVATE)
  }
}
