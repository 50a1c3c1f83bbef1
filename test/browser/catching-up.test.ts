/** A reader who was away: what can be caught up is, and what cannot is told. */
import { describe, expect, test } from 'bun:test'
import { openWindow } from '../with/chromium.ts'
import { startRedis } from '../with/redis.ts'
import { startServer, storeSettings } from '../with/server.ts'
import { freshRoom, KINDS } from '../with/stores.ts'
import {
  eventually,
  numbered,
  openTab,
  sayAll,
  sayByCurl,
  textsIn,
  untilShown,
} from '../with/tab.ts'

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
    // Said where it is seen, and aloud.
    await tab.getByRole('alert').getByText('Some messages are gone').waitFor()
    expect(await log?.evaluate((node) => node.isConnected)).toBe(true)
    await sayByCurl(server, room, 'message 12')
    await untilShown(tab, numbered(7, 12))
  })
})

test('a reader whose tab was hidden gets the same when it is seen again', async () => {
  const settings = { ...(await storeSettings('sqlite')), POLL_SECONDS: '1' }
  const window = await openWindow()
  const openIn = async (keep: string) => {
    const server = await startServer({ ...settings, KEEP_MESSAGES: keep })
    const room = freshRoom()
    await sayAll(server, room, numbered(1, 3))
    const tab = await window.newPage()
    await tab.goto(`${server.url}/rooms/${room}`)
    return { tab, say: (values: string[]) => sayAll(server, room, values) }
  }
  const [all, some] = [await openIn('123'), await openIn('5')]
  await (await window.newPage()).bringToFront()
  for (const { tab, say } of [all, some]) {
    await eventually(async () => expect(await tab.evaluate(() => document.hidden)).toBe(true))
    await say(numbered(4, 123))
    expect(await textsIn(tab)).toEqual(numbered(1, 3))
  }

  await all.tab.bringToFront()
  await untilShown(all.tab, numbered(1, 123))
  expect(await all.tab.locator('.notice').count()).toBe(0)
  await some.tab.bringToFront()
  await untilShown(some.tab, numbered(119, 123))
  expect(await some.tab.getByRole('log').getByText('Some messages are gone').count()).toBe(1)
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
