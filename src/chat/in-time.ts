/** Nobody waits for ever. */
import { Unreachable } from './store.ts'

/** A person who did something is answered by then, however many questions to the store it takes. */
const PATIENCE_MS = 2900

/** What several steps answer together, or `Unreachable` where that takes too long. */
export const soon = <T>(steps: () => Promise<T>): Promise<T> => inTime(PATIENCE_MS, steps)

/** What a step answers, or `Unreachable` where it did not in so many milliseconds; what comes later is left. */
export async function inTime<T>(ms: number, step: () => Promise<T>): Promise<T> {
  let timer: Timer | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unreachable(new Error(`no answer in ${ms} ms`))), ms)
  })
  try {
    return await Promise.race([step(), late])
  } finally {
    clearTimeout(timer)
  }
}
