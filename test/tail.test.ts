/** Rooms whose end is kept in the process: nothing is lost or doubled by it, whatever happens between servers. */
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { createClient } from 'redis'
import { type Chat, openChat, type Page } from '../src/chat/chat.ts'
import { Unreachable } from '../src/chat/store.ts'
import { openRedis } from '../src/store/redis.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import { atEnd } from './with/end.ts'
import { freshFolder } from './with/folder.ts'
import { type Fault, openProxy } from './with/proxy.ts'
import { startRedis } from './with/redis.ts'
import { stopwatch } from './with/stopwatch.ts'
import { freshFile, freshRoom, KINDS, type Kind, silent } from './with/stores.ts'
import { eventually } from './with/tab.ts'

const KEEP = { messages: 10_000, days: 90 }
const LIMITS = { messageLength: 1000, perMinute: 0 }

/** Servers on one Redis, each behind a proxy of its own. */
async function openServers(count: number) {
  const onDisk = ['--appendonly', 'yes', '--dir', freshFolder()]
  const redis = await startRedis(...onDisk)
  const admin = await createClient({ url: redis.url }).on('error', silent).connect()
  atEnd(() => admin.destroy())
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const proxy = await openProxy(redis.url)
      const store = await openRedis(proxy.url, KEEP, silent)
      return { proxy, store, chat: openChat(store, LIMITS) }
    }),
  )
  return { redis, onDisk, admin, servers }
}

const say = async (chat: Chat, room: string, value: string) =>
  (await chat.say(room, { screenname: 'tester', value, author: 'tester' })).message

/** A poll that is asked again where the store is late, as it is on a busy machine, and says so. */
async function followed(chat: Chat, room: string, after: number, limit: number): Promise<Page> {
  for (;;) {
    try {
      return await chat.follow(room, after, limit)
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error
      await Bun.sleep(20)
    }
  }
}

/** Folds one poll into what a reader holds, who may get nothing twice. */
async function poll(chat: Chat, room: string, reader: Reader, limit: number): Promise<boolean> {
  const page = await followed(chat, room, reader.cursor, limit)
  // Who had nothing yet misses nothing by what was cleared away.
  expect(page.missed && !page.cleared && reader.cursor > 0).toBe(false)
  expect(page.reset).toBe(false)
  expect(page.cursor).toBeGreaterThanOrEqual(reader.cursor)
  if (page.cleared) reader.held.clear()
  for (const { id, value } of page.messages) {
    expect(reader.held.has(id)).toBe(false)
    reader.held.set(id, value)
  }
  for (const { id, value } of page.revised) if (reader.held.has(id)) reader.held.set(id, value)
  for (const id of page.removed) reader.held.delete(id)
  reader.notice = page.rules?.notice
  reader.cursor = page.cursor
  return page.more
}

type Reader = { cursor: number; held: Map<number, string>; notice?: string }

const SERVERS = 3
const server = fc.nat(SERVERS - 1)
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('say' as const), server }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('revise', 'remove'), server, which: fc.nat(5) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('clear', 'rule', 'sweep'), server }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('poll' as const),
      server,
      reader: fc.nat(2),
      limit: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('break' as const),
      server,
      fault: fc.constantFrom<Fault>('none', 'none', 'lost', 'twice', 'silent'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('repeat', 'cut') }) },
)

test('three servers on one Redis give each reader everything once, whatever becomes of what they tell each other', async () => {
  const { admin, servers } = await openServers(SERVERS)
  const at = (i: number) => servers[i] as (typeof servers)[number]
  let faults = 0
  let said = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 80 }), async (steps) => {
      const room = freshRoom()
      const channel = `chat:{${room}}:news:0`
      const told: string[] = []
      const recorder = await admin.duplicate().on('error', silent).connect()
      await recorder.sSubscribe(channel, (text) => told.push(text))
      const truth = new Map<number, string>()
      let notice: string | undefined
      const readers = [0, 1, 2].map((): Reader => ({ cursor: 0, held: new Map() }))
      for (const [i, next] of steps.entries()) {
        if ('fault' in next) at(next.server).proxy.set(next.fault)
        if (next.do === 'repeat') for (const old of [...told]) await admin.sPublish(channel, old)
        if (next.do === 'cut') await admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub'])
        if (['break', 'repeat', 'cut'].includes(next.do)) faults += 1
        if ('limit' in next)
          await poll(at(next.server).chat, room, readers[next.reader] as Reader, next.limit)
        if (next.do === 'say') {
          said += 1
          const { id } = await say(at(next.server).chat, room, `said ${i}`)
          truth.set(id, `said ${i}`)
        }
        if (next.do === 'clear') {
          await at(next.server).chat.moderating.clear(room, 'key')
          truth.clear()
        }
        if (next.do === 'rule') {
          notice = `rule ${i}`
          const rules = { slowSeconds: 0, isReadOnly: false, notice }
          await at(next.server).chat.moderating.rule(room, rules, 'key')
        }
        if (next.do === 'sweep') {
          const [id] = truth.keys()
          if (id === undefined) continue
          await at(next.server).chat.moderating.sweep(room, id, 'key')
          truth.clear()
        }
        if ('which' in next) {
          const id = [...truth.keys()].at(-1 - next.which)
          if (id === undefined) continue
          const { chat } = at(next.server)
          if (next.do === 'revise') {
            await chat.revise(room, id, { value: `new ${i}`, author: 'tester' })
            truth.set(id, `new ${i}`)
          } else {
            await chat.remove(room, id, 'tester')
            truth.delete(id)
          }
        }
      }
      for (const [i, reader] of readers.entries())
        for (const { chat } of [at(i), at((i + 1) % SERVERS)])
          await eventually(async () => {
            while (await poll(chat, room, reader, 3));
            expect([...reader.held].sort(([a], [b]) => a - b)).toEqual([...truth])
            expect(reader.notice).toBe(notice)
          })
      for (const { chat } of servers) {
        const { messages } = await chat.latest(room, 200)
        expect(messages.map(({ id, value }) => [id, value])).toEqual([...truth])
      }
      for (const { proxy } of servers) proxy.set('none')
      recorder.destroy()
    }),
    { numRuns: 30, endOnFailure: true },
  )
  console.log(`${said} messages, ${faults} faults between servers`)
  expect(faults).toBeGreaterThan(50)
})

test('what another server said comes soon, though the subscription says nothing', async () => {
  const { servers } = await openServers(2)
  const [here, there] = servers as [(typeof servers)[0], (typeof servers)[0]]
  for (const fault of ['silent', 'lost'] as const) {
    const room = freshRoom()
    const { id } = await say(here.chat, room, 'one')
    // Its first answer comes before it is listened for.
    await eventually(async () => {
      expect((await followed(there.chat, room, 0, 50)).cursor).toBe(id)
      expect(there.chat.isEnd(room, id)).toBe(true)
    })
    there.proxy.set(fault)
    const next = await say(here.chat, room, 'two')
    const took = stopwatch()
    while ((await followed(there.chat, room, id, 50)).cursor !== next.id) await Bun.sleep(20)
    expect(took()).toBeLessThan(2000)
    there.proxy.set('none')
  }
})

test('a cursor from another server is never too new, however little was heard from there', async () => {
  const { servers } = await openServers(2)
  const [here, there] = servers as [(typeof servers)[0], (typeof servers)[0]]
  const room = freshRoom()
  await followed(there.chat, room, 0, 50)
  there.proxy.set('lost')
  for (let i = 0; i < 50; i++) {
    const { id } = await say(here.chat, room, `${i}`)
    const pages = await Promise.all([1, 2, 3].map(() => followed(there.chat, room, id, 50)))
    for (const page of pages) expect(page).toMatchObject({ cursor: id, reset: false, messages: [] })
    expect(there.chat.isEnd(room, id)).toBe(true)
  }
})

test('a Redis that comes back with what it had, or with nothing, is what readers are told', async () => {
  const { redis, onDisk, servers } = await openServers(1)
  const [{ chat } = servers[0] as (typeof servers)[0]] = servers
  const room = freshRoom()
  const { id } = await say(chat, room, 'one')
  expect((await followed(chat, room, 0, 50)).cursor).toBe(id)
  const port = new URL(redis.url).port
  await redis.stop()
  await eventually(async () => expect(chat.isEnd(room, id)).toBe(false))
  await expect(chat.follow(room, id, 50)).rejects.toThrow('cannot be reached')
  const same = await startRedis(...onDisk, '--port', port)
  await eventually(async () =>
    expect(await followed(chat, room, 0, 50)).toMatchObject({ reset: false, messages: [{ id }] }),
  )
  const { id: next } = await say(chat, room, 'two')
  expect((await followed(chat, room, id, 50)).messages).toMatchObject([{ id: next }])
  await same.stop()
  const empty = await startRedis('--port', port)
  await eventually(async () =>
    expect(await followed(chat, room, id, 50)).toMatchObject({
      reset: true,
      messages: [],
      cursor: 0,
    }),
  )
  await empty.stop()
})

describe.each(KINDS)('on %s', async (kind: Kind) => {
  const url = kind === 'redis' ? (await startRedis()).url : freshFile()
  const open = async () => (kind === 'redis' ? openRedis(url, KEEP, silent) : openSqlite(url, KEEP))

  test('what is heard while the store fails to answer is known all the same', async () => {
    const store = await open()
    const room = freshRoom()
    let isFailing = false
    const stand = async (name: string) => {
      if (!isFailing) return store.stand(name)
      await store.append(room, { screenname: 'tester', value: 'two' })
      throw new Unreachable(new Error('no answer'))
    }
    const chat = openChat({ ...store, stand }, LIMITS)
    const { id } = await say(chat, room, 'one')
    await eventually(async () => {
      await followed(chat, room, id, 50)
      expect(chat.isEnd(room, id)).toBe(true)
    })
    isFailing = true
    await expect(chat.follow(room, id + 60e6, 50)).rejects.toThrow('cannot be reached')
    isFailing = false
    expect((await chat.follow(room, id, 50)).messages).toMatchObject([{ value: 'two' }])
    await store.close()
  })

  test('the latest page is read once, though nothing but removals came after it', async () => {
    const store = await open()
    const room = freshRoom()
    let pages = 0
    const read: typeof store.read = (room, range) => {
      if ('before' in range) pages += 1
      return store.read(room, range)
    }
    const before = openChat(store, LIMITS)
    for (let i = 0; i < 60; i++) await say(before, room, `${i}`)
    const spam = { screenname: 'spammer', value: 'spam', author: 'spammer' }
    const said = Array.from({ length: 300 }, () => store.append(room, spam))
    const [{ id }] = (await Promise.all(said)) as [{ id: number }]
    expect(await before.moderating.sweep(room, id, 'key')).toBe(300)
    const chat = openChat({ ...store, read }, LIMITS)
    const latest = async () => (await chat.latest(room, 50)).messages.map(({ value }) => value)
    const last = Array.from({ length: 50 }, (_, i) => `${i + 10}`)
    for (let visit = 0; visit < 5; visit++) expect(await latest()).toEqual(last)
    expect(pages).toBe(1)
    await say(chat, room, 'next')
    expect(await latest()).toEqual([...last.slice(1), 'next'])
    await store.close()
  })

  test('what this server says is read at once, without the store', async () => {
    const store = await open()
    const chat = openChat(store, LIMITS)
    const room = freshRoom()
    await followed(chat, room, 0, 50)
    for (let i = 0; i < 100; i++) {
      const { id } = await say(chat, room, `${i}`)
      expect((await followed(chat, room, id - 1, 50)).messages.map(({ id }) => id)).toEqual([id])
      await chat.revise(room, id, { value: 'new', author: 'tester' })
      expect((await followed(chat, room, id, 50)).revised).toMatchObject([{ id, value: 'new' }])
      const { cursor } = await chat.latest(room, 1)
      await chat.remove(room, id, 'tester')
      expect((await followed(chat, room, cursor, 50)).removed).toEqual([id])
    }
    await store.close()
  })

  test('what this server says is read at once, whatever another said before of which it heard nothing', async () => {
    const [one, two] = [await open(), await open()]
    const room = freshRoom()
    let isDeaf = false
    const watch: typeof one.watch = (room, hear) => one.watch(room, (news) => isDeaf || hear(news))
    const [here, there] = [openChat({ ...one, watch }, LIMITS), openChat(two, LIMITS)]
    for (let i = 0; i < 30; i++) {
      isDeaf = true
      const { id: foreign } = await say(there, room, `there ${i}`)
      await eventually(async () =>
        expect((await here.follow(room, foreign - 1, 50)).cursor).toBe(foreign),
      )
      isDeaf = false
      const { id } = await say(here, room, `here ${i}`)
      expect((await here.follow(room, foreign, 50)).cursor).toBe(id)
    }
    await Promise.all([one.close(), two.close()])
  })

  test('what holds in a room is told, though what said so was cleared away unheard', async () => {
    const [one, two] = [await open(), await open()]
    const room = freshRoom()
    let isDeaf = false
    const watch: typeof one.watch = (room, hear) => one.watch(room, (news) => isDeaf || hear(news))
    const [here, there] = [openChat({ ...one, watch }, LIMITS), openChat(two, LIMITS)]
    const { id } = await say(here, room, 'one')
    isDeaf = true
    const rules = { slowSeconds: 0, isReadOnly: false, notice: 'be kind' }
    await there.moderating.rule(room, rules, 'key')
    await there.moderating.clear(room, 'key')
    await eventually(async () =>
      expect(await here.follow(room, id, 50)).toMatchObject({ cleared: true, rules }),
    )
    await Promise.all([one.close(), two.close()])
  })

  test('a room of any length is read the same as from the store', async () => {
    const store = await open()
    const chat = openChat(store, LIMITS)
    const room = freshRoom()
    const ids: number[] = []
    for (let i = 0; i < 700; i++) {
      await chat.latest(room, 1)
      ids.push((await say(chat, room, `${i}`)).id)
      if (i % 7 === 3) await chat.remove(room, ids.at(-3) as number, 'tester')
      if (i % 5 === 3)
        await chat.revise(room, ids.at(-2) as number, { value: `new ${i}`, author: 'tester' })
    }
    const fresh = openChat({ ...store, watch: () => Promise.reject(new Error('not told')) }, LIMITS)
    for (let i = 0; i < ids.length; i += 13)
      for (const limit of [1, 50, 200]) {
        const id = ids[i] as number
        expect(await followed(chat, room, id, limit)).toEqual(await fresh.follow(room, id, limit))
        expect(await chat.earlier(room, id, limit)).toEqual(await fresh.earlier(room, id, limit))
        expect(await chat.latest(room, limit)).toEqual(await fresh.latest(room, limit))
      }
    await store.close()
  })
})

test('ten thousand polls that find nothing cost Redis next to nothing', async () => {
  const { admin, servers } = await openServers(1)
  const [{ chat } = servers[0] as (typeof servers)[0]] = servers
  const room = freshRoom()
  const { id } = await say(chat, room, 'one')
  await followed(chat, room, id, 50)
  const commands = async () =>
    Number(/total_commands_processed:(\d+)/.exec(await admin.info('stats'))?.[1])
  const before = await commands()
  for (let i = 0; i < 100; i++)
    await Promise.all(Array.from({ length: 100 }, () => followed(chat, room, id, 50)))
  expect((await commands()) - before).toBeLessThanOrEqual(20)
})

test('rooms are forgotten, the longest unread first, where they would take too much memory', async () => {
  const redis = await startRedis()
  const store = await openRedis(redis.url, KEEP, silent)
  const chat = openChat(store, { ...LIMITS, tailBytes: 2 ** 20 })
  const admin = await createClient({ url: redis.url }).on('error', silent).connect()
  const [first, last] = [freshRoom(), freshRoom()]
  const { id } = await say(chat, first, 'one')
  for (let i = 0; i < 1000; i++) await chat.latest(freshRoom(), 1)
  const { id: lastId } = await say(chat, last, 'one')
  await eventually(async () => {
    await chat.latest(last, 1)
    expect(chat.isEnd(last, lastId)).toBe(true)
  })
  const listened = async () => ((await admin.sendCommand(['PUBSUB', 'SHARDCHANNELS'])) as []).length
  await eventually(async () => expect(await listened()).toBeWithin(100, 300))
  expect(chat.isEnd(first, id)).toBe(false)
  expect((await followed(chat, first, 0, 50)).cursor).toBe(id)
  const long = Array.from({ length: 20 }, freshRoom)
  for (const room of long) for (let j = 0; j < 100; j++) await say(chat, room, 'x'.repeat(1000))
  // What is forgotten is forgotten once: else the bound would move.
  for (let times = 0; times < 3; times++) {
    for (const room of [...long, ...Array.from({ length: 300 }, freshRoom)])
      await chat.latest(room, 50)
    for (const room of long) await chat.latest(room, 50)
    await eventually(async () => expect(await listened()).toBeLessThan(5))
  }
  admin.destroy()
  await store.close()
})

test('an answer that is asked for in ever new ways takes no more memory than that', async () => {
  const store = { ...openSqlite(freshFile(), KEEP), isFresh: () => true }
  const chat = openChat(store, { ...LIMITS, tailBytes: 2 ** 20 })
  const [room, other] = [freshRoom(), freshRoom()]
  const ids: number[] = []
  for (let i = 0; i < 20; i++) ids.push((await say(chat, room, 'x'.repeat(1000))).id)
  // Its first answer comes before it is listened for.
  for (const name of [other, other, room]) await chat.latest(name, 50)
  const isKept = () => chat.isEnd(other, 0)
  expect(isKept()).toBe(true)
  for (let before = 0; before < 20; before++)
    await followed(chat, room, (ids[0] as number) - before - 1, 50)
  expect(isKept()).toBe(false)
})

test('the databases of one Redis tell each other nothing', async () => {
  const { url } = await startRedis()
  const [one, two] = await Promise.all(
    ['', '/1', '/2'].map(async (path) =>
      openChat(await openRedis(url + path, KEEP, silent), LIMITS),
    ),
  )
  const room = freshRoom()
  await eventually(async () => {
    await one?.follow(room, 0, 50)
    expect(one?.isEnd(room, 0)).toBe(true)
  })
  await say(two as Chat, room, 'said in another')
  await Bun.sleep(50)
  expect(one?.isEnd(room, 0)).toBe(true)
  expect((await one?.follow(room, 0, 50))?.messages).toEqual([])
  expect((await two?.follow(room, 0, 50))?.messages).toHaveLength(1)
})

test('a room that is forgotten and read again is heard again', async () => {
  const { url } = await startRedis()
  const [here, there] = await Promise.all([1, 2].map(() => openRedis(url, KEEP, silent)))
  const room = freshRoom()
  for (let i = 0; i < 20; i++) {
    const stop = await here?.watch(room, () => {})
    const heard: number[] = []
    stop?.()
    await here?.watch(room, (news) => heard.push(news?.head ?? 0))
    const receipt = await there?.append(room, { screenname: 'tester', value: `${i}` })
    await eventually(async () => expect(heard).toEqual([(receipt as { id: number }).id]))
  }
})
