/** Processes that hang. */
import { readFileSync } from 'node:fs'

/** Stops a process until it gets `SIGCONT`; resolves when it stands still. */
export async function halt({ pid }: Bun.Subprocess): Promise<void> {
  process.kill(pid, 'SIGSTOP')
  const state = () => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
  while (state() !== 'T') await Bun.sleep(10)
}
