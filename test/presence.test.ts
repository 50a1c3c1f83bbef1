/** How many are here, whatever server each poll goes to (`src/chat/presence.ts`). */
import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { openPresence, type Presence } from '../src/chat/presence.ts'
import type { Store } from '../src/chat/store.ts'
import { isSame } from '../src/http/pulse.ts'
import { freshFile, freshRoom, KINDS, openStore, silent } from './with/stores.ts'
import { eventually } from './with/tab.ts'

const SLOT = 1
/** A poll with this stands for a page that stays open throughout the test. */
const LONG = 60

const serverOn = (store: Store) => openPresence(store, { slotSeconds: SLOT })

/** Servers behind a balancer, which gives each in turn one poll. */
function inTurn(servers: Presence[]): Pick<Presence, 'poll'> {
  let polls = 0
  const next = () => servers[polls++ % servers.length] as Presence
  return { poll: (room, every) => next().poll(room, every) }
}

/**
 * A page that polls until it is closed; `told` is what it was answered since `listen`. As in a browser, a poll that is late
 * makes the next ones no later.
 */
function open(server: Pick<Presence, 'poll'>, room: string, every = SLOT) {
  const told = new Set<number>()
  const began = performance.now()
  let timer: Timer
  let polls = 0
  const poll = () => {
    told.add(server.poll(room, every))
    polls += 1
    timer = setTimeout(poll, began + polls * every * 1000 - performance.now())
  }
  poll()
  return { told, close: () => clearTimeout(timer) }
}

/** As many pages, which poll at different times. */
async function openAll(pages: number, server: Pick<Presence, 'poll'>, room: string, every = SLOT) {
  const opened: ReturnType<typeof open>[] = []
  for (let page = 0; page < pages; page++) {
    opened.push(open(server, room, every))
    await Bun.sleep((every * 1000) / pages)
  }
  return opened
}

/** What any of the pages is told in so many slots. */
async function toldIn(pages: ReturnType<typeof open>[], slots = 8): Promise<number[]> {
  for (const { told } of pages) told.clear()
  await Bun.sleep(slots * SLOT * 1000)
  return [...new Set(pages.flatMap(({ told }) => [...told]))].sort()
}

/**
 * Throughout some stretch of so many slots, all are told this and nothing else. Where the machine stands still, polls come
 * late, and then another stretch shows it.
 */
const untilTold = (pages: ReturnType<typeof open>[], count: number, slots?: number) =>
  eventually(async () => expect(await toldIn(pages, slots)).toEqual([count]))

describe.each(KINDS)('presence on %s', async (kind) => {
  const file = freshFile()
  /** Each over a connection of its own. */
  const openServers = async (servers: number) =>
    Promise.all(
      Array.from({ length: servers }, async () =>
        serverOn(await openStore(kind, {}, silent, file)),
      ),
    )
  const store = await openStore(kind, {}, silent, file)
  const counted = (room: string) => store.here(room, [], SLOT)

  test.concurrent.each([1, 2, 3, 4])(
    'a page that polls %d servers in turn is one',
    async (servers) => {
      const room = freshRoom()
      const all = await openServers(servers)
      const page = open(inTurn(all), room)
      await eventually(async () => {
        for (const server of all) expect(server.known(room)).toBe(1)
      })
      await untilTold([page], 1)
      page.close()
    },
  )

  test.concurrent('seven pages over three servers in turn are seven, and stay seven', async () => {
    const room = freshRoom()
    const servers = await openServers(3)
    const pages = await openAll(7, inTurn(servers), room)
    await eventually(async () => expect(await counted(room)).toBe(7))
    await toldIn(pages, 2)
    await untilTold(pages, 7)
    pages[0]?.close()
    await eventually(async () => {
      for (const server of servers) expect(server.known(room)).toBe(6)
    })
    for (const { close } of pages) close()
    await eventually(async () => expect(await counted(room)).toBe(0))
  })

  test.concurrent('pages count the same, however often each one polls', async () => {
    const room = freshRoom()
    const balancer = inTurn(await openServers(2))
    const seldom = await openAll(3, balancer, room, 12 * SLOT)
    const often = await openAll(4, balancer, room)
    await eventually(async () => expect(await counted(room)).toBe(7))
    await toldIn(often, 4)
    await untilTold(often, 7, 13)
    for (const { close } of [...seldom, ...often]) close()
  })

  test.concurrent('a server that another takes the place of leaves nothing behind', async () => {
    const room = freshRoom()
    const servers = await openServers(2)
    const pages = await openAll(5, inTurn(servers), room)
    await eventually(async () => expect(await counted(room)).toBe(5))
    for (let deploys = 0; deploys < 3; deploys++) {
      await eventually(async () => {
        const [next] = (await openServers(1)) as [Presence]
        servers[0] = next
        for (let looks = 0; looks < 8; looks++) {
          expect(await counted(room)).toBe(5)
          await Bun.sleep((SLOT * 1000) / 2)
        }
        expect(next.known(room)).toBe(5)
      })
    }
    for (const { close } of pages) close()
  })

  test.concurrent('what waits in a room is told, though nobody polls there any more', async () => {
    const server = serverOn(store)
    const room = freshRoom()
    for (let pages = 0; pages < 200; pages++) server.poll(room, LONG)
    expect(await counted(room)).toBeLessThan(200)
    await eventually(async () => expect(await counted(room)).toBe(200))
    expect(server.known(room)).toBe(200)
  })

  test.concurrent('keeps what it knew while the store fails', async () => {
    const failing = await openStore(kind)
    const server = serverOn(failing)
    const room = freshRoom()
    await failing.here(room, [{ ago: 10, every: LONG, pages: 3 }], SLOT)
    const page = open(server, room)
    await eventually(async () => expect(server.known(room)).toBe(4))
    await failing.close()
    expect(await toldIn([page])).toEqual([4])
    page.close()
  })

  test.concurrent('where many poll, the store is told of a room about once a slot', async () => {
    const room = freshRoom()
    let tells = 0
    const telling: Store = {
      ...store,
      here: (...told) => {
        tells += 1
        return store.here(...told)
      },
    }
    const balancer = inTurn([1, 2, 3].map(() => serverOn(telling)))
    let polls = 0
    const poll: Presence['poll'] = (...polled) => {
      polls += 1
      return balancer.poll(...polled)
    }
    const pages = await openAll(300, { poll }, room)
    await toldIn(pages)
    await eventually(async () => expect(await counted(room)).toBeWithin(285, 316))
    expect(tells).toBeLessThan(polls / 2)
    for (const { close } of pages) close()
  })
})

test.concurrent('knows nothing of a room that nobody polls', async () => {
  const server = serverOn(await openStore('sqlite'))
  const [room, another] = [freshRoom(), freshRoom()]
  expect(server.known(room)).toBe(0)
  await eventually(async () => {
    server.poll(room, SLOT)
    expect(server.known(room)).toBeGreaterThan(0)
  })
  await eventually(async () => {
    server.poll(another, SLOT)
    expect(server.known(room)).toBe(0)
  })
})

test.concurrent('SQLite keeps no poll that counts no more', async () => {
  const file = freshFile()
  const store = await openStore('sqlite', {}, silent, file)
  const db = new Database(file)
  await store.here('garden', [{ ago: 0, every: 0.1, pages: 1 }], 0.1)
  await eventually(async () => {
    await store.here('lobby', [{ ago: 0, every: LONG, pages: 1 }], 0.1)
    expect(db.query('SELECT DISTINCT room FROM polls').all()).toEqual([{ room: 'lobby' }])
  })
})

test.concurrent('rooms at random fill nothing: no more than 10,000 are counted at a time', async () => {
  const store = await openStore('redis')
  const server = serverOn(store)
  const one = freshRoom()
  for (let i = 0; i < 10_000; i++) server.poll(`at-random-${i}`, 0.1)
  server.poll(one, LONG)
  await eventually(() => store.ready())
  await Bun.sleep(2 * SLOT * 1000)
  expect(await store.here(one, [], SLOT)).toBe(0)
  await eventually(async () => {
    server.poll(one, LONG)
    expect(server.known(one)).toBeGreaterThan(0)
  })
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
