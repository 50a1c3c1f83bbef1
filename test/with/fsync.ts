/** What a power cut would have left of a file: what the process that writes it had brought to the disk. */
import { readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { atEnd } from './end.ts'
import { freshFolder } from './folder.ts'

/** Follows what a process writes to the file at `path` and brings to the disk, until it ends. */
export async function watchDisk({ pid }: Bun.Subprocess, path: string) {
  const folder = freshFolder()
  const [output, told] = [join(folder, 'trace'), join(folder, 'told')]
  const strace = Bun.spawn(
    [
      ...['strace', '-f', '-y', '-p', String(pid), '-o', output],
      ...['-e', 'trace=write,pwrite64,fsync,fdatasync', '-e', 'signal=none', '-s', '0'],
    ],
    { stdout: 'ignore', stderr: Bun.file(told) },
  )
  atEnd(() => strace.kill('SIGKILL'))
  while (!(await Bun.file(told).text()).includes('attached')) await Bun.sleep(20)

  const length = Bun.file(path).size
  return {
    /** Cuts the file back to how far it was on the disk when the process ended; answers how many bytes that takes. */
    async cut(): Promise<number> {
      await strace.exited
      const synced = syncedIn(readFileSync(output, 'utf8'), path, length)
      const before = Bun.file(path).size
      truncateSync(path, synced)
      return before - synced
    },
  }
}

/** How long the file was when the last sync that ended had begun; `length` is how long it was at first. */
function syncedIn(trace: string, path: string, length: number): number {
  let written = length
  let synced = length
  /** What each thread is doing to the file, and how long that was when it began; it may end on a later line. */
  const doing = new Map<string, { call: string; from: number; end: number }>()
  for (const line of trace.split('\n')) {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const [, call = '', file] = /^(\w+)\(\d+<([^>]*)>/.exec(rest) ?? []
    const [, bytes, at] = /, (\d+), (\d+)(?:\)| <)/.exec(rest) ?? []
    if (file === path) doing.set(thread, { call, from: written, end: Number(bytes) + Number(at) })
    const [, result] = / = (\d+)$/.exec(rest) ?? []
    const done = doing.get(thread)
    if (!done || result === undefined) continue
    if (done.call === 'write') written += Number(result)
    else if (done.call === 'pwrite64') written = Math.max(written, done.end)
    else synced = done.from
    doing.delete(thread)
  }
  return synced
}
