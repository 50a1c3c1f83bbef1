/** A reader who was away: what can be caught up is, and what cannot is told. */
import { describe, expect, test } from 'bun:test'
import { openWindow } from '../with/chromium.ts'
import { startRedis } from '../with/redis.ts'
import { startServer, storeSettings } from '../with/server.ts'
import { freshRoom, type Kind } from '../with/stores.ts'
import {
  eventually,
  numbered,
  openTab,
  sayAll,
  sayByCurl,
  textsIn,
  untilShown,
} from '../with/tab.ts'

/** So many are kept in a room. */
const KEPT = 123

const start = async (kind: Kind) =>
  startServer({ ...(await storeSettings(kind)), POLL_SECONDS: '1', KEEP_MESSAGES: String(KEPT) })
const [onRedis, onSqlite] = [await start('redis'), await start('sqlite')]

describe.each([
  ['redis', onRedis],
  ['sqlite', onSqlite],
] as const)('a reader who was away, on %s', (_, server) => {
  test.concurrent('gets all that was said meanwhile, in order', async () => {
    const room = freshRoom()
    await sayAll(server, room, numbered(1, 3))
    await using tab = await openTab(server, room, { alone: true })
    await tab.context().setOffline(true)
    await sayAll(server, room, numbered(4, KEPT))
    expect(await textsIn(tab)).toEqual(numbered(1, 3))
    await tab.context().setOffline(false)
    await untilShown(tab, numbered(1, KEPT))
    expect(await tab.locator('.notice').count()).toBe(0)
  })

  test.concurrent('gets the list anew, and is told, where some of it was trimmed away', async () => {
    const room = freshRoom()
    await sayAll(server, room, numbered(1, 3))
    await using tab = await openTab(server, room, { alone: true })
    const log = await tab.getByRole('log').elementHandle()
    await tab.context().setOffline(true)
    await sayAll(server, room, numbered(4, KEPT + 4))
    await tab.context().setOffline(false)
    await untilShown(tab, numbered(KEPT - 45, KEPT + 4))
    expect(await tab.getByRole('log').getByText('Some messages are gone').count()).toBe(1)
    // Said where it is seen, and aloud.
    await tab.getByRole('alert').getByText('Some messages are gone').waitFor()
    expect(await log?.evaluate((node) => node.isConnected)).toBe(true)
    await sayByCurl(server, room, 'and another')
    await untilShown(tab, [...numbered(KEPT - 45, KEPT + 4), 'and another'])
  })
})

test('a reader whose tab was hidden gets the same when it is seen again', async () => {
  const window = await openWindow()
  const openIn = async () => {
    const room = freshRoom()
    await sayAll(onSqlite, room, numbered(1, 3))
    const tab = await window.newPage()
    await tab.goto(`${onSqlite.url}/rooms/${room}`)
    return { tab, say: (values: string[]) => sayAll(onSqlite, room, values) }
  }
  const [all, some] = [await openIn(), await openIn()]
  await (await window.newPage()).bringToFront()
  for (const { tab } of [all, some])
    await eventually(async () => expect(await tab.evaluate(() => document.hidden)).toBe(true))
  await all.say(numbered(4, KEPT))
  await some.say(numbered(4, KEPT + 4))
  for (const { tab } of [all, some]) expect(await textsIn(tab)).toEqual(numbered(1, 3))

  await all.tab.bringToFront()
  await untilShown(all.tab, numbered(1, KEPT))
  expect(await all.tab.locator('.notice').count()).toBe(0)
  await some.tab.bringToFront()
  await untilShown(some.tab, numbered(KEPT - 45, KEPT + 4))
  expect(await some.tab.getByRole('log').getByText('Some messages are gone').count()).toBe(1)
  for (const { tab } of [all, some]) await tab.close()
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
