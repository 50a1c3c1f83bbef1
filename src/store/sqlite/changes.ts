/** Whether anything was written to a SQLite file, seen without asking SQLite, which takes and leaves two locks for it. */
import { openSync, readSync } from 'node:fs'

/** Of the index of the write-ahead log, what tells each commit from the last: https://sqlite.org/walformat.html#walidxfmt */
const HEAD_BYTES = 48

/**
 * Answers a function that tells whether somebody may have written since it was last called, this process among them. All who
 * have the file open share the index; where it cannot be read, somebody may always have. The file must be open already.
 */
export function openChanges(path: string): () => boolean {
  const file = indexOf(path)
  if (file === undefined) return () => true
  const head = new Uint32Array(HEAD_BYTES / 4)
  const known = new Uint32Array(HEAD_BYTES / 4)
  return () => {
    readSync(file, head, 0, HEAD_BYTES, 0)
    if (head.every((word, i) => word === known[i])) return false
    known.set(head)
    return true
  }
}

/** It stays open as long as the process: to close it would take from SQLite the locks that it has there (POSIX, `fcntl`). */
function indexOf(path: string): number | undefined {
  try {
    return openSync(`${path}-shm`, 'r')
  } catch {
    // A file in memory has none, and some file systems share no memory.
    return undefined
  }
}
