/** The promise that both stores keep (`src/chat/store.ts`). */
import { describe, expect, setSystemTime, test } from 'bun:test'
import fc from 'fast-check'
import { LAST_ID } from '../src/chat/message.ts'
import type { News, Receipt, Store } from '../src/chat/store.ts'
import { openRedis } from '../src/store/redis.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import { startRedis } from './with/redis.ts'
import { freshFile, freshRoom, KINDS, openStore, silent } from './with/stores.ts'
import { eventually } from './with/tab.ts'

const WHOLE = { after: 0, limit: 200 }

const say = async (store: Store, room: string, value: string) =>
  idOf(await store.append(room, { screenname: 'tester', value }))

const found = async (store: Store, room: string, id: number) => (await store.find(room, id)).found

const idOf = (receipt: Receipt) => ('id' in receipt ? receipt.id : Number.NaN)

const sayAll = async (store: Store, room: string, values: string[]) => {
  const ids: number[] = []
  for (const value of values) ids.push(await say(store, room, value))
  return ids
}

const idsOf = async (store: Store, room: string, range = WHOLE) =>
  (await store.read(room, range)).entries.map((entry) => entry.id)

describe.each(KINDS)('a store on %s', async (kind) => {
  const store = await openStore(kind)

  test('gives each message an id that is its time, and greater than all before it', async () => {
    const room = freshRoom()
    const before = Date.now() * 1000
    const ids = await Promise.all(Array.from({ length: 200 }, (_, i) => say(store, room, `${i}`)))
    expect(new Set(ids).size).toBe(200)
    expect(await idsOf(store, room)).toEqual(ids.toSorted((a, b) => a - b))
    expect(ids.every((id) => id >= before && id < before + 60e6)).toBe(true)
  })

  test('keeps texts whole, and equal texts apart', async () => {
    const room = freshRoom()
    const saying = { screenname: '"é\\ 👩‍👩‍👧 \u007f/', value: 'a\n\t"b\\ \u{10ffff} </é> %s {}' }
    await store.append(room, saying)
    await store.append(room, saying)
    const { entries } = await store.read(room, WHOLE)
    expect(entries).toMatchObject([{ said: saying }, { said: saying }])
  })

  test('reads the oldest entries after an id, and tells whether more wait', async () => {
    const room = freshRoom()
    const ids = await sayAll(store, room, ['a', 'b', 'c'])
    const first = await store.read(room, { after: 0, limit: 2 })
    expect(first).toMatchObject({
      cursor: ids[1],
      more: true,
      born: ids[0],
      head: ids[2],
      trimmed: 0,
    })
    expect(first.entries.map((entry) => entry.id)).toEqual(ids.slice(0, 2))
    const second = await store.read(room, { after: first.cursor, limit: 2 })
    expect(second).toMatchObject({ cursor: ids[2], more: false })
    expect(second.entries.map((entry) => entry.id)).toEqual(ids.slice(2))
  })

  test('reads the newest messages before an id, and tells whether older ones stand before them', async () => {
    const room = freshRoom()
    const ids = await sayAll(store, room, ['a', 'b', 'c', 'd'])
    const latest = await store.read(room, { before: LAST_ID, limit: 2 })
    expect(latest).toMatchObject({ more: true, head: ids[3] })
    expect(latest.entries.map((entry) => entry.id)).toEqual(ids.slice(2))
    const earlier = await store.read(room, { before: ids[2] as number, limit: 2 })
    expect(earlier.more).toBe(false)
    expect(earlier.entries.map((entry) => entry.id)).toEqual(ids.slice(0, 2))
  })

  test('finds messages behind any number of removals', async () => {
    const room = freshRoom()
    const kept = await say(store, room, 'kept')
    for (const id of await sayAll(store, room, Array(40).fill('gone'))) await store.remove(room, id)
    expect(await idsOf(store, room, { after: 0, limit: 1 })).toEqual([kept])
    const latest = await store.read(room, { before: LAST_ID, limit: 3 })
    expect(latest).toMatchObject({ entries: [{ id: kept }], more: false })
  })

  test('revises a message in its place, and appends the revision once for all its revisions', async () => {
    const room = freshRoom()
    const [id, other] = (await sayAll(store, room, ['first', 'other'])) as [number, number]
    expect(await store.revise(room, id, 'second')).toBe(true)
    expect(await store.revise(room, id, 'third')).toBe(true)
    const { entries, head } = await store.read(room, WHOLE)
    const message = { id, screenname: 'tester', value: 'third', revised: head }
    expect(entries).toEqual([
      { id, said: message },
      { id: other, said: { id: other, screenname: 'tester', value: 'other' } },
      { id: head, revised: message },
    ])
    expect(await found(store, room, id)).toEqual(message)
  })

  test('removes a message and its revisions, and appends the removal', async () => {
    const room = freshRoom()
    const id = await say(store, room, 'wrong')
    await store.revise(room, id, 'wrong again')
    expect(await store.remove(room, id)).toBe(true)
    const { entries, head } = await store.read(room, WHOLE)
    expect(entries).toEqual([{ id: head, removed: id }])
    expect(await found(store, room, id)).toBe('removed')
  })

  test('neither revises nor removes what is not there', async () => {
    const room = freshRoom()
    const id = await say(store, room, 'here')
    await store.remove(room, id)
    const before = await store.read(room, WHOLE)
    for (const absent of [id, id + 1, before.head]) {
      expect(await store.revise(room, absent, 'new')).toBe(false)
      expect(await store.remove(room, absent)).toBe(false)
    }
    expect((await store.read(room, WHOLE)).head).toBe(before.head)
    expect(await found(store, room, id + 1)).toBeUndefined()
  })

  test('appends once for a key, and says what the key was used for', async () => {
    const room = freshRoom()
    const saying = { screenname: 'tester', value: 'once' }
    const receipts = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        store.append(room, saying, { once: { key: 'k', print: i < 10 ? 'p' : 'q' } }),
      ),
    )
    expect(new Set(receipts.map(idOf)).size).toBe(1)
    const [id] = await idsOf(store, room)
    const used = receipts.filter((receipt) => 'print' in receipt)
    expect(used).toHaveLength(19)
    const { print } = used[0] as { print: string }
    expect(used).toEqual(Array(19).fill({ id, print }))
    const elsewhere = await store.append(freshRoom(), saying, { once: { key: 'k', print: 'p' } })
    expect(elsewhere).not.toHaveProperty('print')
  })

  test('tells keys apart that begin alike', async () => {
    const room = freshRoom()
    for (const key of ['a long beginning, 1', 'a long beginning, 2', 'a long b', 'a']) {
      const once = { key, print: key }
      const said = await store.append(room, { screenname: 'tester', value: key }, { once })
      expect(said).not.toHaveProperty('print')
      const again = await store.append(room, { screenname: 'tester', value: key }, { once })
      expect(again).toEqual({ id: idOf(said), print: key })
    }
  })

  test('tells of what is said together in several rooms, of each in order and without a gap', async () => {
    const rooms = [freshRoom(), freshRoom()] as const
    const told = new Map<string, News[]>(rooms.map((room) => [room, []]))
    for (const room of rooms) await store.watch(room, (news) => news && told.get(room)?.push(news))
    const receipts = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        store.append(
          rooms[i % 2] as string,
          { screenname: 'tester', value: `${i}` },
          { once: { key: `${i % 30}`, print: 'p' } },
        ),
      ),
    )
    for (const [i, room] of rooms.entries()) {
      let previous = 0
      await eventually(async () =>
        expect(told.get(room)?.at(-1)?.head).toBe(idOf(receipts[28 + i] as Receipt)),
      )
      const entries = (told.get(room) ?? []).flatMap((news) => {
        if (news.head <= previous) return []
        expect(news.previous).toBe(previous)
        previous = news.head
        return news.entries
      })
      expect(entries.map(({ id }) => id)).toEqual(await idsOf(store, room))
      expect(entries).toHaveLength(15)
    }
  })

  test('holds a client back who says more than a minute allows, in that room alone', async () => {
    const room = freshRoom()
    const append = (client: string, key: string, where = room) =>
      store.append(
        where,
        { screenname: 'tester', value: 'again' },
        { once: { key, print: 'p' }, pace: { client, perMinute: 3 } },
      )
    for (const key of ['a', 'b', 'c']) expect(await append('one', key)).toHaveProperty('id')
    const { wait } = (await append('one', 'd')) as { wait: number }
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(20e6)
    expect(await append('one', 'a')).toHaveProperty('print')
    // Nothing was kept of what was refused.
    expect(await append('two', 'd')).not.toHaveProperty('print')
    expect(await append('one', 'f', freshRoom())).toHaveProperty('id')
    expect(await idsOf(store, room)).toHaveLength(4)
  })

  test('lists the rooms lately spoken in, the latest first', async () => {
    const [quiet, busy] = [freshRoom(), freshRoom()]
    await sayAll(store, busy, ['a'])
    const [wrong] = await sayAll(store, quiet, ['b', 'c'])
    const id = await say(store, busy, 'd')
    await store.remove(quiet, wrong as number)
    const rooms = await store.rooms(2)
    expect(rooms.map(({ room }) => room)).toEqual([busy, quiet])
    expect(rooms[0]?.spoken).toBe(id)
  })

  test('puts in what came to a room elsewhere, unless the room is elsewhere by now, and tells who watches', async () => {
    const [room, heard] = [freshRoom(), [] as unknown[]]
    const stop = await store.watch(room, (news) => heard.push(news))
    const saying = { screenname: 'tester', value: 'before' }
    const now = Date.now() * 1000
    const moved = [5, 6, 7].map((i) => ({ id: now + i, said: { id: now + i, ...saying } }))
    const news = { previous: 0, born: now + 5, head: now + 7, trimmed: now + 1, entries: moved }
    expect(await store.restore(room, { ...news, spoken: now + 7 })).toBe(true)
    expect(await store.restore(room, { ...news, spoken: now + 7 })).toBe(false)
    const mended = { id: now + 5, ...saying, value: 'after', revised: now + 8 }
    const more = {
      ...{ previous: now + 7, born: now + 5, head: now + 10, trimmed: now + 1 },
      entries: [
        { id: now + 8, revised: mended },
        { id: now + 9, removed: now + 6 },
      ],
    }
    expect(await store.restore(room, { ...more, spoken: now + 7 })).toBe(true)
    const stretch = await store.read(room, WHOLE)
    const left = moved.slice(2)
    expect(stretch.entries).toEqual([{ id: now + 5, said: mended }, ...left, ...more.entries])
    expect(stretch).toMatchObject({ born: now + 5, head: now + 10, trimmed: now + 1 })
    await eventually(async () => expect(heard).toEqual(expect.arrayContaining([news, more])))
    stop()
  })

  test('adds up the polls of a room, whoever tells of them', async () => {
    const room = freshRoom()
    const poll = (pages: number) => ({ ago: 10, every: 60, pages })
    expect(await store.here(room, [poll(1), poll(1)], 1)).toBe(2)
    expect(await store.here(room, [poll(3), { ...poll(1), every: 600 }], 1)).toBe(6)
    expect(await store.here(freshRoom(), [poll(1)], 1)).toBe(1)
    expect(await store.here(room, [], 1)).toBe(6)
  })

  test('takes a page as one, whatever it polls and when, though what is told comes a slot late', async () => {
    const page = fc.record({
      phase: fc.double({ min: 0, max: 1, noNaN: true }),
      every: fc.constantFrom(1, 3, 5, 10, 15, 40, 60, 3600),
    })
    const pages = fc.array(page, { minLength: 1, maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(pages, fc.constantFrom(0, 2.5), async (pages, late) => {
        const room = freshRoom()
        const polls = pages.flatMap(({ phase, every }) =>
          [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => ({
            ago: late + (phase + i) * every,
            every,
            pages: 1,
          })),
        )
        const counts: number[] = []
        for (let i = 0; i < polls.length; i += 7)
          counts.push(await store.here(room, polls.slice(i, i + 7), 2.5))
        expect(counts.at(-1)).toBe(pages.length)
      }),
      { numRuns: 50 },
    )
  })

  test('counts a page until its next poll, and no more three slots later', async () => {
    const room = freshRoom()
    expect(await store.here(room, [{ ago: 13.1, every: 10, pages: 9 }], 1)).toBe(0)
    expect(await store.here(room, [{ ago: 11, every: 10, pages: 9 }], 1)).toBeGreaterThan(4)
    expect(await store.here(room, [{ ago: 0.5, every: 0.5, pages: 1 }], 0.1)).toBe(1)
    await eventually(async () => expect(await store.here(room, [], 0.1)).toBe(0))
  })

  test('knows nothing of a room in which nothing was said', async () => {
    const stretch = await store.read(freshRoom(), WHOLE)
    expect(stretch).toMatchObject({
      entries: [],
      cursor: 0,
      more: false,
      born: 0,
      head: 0,
      trimmed: 0,
    })
    expect(Math.abs(stretch.now - Date.now() * 1000)).toBeLessThan(60e6)
  })
})

test('a key counts for 24 hours on sqlite, and no more after them', async () => {
  const store = await openStore('sqlite')
  const append = () =>
    store.append(
      'lobby',
      { screenname: 'tester', value: 'once' },
      { once: { key: 'k', print: 'p' } },
    )
  const [now, day, minute] = [Date.now(), 86_400_000, 60_000]
  const said = await append()
  try {
    setSystemTime(now + day - minute)
    expect(await append()).toEqual({ id: idOf(said), print: 'p' })
    setSystemTime(now + day + minute)
    expect(await append()).not.toHaveProperty('print')
  } finally {
    setSystemTime()
  }
})

describe.each(KINDS)('servers on %s', async (kind) => {
  // A store of its own: whoever leads, leads for all.
  const [redis, file] = [await startRedis(), freshFile()]
  const keep = { messages: 10, days: 1 }
  const open = () =>
    kind === 'redis' ? openRedis(redis.url, keep, silent) : openSqlite(file, keep)
  const [one, other] = [await open(), await open()]

  test('have one that leads, until it gives that back, or is not heard of any more', async () => {
    expect(await other.lead('b', 0)).toBe(true)
    expect(await one.lead('a', 60)).toBe(true)
    expect(await other.lead('b', 60)).toBe(false)
    expect(await other.lead('b', 0)).toBe(false)
    expect(await one.lead('a', 60)).toBe(true)
    expect(await one.lead('a', 0)).toBe(true)
    expect(await other.lead('b', 0.3)).toBe(true)
    expect(await one.lead('a', 60)).toBe(false)
    await eventually(async () => expect(await one.lead('a', 60)).toBe(true))
    expect(await other.lead('b', 60)).toBe(false)
    expect(await one.lead('a', 0)).toBe(true)
  })

  test('share what the one that leads notes, and no other notes anything', async () => {
    const noted = async () => Object.fromEntries(await other.notes())
    expect(await noted()).toEqual({})
    await one.lead('a', 60, { x: '1', y: '{"é":2}' })
    expect(await other.lead('b', 60, { x: 'wrong', y: '' })).toBe(false)
    expect(await noted()).toEqual({ x: '1', y: '{"é":2}' })
    await one.lead('a', 60, { x: '2', y: '', z: '' })
    expect(await noted()).toEqual({ x: '2' })
    await one.lead('a', 0, { x: '3' })
    expect(await noted()).toEqual({ x: '3' })
  })
})

describe.each(KINDS)('a store on %s that keeps five messages', async (kind) => {
  const store = await openStore(kind, { messages: 5 })

  test('trims the oldest, and notes how far', async () => {
    const room = freshRoom()
    const ids = await sayAll(store, room, ['a', 'b', 'c', 'd', 'e', 'f', 'g'])
    const stretch = await store.read(room, WHOLE)
    expect(stretch.entries.map((entry) => entry.id)).toEqual(ids.slice(2))
    expect(stretch).toMatchObject({ trimmed: ids[1], head: ids[6] })
    expect(await found(store, room, ids[0] as number)).toBeUndefined()
  })

  test('trims no message for a revision or a removal', async () => {
    const room = freshRoom()
    const ids = (await sayAll(store, room, ['a', 'b', 'c', 'd', 'e'])) as [number, number, number]
    await store.revise(room, ids[1], 'new')
    await store.remove(room, ids[2])
    const stretch = await store.read(room, { before: LAST_ID, limit: 200 })
    expect(stretch.entries).toHaveLength(4)
    expect(stretch.trimmed).toBe(0)
  })

  test('keeps at most twice as many entries, whatever they are', async () => {
    const room = freshRoom()
    for (let i = 0; i < 30; i++) await store.remove(room, await say(store, room, 'gone'))
    const stretch = await store.read(room, WHOLE)
    expect(stretch.entries).toHaveLength(10)
    expect(stretch.trimmed).toBeGreaterThan(0)
  })
})

describe.each(KINDS)('a store on %s that keeps messages for three seconds', async (kind) => {
  const store = await openStore(kind, { days: 3 / 86_400 })

  test('trims by age, also where nobody speaks any more, and still knows where the room stood', async () => {
    const [read, unread] = [freshRoom(), freshRoom()]
    const id = await say(store, read, 'old')
    const last = await say(store, unread, 'old')
    await Bun.sleep(3200)
    expect(await store.read(read, WHOLE)).toMatchObject({ entries: [], head: id, trimmed: id })
    expect(await found(store, read, id)).toBeUndefined()
    for (const room of [freshRoom(), freshRoom()]) await say(store, room, 'new')
    expect(await store.read(unread, WHOLE)).toMatchObject({
      entries: [],
      head: last,
      trimmed: last,
    })
    const next = await say(store, unread, 'new')
    expect(await idsOf(store, unread)).toEqual([next])
    expect((await store.rooms(200)).map(({ room }) => room)).not.toContain(read)
  })
})
