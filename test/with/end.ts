/** What the tests started goes when they end; loaded before all of them (`bunfig.toml`). */
import { afterAll } from 'bun:test'
import { removeFolders } from './folder.ts'

const started: (() => unknown)[] = [removeFolders]

/** Runs `stop` after the last test of all. */
export function atEnd(stop: () => unknown): void {
  started.push(stop)
}

/**
 * Runs `stop` after the file, the group or the test that asks for it; for one that runs beside others, after the last of
 * all.
 */
export function afterThese(stop: () => unknown): void {
  try {
    afterAll(async () => {
      await stop()
    })
  } catch {
    atEnd(stop)
  }
}

afterAll(async () => {
  for (const stop of started.reverse()) await stop()
})
