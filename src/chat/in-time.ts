/** Nobody waits for ever. */
import { Unreachable } from './store.ts'

/** A person who did something is answered by then, however many questions to the store it takes. */
const PATIENCE_MS = 2900

/** Long enough to read what has come. */
const AGAIN_MS = 20

/** What several steps answer together, or `Unreachable` where that takes too long. */
export const soon = <T>(steps: () => Promise<T>): Promise<T> => inTime(PATIENCE_MS, steps)

/** What a step answers, or `Unreachable` where it did not in so many milliseconds; what comes later is left. */
export async function inTime<T>(ms: number, step: () => Promise<T>): Promise<T> {
  let timer: Timer | undefined
  const late = new Promise<never>((_, reject) => {
    const end = () => reject(new Unreachable(new Error(`no answer in ${ms} ms`)))
    // Where this process was busy meanwhile, the answer may be here, and only not read yet.
    const lookAgain = () => {
      timer = setTimeout(end, AGAIN_MS)
    }
    timer = setTimeout(lookAgain, ms)
  })
  try {
    return await Promise.race([step(), late])
  } finally {
    clearTimeout(timer)
  }
}
