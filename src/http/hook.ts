/** `POST /hooks/:token`: what tools that can post to Slack say here. */

import { answer } from './answer.ts'
import { keyIn, parameters, properties, textIn } from './body.ts'
import { problemOf } from './errors.ts'
import type { Parts } from './parts.ts'
import { Problem } from './problem.ts'
import type { Handler } from './routes.ts'
import { plainText } from './slack.ts'
import { wordsOf } from './visitor.ts'

/** Answers as Slack does: `ok`, or what is wrong in plain words. */
export function hook(parts: Parts): Handler {
  return async (request, { token }) => {
    try {
      await say(parts, request, token)
      return answer('text', 'ok')
    } catch (error) {
      const problem = problemOf(error, request, parts.log)
      const { status, headers } = problem
      parts.metrics.errors.inc(problem.labels)
      return answer('text', problem.tell(wordsOf(request)), status, headers)
    }
  }
}

async function say({ chat, hooks, identities, metrics }: Parts, request: Request, token: string) {
  // The router gives null, which its types do not tell, for what cannot be decoded.
  const hook = await hooks.nameOf(token ?? '')
  if (hook === undefined) throw new Problem(404, ({ problems }) => problems.token)
  const [, room = '', name = ''] = /^(\S+) (.*)$/.exec(hook) ?? []
  const field = await fieldsIn(request)
  const author = await identities.authorNamed(`hook ${hook}`)
  await chat.say(room, {
    screenname: plainText(field('username') ?? '') || name,
    value: plainText(field('text') ?? ''),
    key: keyIn(request),
    author,
    isBot: true,
    client: author,
  })
  metrics.posts.inc()
}

/** JSON, or a form with JSON in it: which of them shows at the first brace, for many tools tell the wrong type. */
async function fieldsIn(request: Request) {
  const body = await textIn(request)
  return properties(body.trimStart().startsWith('{') ? body : (parameters(body)('payload') ?? body))
}
