/** Nobody waits for ever. */
import { Unreachable } from './store.ts'

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
