/** Revisions and removals reach the pages that are open, in place. */
import { describe, expect, test } from 'bun:test'
import { openRedis } from '../../src/store/redis.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { atEnd } from '../with/end.ts'
import { sharedServer } from '../with/server.ts'
import { freshRoom, KINDS, silent } from '../with/stores.ts'
import {
  eventually,
  idsIn,
  numbered,
  openTab,
  sayAll,
  scrollBack,
  textsIn,
  untilShown,
  watchTroubles,
} from '../with/tab.ts'

const KEEP = { messages: 10_000, days: 90 }

describe.each(KINDS)('a change to a message, on %s', async (kind) => {
  const server = await sharedServer(kind)
  const { REDIS_URL = '', SQLITE_PATH = '' } = server.settings
  const store =
    kind === 'redis' ? await openRedis(REDIS_URL, KEEP, silent) : openSqlite(SQLITE_PATH, KEEP)
  atEnd(() => store.close())

  test.concurrent('a revision shows where the message stands', async () => {
    const room = freshRoom()
    const ids = await sayAll(server, room, ['a', 'b', 'c'])
    await using tab = await openTab(server, room)
    await store.revise(room, Number(ids[1]), 'B & <b>')
    await untilShown(tab, ['a', 'B & <b>', 'c'])
    expect(await idsIn(tab)).toEqual(ids)
    const item = tab.locator('.chat').nth(1)
    expect(await item.getByRole('img', { name: 'corrected', exact: true }).count()).toBe(1)
    const sign = (text: Element) => getComputedStyle(text, '::after').content
    expect(await item.locator('.text').evaluate(sign)).toContain('✎')
    expect(await tab.locator('.text').first().evaluate(sign)).toBe('none')
    await tab.reload()
    expect(await tab.getByRole('img', { name: 'corrected', exact: true }).count()).toBe(1)
  })

  test.concurrent('a removal takes the message away, and the others stay', async () => {
    const room = freshRoom()
    const ids = await sayAll(server, room, ['a', 'b', 'c'])
    await using tab = await openTab(server, room)
    await store.remove(room, Number(ids[1]))
    await untilShown(tab, ['a', 'c'])
    await sayAll(server, room, ['d'])
    await untilShown(tab, ['a', 'c', 'd'])
  })

  test.concurrent('a change to what stands above the page adds nothing to it', async () => {
    const room = freshRoom()
    const ids = await sayAll(server, room, numbered(1, 60))
    await using tab = await openTab(server, room)
    const troubles = watchTroubles(tab, server)
    await store.revise(room, Number(ids[0]), 'revised')
    await store.remove(room, Number(ids[1]))
    await sayAll(server, room, ['message 61'])
    await untilShown(tab, numbered(11, 61))
    expect(troubles).toEqual([])
    await scrollBack(tab)
    await untilShown(tab, ['revised', ...numbered(3, 61)])
  })

  test.concurrent('older messages come above the others, by and by, and change like them', async () => {
    const room = freshRoom()
    const ids = await sayAll(server, room, numbered(1, 120))
    await using tab = await openTab(server, room)
    const older = tab.getByRole('link', { name: 'Older messages' })
    await untilShown(tab, numbered(71, 120))
    await older.click()
    await untilShown(tab, numbered(21, 120))
    // The next is followed when it is seen.
    await eventually(async () => {
      await scrollBack(tab)
      expect(await textsIn(tab)).toEqual(numbered(1, 120))
    })
    expect(await older.count()).toBe(0)
    expect(tab.url()).toBe(`${server.url}/rooms/${room}`)
    await store.remove(room, Number(ids[0]))
    await store.revise(room, Number(ids[1]), 'revised')
    await eventually(async () =>
      expect((await textsIn(tab)).slice(0, 2)).toEqual(['revised', 'message 3']),
    )
  })
})
