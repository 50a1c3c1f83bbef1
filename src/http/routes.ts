/** How an address is routed: a handler for each of its methods, and an answer to every other. */
import type { Elysia } from 'elysia'
import { refuseOddHost } from './address.ts'
import { Answer, type Answered, nothing } from './answer.ts'
import { encoded } from './encoding.ts'
import { preflight } from './preflight.ts'
import { Problem } from './problem.ts'
import type { Hold } from './taking.ts'

type Params = { room: string; id: string; seconds: string; token: string }
export type Handler = (request: Request, params: Params) => Answered | Promise<Answered>

export type Handlers = Partial<Record<'GET' | 'POST' | 'PATCH' | 'DELETE', Handler>>

type Responded = Response | Promise<Response>

/** What is done with every address: `failed` answers a request that failed, `finish` has each answer last. */
export type Finishing = {
  hold: Hold
  failed: (request: Request, error: unknown) => Responded
  finish?: (response: Response) => Response
}

/**
 * Bodies are left unread: a handler knows best what may come. `HEAD` is answered as `GET` is. `embedOrigins`: for an
 * address that pages of other sites may ask, those that may do more there than read.
 */
export function route(
  app: Elysia,
  path: string,
  handlers: Handlers,
  { finish, ...rest }: Finishing,
  embedOrigins?: string[],
) {
  const methods = Object.entries(handlers)
  const allow = methods.map(([method]) => (method === 'GET' ? 'GET, HEAD' : method)).join(', ')
  // Elysia makes a promise of every answer where a hook is given to parse bodies, or where it reads of a call that is
  // returned in a handler's source: one that is bound shows none.
  const responding = finish ? finishing(finish) : respond
  for (const [method, handler] of methods) {
    const asked = method === 'GET' && POLLED.test(path) ? handler : withOneHost(handler)
    app.route(
      method,
      path,
      responding.bind(undefined, asked, rest),
      method === 'GET' ? {} : { parse: 'none' },
    )
  }
  app.route('OPTIONS', path, ({ request }) =>
    embedOrigins ? preflight(request, allow, embedOrigins) : nothing({ allow }),
  )
  app.all(
    path,
    ({ request }) => {
      throw new Problem(405, ({ problems }) => problems.method(request.method, allow), { allow })
    },
    { parse: 'none' },
  )
}

/** What polls ask is answered without a look at any header where that can be, and looks at them itself where it cannot. */
const POLLED = /\/messages(?:\.\w+)?$/

const withOneHost =
  (handler: Handler): Handler =>
  (request, params) => {
    refuseOddHost(request)
    return handler(request, params)
  }

/** Most polls are answered at once, and a promise would cost them more than all else. */
function respond(
  handler: Handler,
  { failed, hold }: Omit<Finishing, 'finish'>,
  { request, params }: { request: Request; params: object },
): Responded {
  const answer = handler(request, params as Params)
  const response =
    answer instanceof Promise
      ? answer.then((answer) => sent(request, answer, hold))
      : sent(request, answer, hold)
  return response instanceof Promise ? response.catch((error) => failed(request, error)) : response
}

const finishing =
  (finish: (response: Response) => Response): typeof respond =>
  (...asked) => {
    const response = respond(...asked)
    return response instanceof Promise ? response.then(finish) : finish(response)
  }

const sent = (request: Request, answer: Answered, hold: Hold) =>
  answer instanceof Answer ? encoded(request, answer, hold) : answer
