/** How an address is routed: a handler for each of its methods, and an answer to every other. */
import type { Elysia } from 'elysia'
import { Answer, type Answered, nothing } from './answer.ts'
import { encoded } from './encoding.ts'
import { Problem } from './problem.ts'

type Params = { room: string; id: string; seconds: string }
export type Handler = (request: Request, params: Params) => Answered | Promise<Answered>

const sent = (request: Request, answer: Answered) =>
  answer instanceof Answer ? encoded(request, answer) : answer

/** Bodies are left unread: a handler knows best what may come. `HEAD` is answered as `GET` is. */
export function route(
  app: Elysia,
  path: string,
  handlers: Partial<Record<'GET' | 'POST' | 'PATCH' | 'DELETE', Handler>>,
) {
  const methods = Object.entries(handlers)
  const allow = methods.map(([method]) => (method === 'GET' ? 'GET, HEAD' : method)).join(', ')
  for (const [method, handler] of methods)
    app.route(
      method,
      path,
      ({ request, params }) => {
        const answer = handler(request, params as Params)
        // Most polls are answered at once, and a promise would cost them more than all else.
        return answer instanceof Promise
          ? answer.then((answer) => sent(request, answer))
          : sent(request, answer)
      },
      { parse: 'none' },
    )
  app.route('OPTIONS', path, () => nothing({ allow }))
  app.all(
    path,
    ({ request }) => {
      throw new Problem(405, ({ problems }) => problems.method(request.method, allow), { allow })
    },
    { parse: 'none' },
  )
}
