/** How an address is routed: a handler for each of its methods, and an answer to every other. */
import type { Elysia } from 'elysia'
import { nothing } from './answer.ts'
import { Problem } from './problem.ts'

type Params = { room: string; id: string; seconds: string }
export type Handler = (request: Request, params: Params) => Response | Promise<Response>

/** Bodies are left unread: a handler knows best what may come. `HEAD` is answered as `GET` is. */
export function route(app: Elysia, path: string, handlers: { GET?: Handler; POST?: Handler }) {
  const methods = Object.entries(handlers)
  const allow = methods.map(([method]) => (method === 'GET' ? 'GET, HEAD' : method)).join(', ')
  for (const [method, handler] of methods)
    app.route(method, path, ({ request, params }) => handler(request, params as Params), {
      parse: 'none',
    })
  app.route('OPTIONS', path, () => nothing({ allow }))
  app.all(
    path,
    ({ request }) => {
      throw new Problem(405, `${request.method} does nothing here; this address takes ${allow}.`, {
        allow,
      })
    },
    { parse: 'none' },
  )
}
