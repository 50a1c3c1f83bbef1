/** A reader who was away: what can be caught up is, and what cannot is told. */
import { describe, expect, test } from 'bun:test'
import { startRedis } from '../with/redis.ts'
import { startServer, storeSettings } from '../with/server.ts'
import { freshRoom, KINDS } from '../with/stores.ts'
import { numbered, openTab, sayAll, sayByCurl, textsIn, untilShown } from '../with/tab.ts'

describe.each(KINDS)('a reader who was away, on %s', async (kind) => {
  const settings = { ...(await storeSettings(kind)), POLL_SECONDS: '1' }

  test.concurrent('gets all that was said meanwhile, in order', async () => {
    const server = await startServer(settings)
    const room = freshRoom()
    await sayAll(server, room, numbered(1, 3))
    await using tab = await openTab(server, room, {})
    await tab.context().setOffline(true)
    await sayAll(server, room, numbered(4, 123))
    expect(await textsIn(tab)).toEqual(numbered(1, 3))
    await tab.context().setOffline(false)
    await untilShown(tab, numbered(1, 123))
    expect(await tab.locator('.notice').count()).toBe(0)
  })

  test.concurrent('gets the list anew, and is told, where some of it was trimmed away', async () => {
    const server = await startServer({ ...settings, KEEP_MESSAGES: '5' })
    const room = freshRoom()
    await sayAll(server, room, numbered(1, 3))
    await using tab = await openTab(server, room, {})
    const log = await tab.getByRole('log').elementHandle()
    await tab.context().setOffline(true)
    await sayAll(server, room, numbered(4, 11))
    await tab.context().setOffline(false)
    await untilShown(tab, numbered(7, 11))
    expect(await tab.getByRole('log').getByText('Some messages are gone').count()).toBe(1)
    expect(await log?.evaluate((node) => node.isConnected)).toBe(true)
    await sayByCurl(server, room, 'message 12')
    await untilShown(tab, numbered(7, 12))
  })
})

test('a reader of a store that was emptied gets the list anew, and is told', async () => {
  const redis = await startRedis()
  const server = await startServer({ REDIS_URL: redis.url, POLL_SECONDS: '1' })
  const room = freshRoom()
  await sayAll(server, room, numbered(1, 3))
  await using tab = await openTab(server, room)
  const client = new Bun.RedisClient(redis.url)
  await client.send('FLUSHALL', [])
  client.close()
  await untilShown(tab, [])
  await tab.getByRole('log').getByText('This room was reset').waitFor()
  await sayByCurl(server, room, 'anew')
  await untilShown(tab, ['anew'])
})
