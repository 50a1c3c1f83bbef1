/** What the operator reads. */
import type { Log } from './chat/store.ts'

/** An event as one line of JSON in ASCII: whatever a client sent, it begins no line and moves no cursor of a terminal. */
export function logLine(event: string, particulars: Record<string, unknown>): string {
  const { error, ...rest } = particulars
  const shown = error instanceof Error ? error.stack || error.message : error
  const line = JSON.stringify({ time: new Date(), event, ...rest, error: shown })
  return line.replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** On standard error. */
export const log: Log = (event, particulars) => console.error(logLine(event, particulars))
