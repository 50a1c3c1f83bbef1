/** A request that HTTP itself declines: a status, words for whoever asked, and headers that go with them. */
import { STATUS_CODES } from 'node:http'
import type { Words } from '../view/words/en.ts'

export type Telling = (words: Words) => string

export class Problem extends Error {
  constructor(
    readonly status: number,
    /** In whichever language is asked for. */
    readonly tell: Telling,
    readonly headers: Record<string, string> = {},
    /** For who counts them. */
    readonly cause: string = STATUS_CODES[status] ?? 'error',
  ) {
    super(`HTTP ${status}`)
  }

  get labels() {
    const { status, cause } = this
    return { status, cause: cause.toLowerCase() }
  }
}
