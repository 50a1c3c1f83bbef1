/** A power cut: only what was brought to the disk is there afterwards. */
import { expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { freshFolder } from '../with/folder.ts'
import { watchDisk } from '../with/fsync.ts'
import { freePort, startRedis } from '../with/redis.ts'
import { startServer } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import { eventually } from '../with/tab.ts'
import { foundAt, startWriting } from '../with/writing.ts'

/** Those of `everysec` that a second and the sync itself take. */
const LOST_SECONDS = 2.5

test.concurrent.each([
  ['always', 0],
  ['everysec', LOST_SECONDS],
] as const)(
  'takes from Redis with appendfsync %s what was answered in the last %d seconds at the most',
  async (fsync, seconds) => {
    const folder = freshFolder()
    const port = String(await freePort())
    const options = ['--appendonly', 'yes', '--appendfsync', fsync, '--dir', folder, '--port', port]
    const redis = await startRedis(...options)
    const server = await startServer({ REDIS_URL: redis.url })
    const disk = await watchDisk(
      redis.process,
      join(folder, 'appendonlydir/appendonly.aof.1.incr.aof'),
    )
    const address = `${server.url}/rooms/${freshRoom()}/messages.json`
    const { answered, stop } = startWriting(address)
    await Bun.sleep(3500)
    const end = performance.now()
    await redis.stop()
    await stop()
    const cut = await disk.cut()
    await startRedis(...options)
    await eventually(async () => expect((await fetch(`${server.url}/readyz`)).status).toBe(200))
    const found = await foundAt(address)
    const lost = answered.filter(({ id }) => !found.has(id))
    for (const { at } of lost) expect((end - at) / 1000).toBeLessThan(seconds)
    const last = ((end - Math.min(end, ...lost.map(({ at }) => at))) / 1000).toFixed(2)
    console.log(
      `power cut, ${fsync}: 1 fault, ${cut} bytes cut off, ${answered.length} said, ${lost.length} lost, of the last ${last} s`,
    )
    await server.stop()
  },
)

test.concurrent('takes from SQLite nothing that was answered', async () => {
  const file = join(freshFolder(), 'chat.sqlite')
  const server = await startServer({ SQLITE_PATH: file })
  const room = `/rooms/${freshRoom()}/messages.json`
  const disk = await watchDisk(server.process, `${file}-wal`)
  const { answered, stop } = startWriting(server.url + room)
  // Few enough for its log to begin anew never.
  await eventually(async () => expect(answered.length).toBeGreaterThan(50))
  server.process.kill('SIGKILL')
  await stop()
  const cut = await disk.cut()
  rmSync(`${file}-shm`)
  const next = await startServer({ SQLITE_PATH: file })
  const found = await foundAt(next.url + room)
  expect(answered.filter(({ id }) => !found.has(id))).toEqual([])
  console.log(`power cut, SQLite: 1 fault, ${cut} bytes cut off, ${answered.length} said, 0 lost`)
  await next.stop()
})
