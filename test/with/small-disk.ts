/** A disk of eight megabytes, which is soon full; SQLite's own log takes four. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { atEnd } from './end.ts'
import { freshFolder } from './folder.ts'

const BYTES = 8 * 2 ** 20

const mount = (folder: string) =>
  Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', `size=${BYTES}`, 'tmpfs', folder])
// Lazily: who writes to it may still be there.
const unmount = (folder: string) => Bun.spawnSync(['umount', '--lazy', folder])

function mayMount(): boolean {
  const folder = freshFolder()
  const { exitCode, stderr } = mount(folder)
  if (exitCode === 0) unmount(folder)
  else console.warn(`No test fills a disk here, for none can be mounted: ${stderr}`)
  return exitCode === 0
}

/** Whether there may be such disks: root alone mounts them, and not in every container. */
export const hasSmallDisks = mayMount()

export function smallDisk() {
  const folder = freshFolder()
  mount(folder)
  atEnd(() => unmount(folder))
  const filling = join(folder, 'filling')
  return {
    folder,
    /** Takes all room that is left. */
    fill() {
      try {
        writeFileSync(filling, Buffer.alloc(BYTES))
      } catch {
        // It took what there was.
      }
    },
    free: () => rmSync(filling, { force: true }),
  }
}
