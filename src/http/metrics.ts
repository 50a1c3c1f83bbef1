/** What an operator counts, in Prometheus's text format at `/metrics`. */
import { Counter, collectDefaultMetrics, Registry } from 'prom-client'

export type Metrics = ReturnType<typeof openMetrics>

export function openMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter({ name: `chatbox_${name}_total`, help, labelNames, registers: [registry] })
  return {
    reads: counter('reads', 'Reads of a room, polls among them'),
    emptyPolls: counter('empty_polls', 'Polls with a cursor that found nothing new'),
    posts: counter('posts', 'Posts answered with a message, repeats under one key among them'),
    errors: counter('errors', 'Requests answered with an error', ['status']),
    type: registry.contentType,
    text: () => registry.metrics(),
    /** The same, to be added up. */
    counted: () => registry.getMetricsAsJSON(),
  }
}
