/** How many are here, over any number of servers (`src/chat/presence.ts`). */

import { heapStats } from 'bun:jsc'
import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { openPresence, type Presence } from '../src/chat/presence.ts'
import type { Store } from '../src/chat/store.ts'
import { isSame } from '../src/http/pulse.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import { freshFolder } from './with/folder.ts'
import { freshRoom, KINDS, openStore, silent } from './with/stores.ts'
import { eventually } from './with/tab.ts'

const QUICK = { slotSeconds: 0.1 }
/** A poll with this stands for a page that stays open throughout the test. */
const LONG = 600

const serverOn = (store: Store, log = silent) => openPresence(store, log, QUICK)

/** A page that polls until it is closed. */
function open(server: Presence, room: string): () => void {
  const poll = () => server.poll(room, 0.2)
  poll()
  const timer = setInterval(poll, 200)
  return () => clearInterval(timer)
}

describe.each(KINDS)('presence on %s', async (kind) => {
  const store = await openStore(kind)

  test('a page is here at its first poll', () => {
    const server = serverOn(store)
    const room = freshRoom()
    expect(server.known(room)).toBe(0)
    expect(server.poll(room, 5)).toBe(1)
    expect(server.known(room)).toBe(1)
  })

  test('is the sum over all servers, in that room alone', async () => {
    const [one, other] = [serverOn(store), serverOn(store)]
    const [room, elsewhere] = [freshRoom(), freshRoom()]
    const pages = [open(one, room), open(one, room), open(one, elsewhere), open(other, room)]
    await eventually(async () => expect([one.known(room), other.known(room)]).toEqual([3, 3]))
    expect([one.known(elsewhere), other.known(elsewhere)]).toEqual([1, 0])
    pages[0]?.()
    await eventually(async () => expect([one.known(room), other.known(room)]).toEqual([2, 2]))
    pages[1]?.()
    await eventually(async () => expect(other.known(room)).toBe(1))
    for (const close of pages) close()
  })

  test('tells the store what changed in a room that is seldom polled, when another one is', async () => {
    const server = serverOn(store)
    const room = freshRoom()
    for (const _ of [1, 2, 3]) server.poll(room, LONG)
    const close = open(server, freshRoom())
    await eventually(async () => expect(await store.here(room, 'asks', 0, 1)).toBe(3))
    close()
  })

  test('gives a word that holds as long as the page that polls least often', async () => {
    const server = serverOn(store)
    const room = freshRoom()
    server.poll(room, 0.1)
    server.poll(room, LONG)
    const brief = freshRoom()
    await store.here(brief, 'brief', 1, 0.5)
    await eventually(async () => expect(await store.here(brief, 'asks', 0, 1)).toBe(0))
    expect(await store.here(room, 'asks', 0, 1)).toBeGreaterThan(0)
  })

  test('forgets a server whose pages poll no more', async () => {
    const [one, other] = [serverOn(store), serverOn(store)]
    const room = freshRoom()
    other.poll(room, 0.2)
    await eventually(async () => expect(await store.here(room, 'asks', 0, 1)).toBe(0))
    one.poll(room, LONG)
    expect([one.known(room), other.known(room)]).toEqual([1, 0])
  })

  test('keeps what it knew while the store fails, and says so once', async () => {
    const failing = await openStore(kind)
    const events: string[] = []
    const server = serverOn(failing, (event) => events.push(event))
    const room = freshRoom()
    await failing.here(room, 'other', 3, LONG)
    server.poll(room, LONG)
    await eventually(async () => expect(server.known(room)).toBe(4))
    await failing.close()
    for (let pages = 5; pages < 8; pages++) {
      server.poll(room, LONG)
      await eventually(async () => expect(server.known(room)).toBe(pages))
    }
    for (const _ of [1, 2, 3]) server.poll(freshRoom(), LONG)
    await Bun.sleep(0)
    expect(events).toEqual(['presence not told'])
  })

  test('counts its own pages where the store never answered', async () => {
    const closed = await openStore(kind)
    await closed.close()
    const server = serverOn(closed)
    const room = freshRoom()
    for (const _ of [1, 2]) server.poll(room, LONG)
    await eventually(async () => expect(server.known(room)).toBe(2))
  })
})

test('rooms that nobody polls take no room', async () => {
  const store = await openStore('sqlite')
  const server = serverOn(store)
  const maps = () => {
    Bun.gc(true)
    return heapStats().objectTypeCounts.Map ?? 0
  }
  const before = maps()
  for (let i = 0; i < 1000; i++) server.poll(freshRoom(), 0.1)
  const another = freshRoom()
  await eventually(async () => {
    server.poll(another, LONG)
    expect(maps()).toBeLessThan(before + 100)
  })
})

test('a count that stays is not written to SQLite again, and nothing stale is kept there', async () => {
  const path = join(freshFolder(), 'chat.sqlite')
  const store = openSqlite(path, { messages: 10, days: 1 })
  const db = new Database(path)
  const version = () => db.query<{ data_version: number }, []>('PRAGMA data_version').get()
  const written = async (room: string, server: string, pages: number, seconds: number) => {
    const before = version()?.data_version
    await store.here(room, server, pages, seconds)
    return version()?.data_version !== before
  }
  expect(await written('lobby', 'a', 2, 60)).toBe(true)
  for (const seconds of [60, 55, 65, 60])
    expect(await written('lobby', 'a', 2, seconds)).toBe(false)
  expect(await written('lobby', 'b', 0, 60)).toBe(false)
  expect(await written('lobby', 'a', 3, 60)).toBe(true)
  expect(await written('lobby', 'a', 3, 150)).toBe(true)
  expect(await written('lobby', 'a', 3, 10)).toBe(true)
  expect(await written('lobby', 'a', 0, 60)).toBe(true)

  await store.here('garden', 'gone', 1, 0.001)
  let pages = 0
  await eventually(async () => {
    await store.here('lobby', 'a', ++pages, 60)
    expect(db.query('SELECT room, server FROM here').all()).toEqual([
      { room: 'lobby', server: 'a' },
    ])
  })
})

test('rooms at random fill nothing: no more than 10,000 are counted at a time', async () => {
  const server = openPresence(await openStore('redis'), silent)
  for (let i = 0; i < 10_000; i++) expect(server.poll(`at-random-${i}`, 5)).toBe(1)
  expect(server.poll('one-more', 5)).toBe(0)
  expect(server.poll('at-random-0', 5)).toBeGreaterThan(0)
})

test.each([
  [1, 2, false],
  [19, 20, false],
  [20, 21, true],
  [20, 22, false],
  [20, 18, false],
  [1000, 1050, true],
  [1000, 1051, false],
  [1000, 949, false],
])('a page that was told of %d is told of %d: that it is the same is %p', (told, here, same) => {
  expect(isSame({ every: 5, here }, { every: 5, here: told })).toBe(same)
  expect(isSame({ every: 10, here }, { every: 5, here: told })).toBe(false)
})
