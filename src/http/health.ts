/** What the people and programs that run the chatbox ask of it. */
import { answer } from './answer.ts'
import type { Parts } from './parts.ts'
import { Problem } from './problem.ts'
import type { Handler } from './routes.ts'

/** `GET /healthz`: the process is alive. */
export const healthz: Handler = () => answer('report', 'ok\n')

/** `GET /readyz`: the store answers, and the server does not stop just now; 503 where it is otherwise. */
export function readyz({ chat, stopping }: Parts): Handler {
  return async () => {
    if (stopping.aborted) throw new Problem(503, ({ problems }) => problems.unreachable)
    await chat.ready()
    return answer('report', 'ok\n')
  }
}

/** `GET /metrics`, in Prometheus's text format. */
export function readMetrics({ metrics }: Parts): Handler {
  return async () => answer('report', await metrics.text(), 200, { 'content-type': metrics.type })
}
