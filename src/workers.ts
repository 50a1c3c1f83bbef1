/** Several processes on one port, among which the kernel shares out connections, and the one that looks after them. */
import { AggregatorRegistry, type MetricObject } from 'prom-client'
import type { Log } from './chat/store.ts'

/** So long a process must have served before one that ended is replaced at once. */
const STEADY_MS = 1000
/** Whoever has not told its numbers by then is left out of the sum. */
const COUNT_MS = 1000

/** What processes tell each other. */
type Told =
  | { told: 'listening' }
  /** What all of them counted is asked for; then what each did; and the sum is told to who asked. */
  | { told: 'asked' }
  | { told: 'count' }
  | { told: 'counted'; counted: MetricObject[] }
  | { told: 'sum'; sum: string }

type Worker = {
  process: Bun.Subprocess
  started: number
  isListening: boolean
  counted: (counted: MetricObject[]) => void
}

/** How a process knows that it is a worker: its first argument. */
const WORKER = 'worker'
export const isWorker = () => process.argv[2] === WORKER

/**
 * Starts `count` processes of this program, replaces those that end, and stops them all at SIGTERM or SIGINT. Resolves
 * when all listen; ends this process where the first cannot even begin.
 */
export function superviseWorkers(count: number, port: number, log: Log): Promise<void> {
  const workers = new Set<Worker>()
  const allListen = Promise.withResolvers<void>()
  let hasBegun = false
  let isStopping = false
  let adding: Promise<string> | undefined

  function start(): void {
    const worker: Worker = {
      process: Bun.spawn([process.execPath, Bun.main, WORKER], {
        env: { ...process.env, PORT: String(port) },
        stdio: ['ignore', 'inherit', 'inherit'],
        ipc: (told: Told) => hear(worker, told),
        onExit: () => ended(worker),
      }),
      started: performance.now(),
      isListening: false,
      counted: () => {},
    }
    workers.add(worker)
  }

  async function hear(worker: Worker, message: Told): Promise<void> {
    if (message.told === 'listening') {
      worker.isListening = true
      hasBegun = true
      // The others begin when the first could: what is wrong with the settings is said once.
      while (workers.size < count) start()
      if ([...workers].every(({ isListening }) => isListening)) allListen.resolve()
    }
    if (message.told === 'counted') worker.counted(message.counted)
    if (message.told === 'asked') {
      adding ??= sum().finally(() => {
        adding = undefined
      })
      worker.process.send({ told: 'sum', sum: await adding } satisfies Told)
    }
  }

  async function sum(): Promise<string> {
    const counts = [...workers].map(async (worker) => {
      const { promise, resolve } = Promise.withResolvers<MetricObject[]>()
      worker.counted = resolve
      worker.process.send({ told: 'count' } satisfies Told)
      return await Promise.race([promise, Bun.sleep(COUNT_MS).then(() => [])])
    })
    return AggregatorRegistry.aggregate(await Promise.all(counts)).metrics()
  }

  async function ended(worker: Worker): Promise<void> {
    workers.delete(worker)
    if (isStopping) return
    // The first, if it could not even begin, has said why. Later ones are tried again: the others serve meanwhile.
    if (!hasBegun) return stop('SIGTERM', 1)
    const { pid, exitCode, signalCode } = worker.process
    log('worker ended', { worker: pid, exitCode, signalCode })
    if (performance.now() - worker.started < STEADY_MS) await Bun.sleep(STEADY_MS)
    if (!isStopping && workers.size < count) start()
  }

  async function stop(signal: NodeJS.Signals, exitCode: number): Promise<void> {
    isStopping = true
    for (const worker of workers) worker.process.kill(signal)
    await Promise.all([...workers].map((worker) => worker.process.exited))
    process.exit(exitCode)
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(signal, 0))
  start()
  return allListen.promise
}

/** A worker's side: `count` tells its numbers, `leave` is called when nobody looks after it any more. */
export function joinWorkers(count: () => Promise<MetricObject[]>, leave: () => void) {
  const tell = (message: Told) => process.send?.(message)
  let asked = Promise.withResolvers<string>()

  process.on('message', async (message: Told) => {
    if (message.told === 'count') tell({ told: 'counted', counted: await count() })
    if (message.told !== 'sum') return
    asked.resolve(message.sum)
    asked = Promise.withResolvers()
  })
  process.once('disconnect', leave)

  return {
    listening: () => tell({ told: 'listening' }),

    /** What all workers counted, in Prometheus's text format. */
    sum(): Promise<string> {
      tell({ told: 'asked' })
      return asked.promise
    },
  }
}
