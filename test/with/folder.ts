/** Folders of the tests' own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folders: string[] = []

export function freshFolder(parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'chatbox-'))
  folders.push(folder)
  return folder
}

export function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}
