/** A store under observation: how long each verb takes, and, once for all whom it fails, that it does and when it is over. */
import { type Log, type Store, Unreachable } from './store.ts'

/** An outage is over when nothing failed for so long and the store answers. */
const CALM_MS = 5000
/** So often it is looked whether it is. */
const LOOK_MS = 1000

/** `seen` is told of each question: its verb, and how many seconds it took. */
export function observed(
  store: Store,
  log: Log,
  seen: (verb: string, seconds: number) => void,
): Store {
  const failed = openOutages(store, log)

  /** Whatever asks the store; to watch a room and to know whether that is fresh does not. */
  const { isFresh, watch, close, ...verbs } = store

  function observing(verb: string, ask: (...asked: never[]) => Promise<unknown>) {
    return async (...asked: never[]) => {
      const began = performance.now()
      try {
        return await ask(...asked)
      } catch (error) {
        if (error instanceof Unreachable) failed(error.cause)
        throw error
      } finally {
        seen(verb, (performance.now() - began) / 1000)
      }
    }
  }

  const observedVerbs = Object.fromEntries(
    Object.entries(verbs).map(([verb, ask]) => [verb, observing(verb, ask)]),
  )
  return { ...store, ...observedVerbs }
}

/** When it began, and when something last failed, by `performance.now()`. */
type Outage = { kind: string; began: number; last: number; failures: number }

/** Answers what is to be called for each failure, with its cause. Those of one kind are one outage. */
function openOutages(store: Store, log: Log) {
  const outages = new Map<string, Outage>()

  async function look(outage: Outage): Promise<void> {
    const isCalm = performance.now() - outage.last >= CALM_MS
    if (!isCalm || !(await answers(store))) return lookLater(outage)
    const { kind, began, last, failures } = outage
    outages.delete(kind)
    log('store back', { kind, seconds: Math.round((last - began) / 1000), failures })
  }

  const lookLater = (outage: Outage) => void setTimeout(look, LOOK_MS, outage).unref()

  return (cause: unknown): void => {
    const now = performance.now()
    const kind = kindOf(cause)
    const known = outages.get(kind)
    if (known) {
      known.last = now
      known.failures += 1
      return
    }
    const outage = { kind, began: now, last: now, failures: 1 }
    outages.set(kind, outage)
    log('store unreachable', { kind, cause: String(cause) })
    lookLater(outage)
  }
}

const answers = (store: Store) =>
  store.ready().then(
    () => true,
    () => false,
  )

/** A word that SQLite and Redis begin with where they answer and decline: `SQLITE_FULL`, `OOM`. */
function kindOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'silent'
  const code = 'code' in cause ? `${cause.code}` : ''
  const [word] = /^SQLITE_[A-Z]+/.exec(code) ?? /^[A-Z]{3,}(?= )/.exec(cause.message) ?? []
  return word ?? 'silent'
}
