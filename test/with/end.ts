/** What the tests started goes when they end; loaded before all of them (`bunfig.toml`). */
import { afterAll } from 'bun:test'
import { removeFolders } from './folder.ts'

const started: (() => unknown)[] = [removeFolders]

/** Runs `stop` after the last test of all. */
export function atEnd(stop: () => unknown): void {
  started.push(stop)
}

afterAll(async () => {
  for (const stop of started.reverse()) await stop()
})
