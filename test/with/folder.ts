/** Folders of the tests' own. */
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folders: string[] = []

/**
 * In memory where there is room for it: SQLite holds up its process until the disk has what it writes, and all other tests
 * in that process with it; and a Redis whose disk is slow holds back for two seconds what it writes.
 */
const PARENT = roomIn('/dev/shm') > 2 ** 31 ? '/dev/shm' : tmpdir()

function roomIn(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return 0
  }
}

export function freshFolder(parent = PARENT): string {
  const folder = mkdtempSync(join(parent, 'chatbox-'))
  folders.push(folder)
  return folder
}

export function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}
