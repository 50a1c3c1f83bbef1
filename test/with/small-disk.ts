/** A disk of eight megabytes, which is soon full; SQLite's own log takes four. Root alone may mount one, as in a container. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { atEnd } from './end.ts'
import { freshFolder } from './folder.ts'

const BYTES = 8 * 2 ** 20

export function smallDisk() {
  const folder = freshFolder()
  const { exitCode, stderr } = Bun.spawnSync([
    ...['mount', '-t', 'tmpfs', '-o', `size=${BYTES}`, 'tmpfs', folder],
  ])
  if (exitCode !== 0) throw new Error(`no disk can be mounted: ${stderr}`)
  // Lazily: who writes to it may still be there.
  atEnd(() => Bun.spawnSync(['umount', '--lazy', folder]))
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
