/** What an operator counts, in Prometheus's text format at `/metrics`. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = ReturnType<typeof openMetrics>

export function openMetrics() {
  const registry = new Registry()
  // How late the event loop is, is looked at by waking up so often (milliseconds): at 10, which is usual, an idle process
  // takes a hundredth of a core.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 })
  // To tell these, Bun goes through all there is in memory, and everybody waits for it.
  for (const size of ['total', 'used', 'available'])
    registry.removeSingleMetric(`nodejs_heap_space_size_${size}_bytes`)
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter({ name: `chatbox_${name}_total`, help, labelNames, registers: [registry] })
  const store = new Histogram({
    name: 'chatbox_store_seconds',
    help: 'Time that the store took for each question, failed ones among them',
    labelNames: ['verb'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2],
    registers: [registry],
  })
  return {
    reads: counter('reads', 'Reads of a room, polls among them'),
    emptyPolls: counter('empty_polls', 'Polls with a cursor that found nothing new'),
    posts: counter('posts', 'Posts answered with a message, repeats under one key among them'),
    errors: counter('errors', 'Requests answered with an error, by what was wrong', [
      'status',
      'cause',
    ]),
    asked: (verb: string, seconds: number) => store.observe({ verb }, seconds),
    /** What is looked up when it is asked for; `aggregator` is what becomes of it where several processes have it. */
    gauge(name: string, help: string, aggregator: 'sum' | 'max', look: () => number) {
      new Gauge({
        name: `chatbox_${name}`,
        help,
        aggregator,
        registers: [registry],
        collect() {
          this.set(look())
        },
      })
    },
    type: registry.contentType,
    text: () => registry.metrics(),
    /** The same, to be added up. */
    counted: () => registry.getMetricsAsJSON(),
  }
}
