/** A primary that is cut off from its replica and lost, so that the replica takes its place. */
import { expect, test } from 'bun:test'
import { freshFolder } from '../with/folder.ts'
import { cli, startRedis } from '../with/redis.ts'
import { startServer } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import { eventually } from '../with/tab.ts'
import { openWire } from '../with/wire.ts'
import { foundAt, startWriting } from '../with/writing.ts'

/** A primary, and a replica that follows it by a wire of its own; `url` leads to whichever is to be asked. */
async function startPair() {
  const [primary, replica] = await Promise.all([
    startRedis('--repl-diskless-sync-delay', '0', '--dir', freshFolder()),
    startRedis('--dir', freshFolder()),
  ])
  const link = await openWire(primary.url)
  cli(replica, 'replicaof', '127.0.0.1', new URL(link.url).port)
  await eventually(async () =>
    expect(cli(primary, 'info', 'replication')).toContain('state=online'),
  )
  const way = await openWire(primary.url)
  return {
    url: way.url,
    /** How much the replica has of what was said in a room. */
    has: (room: string) => Number(cli(replica, 'zcard', `chat:{${room}}:log`)),
    cut: () => link.set('silent'),
    promote: async () => {
      way.lead(replica.url)
      await primary.stop()
      cli(replica, 'replicaof', 'no', 'one')
    },
    stop: () => replica.stop(),
  }
}

test.concurrent.each([
  ['all that was answered under WAIT=1', '1'],
  ['not what was answered since the cut without it', '0'],
])('a replica that was cut off and takes over has %s', async (_, wait) => {
  const redis = await startPair()
  const server = await startServer({ REDIS_URL: redis.url, WAIT: wait })
  const room = freshRoom()
  const path = `/rooms/${room}/messages.json`
  const { answered, stop } = startWriting(server.url + path)
  await eventually(async () => expect(redis.has(room)).toBeGreaterThan(20))
  redis.cut()
  await Bun.sleep(1500)
  await redis.promote()
  await stop()
  // Who was not there before knows nothing but what the replica has.
  const next = await startServer({ REDIS_URL: redis.url })
  await eventually(async () => expect((await fetch(`${next.url}/readyz`)).status).toBe(200))
  const found = await foundAt(next.url + path)
  expect(answered.length).toBeGreaterThan(0)
  const lost = answered.filter(({ id }) => !found.has(id)).length
  if (wait === '1') expect(lost).toBe(0)
  else expect(lost).toBeWithin(1, answered.length)
  console.log(`failover, WAIT=${wait}: 1 fault, ${answered.length} answered, ${lost} lost`)
  await Promise.all([server.stop(), next.stop()])
  await redis.stop()
})
