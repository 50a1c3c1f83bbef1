/** Webhooks: addresses that are told of what comes to a room. */
import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { BlockList } from 'node:net'
import { openChat } from '../src/chat/chat.ts'
import type { Keep, Log } from '../src/chat/store.ts'
import { openRedis } from '../src/store/redis.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import { deliverWebhooks, type Settings } from '../src/webhooks/leading.ts'
import { command } from './with/commands.ts'
import { atEnd } from './with/end.ts'
import { halt } from './with/halt.ts'
import { startReceiver, verify } from './with/receiver.ts'
import { startRedis } from './with/redis.ts'
import { freshFile, freshRoom, KINDS, silent } from './with/stores.ts'
import { eventually } from './with/tab.ts'

const LIMITS = { messageLength: 1000, perMinute: 0 }

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)

/** Servers that deliver, all on one store: no other test's server shall lead there. */
async function openPlace(kind: (typeof KINDS)[number], keep: Partial<Keep> = {}) {
  const kept = { messages: 10_000, days: 90, ...keep }
  const file = freshFile()
  const redis = kind === 'redis' ? await startRedis() : undefined
  const open = (log = silent) => (redis ? openRedis(redis.url, kept, log) : openSqlite(file, kept))

  /** A server that delivers, and looks more often than for real. */
  async function serve(settings: Partial<Settings> = {}) {
    const store = await open()
    const chat = openChat(store, LIMITS)
    const quick = { lookMs: 100, leaseSeconds: 1, deadlineMs: 400, pauses: Array(9).fill(0.1) }
    const log: Log = () => {}
    const { stop } = deliverWebhooks(store, {
      chat,
      log,
      networks: loopback,
      ...quick,
      ...settings,
    })
    atEnd(stop)
    return { store, chat, stop }
  }

  const store = await open()
  const chat = openChat(store, LIMITS)
  return {
    store,
    redis,
    serve,
    add: async (room: string, url: string) => {
      const { printed, declined } = await command(store, ['webhook', 'add', room, url])
      expect(declined).toBeUndefined()
      return printed.trim()
    },
    /** What the list says of the room's webhook. */
    listed: async (room: string) =>
      (await command(store, ['webhook', 'list'])).printed
        .split('\n')
        .filter((line) => line.startsWith(`${room} `))
        .join('\n'),
    say: async (room: string, value: string, author?: string) =>
      (await chat.say(room, { screenname: 'tester', value, author })).message.id,
    chat,
    /** All that the store has of a room is gone. */
    lose: (room: string) => {
      if (redis) {
        const keys = [`chat:{${room}}:log`, `chat:{${room}}:state`]
        Bun.spawnSync(['redis-cli', '-u', redis.url, 'del', ...keys])
        return
      }
      const db = new Database(file)
      for (const table of ['rooms', 'entries'])
        db.run(`DELETE FROM ${table} WHERE room = ?`, [room])
      db.close()
    },
  }
}

const name = (room: string, { url }: { url: string }) => `${room} ${url}`

describe.concurrent.each(KINDS)('a webhook on %s', async (kind) => {
  const place = await openPlace(kind)
  const { store, add, say, listed, chat } = place
  /** Answers the webhook's id, when it is noted how far it was told. */
  const untilNoted = async (room: string, receiver: { url: string }): Promise<string> => {
    const { id } = JSON.parse((await store.registered('webhooks')).get(name(room, receiver)) ?? '')
    await eventually(async () => expect((await store.notes()).has(id)).toBe(true))
    return id
  }
  const logged: { event: string; room?: unknown; why?: unknown }[] = []
  const log: Log = (event, particulars) => void logged.push({ event, ...particulars })
  await place.serve({ log })
  const logsOf = (room: string) => logged.filter((line) => line.room === room)

  test('is told what is said, revised and removed, in order, as JSON has it, and signed', async () => {
    const [room, { url, taken }] = [freshRoom(), startReceiver()]
    await say(room, 'before it was made')
    const secret = await add(room, url)
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const first = await say(room, 'Grüße <b>\u{1f600}', 'ann')
    const second = await say(room, 'second', 'ann')
    await eventually(async () => expect(taken).toHaveLength(2))
    await chat.revise(room, first, { value: 'corrected', author: 'ann' })
    await chat.remove(room, second, 'ann')
    await eventually(async () => expect(taken).toHaveLength(4))
    const message = { room, id: `${first}`, screenname: 'tester', mark: 'ann' }
    expect(taken.map(({ type, data }) => ({ type, data }))).toEqual([
      {
        type: 'message.said',
        data: { ...message, value: 'Grüße <b>\u{1f600}', created: expect.any(String) },
      },
      { type: 'message.said', data: expect.objectContaining({ id: `${second}`, value: 'second' }) },
      {
        type: 'message.revised',
        data: {
          ...message,
          value: 'corrected',
          created: expect.any(String),
          revised: expect.any(String),
        },
      },
      { type: 'message.removed', data: { room, id: `${second}` } },
    ])
    for (const delivery of taken) {
      expect(verify(secret, delivery)).toEqual(JSON.parse(delivery.text))
      expect(() => verify(secret, { ...delivery, text: `${delivery.text} ` })).toThrow()
      expect(delivery.headers).toMatchObject({
        'content-type': 'application/json',
        host: new URL(url).host,
      })
    }
    expect(taken[0]?.id).toBe(`${room}_${first}`)
    expect(new Set(taken.map(({ id }) => id)).size).toBe(4)
  })

  test('is tried again under the same id until it takes it, and nothing overtakes', async () => {
    const room = freshRoom()
    const aim = startReceiver()
    const answers = [500, 404, Response.redirect(aim.url, 307), 'nothing', 401] as const
    const receiver = startReceiver((n) => answers[n - 1] ?? 204)
    const secret = await add(room, receiver.url)
    const id = await say(room, 'one')
    await say(room, 'two')
    await eventually(async () => expect(receiver.values()).toEqual(['one', 'two']))
    const ids = receiver.came.map(({ id }) => id)
    expect(ids.slice(0, 6)).toEqual(Array(6).fill(`${room}_${id}`))
    expect(ids).toHaveLength(7)
    for (const delivery of receiver.came) verify(secret, delivery)
    expect(aim.came).toEqual([])
    await eventually(async () => expect(await listed(room)).toBe(`${room} ${receiver.url} working`))
    expect(logsOf(room).map(({ event }) => event)).toEqual([
      'webhook failing',
      'webhook works again',
    ])
    expect(JSON.stringify(logged)).not.toContain('of=ours')
    expect((await command(store, ['webhook', 'list'])).printed).not.toContain('whsec_')
  })

  test('is listed while it fails, with why', async () => {
    const room = freshRoom()
    const receiver = startReceiver((n) => (n === 1 ? 500 : 'nothing'))
    await add(room, receiver.url)
    await say(room, 'one')
    await eventually(async () =>
      expect(await listed(room)).toMatch(
        / failing since \d{4}-[\d-]+T[\d:]+Z, 1 try, tried again at \d{4}-[\d-]+T[\d:]+Z: answered 500$/,
      ),
    )
    await eventually(async () =>
      expect(await listed(room)).toMatch(/, 2 tries, .*: did not answer in 0.4 seconds$/),
    )
  })

  test('is told of a message as it stands when it is delivered, and not of one that is gone', async () => {
    const room = freshRoom()
    let isOpen = false
    const receiver = startReceiver(() => (isOpen ? 200 : 500))
    await add(room, receiver.url)
    await say(room, 'first')
    const second = await say(room, 'mispelt', 'ann')
    const third = await say(room, 'regretted', 'ann')
    await eventually(async () => expect(receiver.came.length).toBeGreaterThan(0))
    await chat.revise(room, second, { value: 'misspelt', author: 'ann' })
    await chat.remove(room, third, 'ann')
    isOpen = true
    await eventually(async () => expect(receiver.taken).toHaveLength(4))
    expect(receiver.taken.map(({ type, data }) => [type, data.value ?? data.id])).toEqual([
      ['message.said', 'first'],
      ['message.said', 'misspelt'],
      ['message.revised', 'misspelt'],
      ['message.removed', `${third}`],
    ])
  })

  test('of a room that is put in from elsewhere rests where that ends', async () => {
    const [room, receiver] = [freshRoom(), startReceiver()]
    await add(room, receiver.url)
    const id = Date.now() * 1000
    const entries = [{ id, said: { id, screenname: 'tester', value: 'imported' } }]
    const head = id + 10
    const stand = { spoken: id, previous: 0, born: id, head, trimmed: 0, entries }
    expect(await store.restore(room, stand)).toBe(true)
    await eventually(async () => expect(receiver.values()).toEqual(['imported']))
    const noted = async () => [...(await store.notes()).values()]
    await eventually(async () => expect(await noted()).toContain(JSON.stringify({ after: head })))
    await say(room, 'one')
    await eventually(async () => expect(receiver.values()).toEqual(['imported', 'one']))
  })

  test('that answers 410 is given up, and logged', async () => {
    const [room, receiver] = [freshRoom(), startReceiver(() => 410)]
    await add(room, receiver.url)
    await say(room, 'one')
    await eventually(async () =>
      expect(await listed(room)).toMatch(/ given up, failing since \S+, 1 try: answered 410$/),
    )
    await say(room, 'two')
    await Bun.sleep(500)
    expect(receiver.came).toHaveLength(1)
    expect(logsOf(room)).toMatchObject([{ event: 'webhook given up', why: 'answered 410' }])
  })

  test('that fails to the last is given up, and begins anew when it is made anew', async () => {
    const room = freshRoom()
    const receiver = startReceiver((_, { data }) => (data.value === 'one' ? 500 : 200))
    await add(room, receiver.url)
    await say(room, 'one')
    await eventually(async () =>
      expect(await listed(room)).toMatch(/ given up, failing since \S+, 10 tries: answered 500$/),
    )
    expect(receiver.came).toHaveLength(10)
    await command(store, ['webhook', 'remove', room, receiver.url])
    await add(room, receiver.url)
    await say(room, 'two')
    await eventually(async () => expect(receiver.values()).toEqual(['two']))
  })

  test('is tried again no sooner than its answer asks', async () => {
    const headers = { 'retry-after': '2' }
    const receiver = startReceiver((n) =>
      n === 1 ? new Response('', { status: 503, headers }) : 200,
    )
    const room = freshRoom()
    await add(room, receiver.url)
    await say(room, 'one')
    await eventually(async () => expect(receiver.values()).toEqual(['one']))
    const [first, second] = receiver.came.map(({ at }) => at)
    expect(Number(second) - Number(first)).toBeGreaterThan(1990)
  })

  test('may answer endlessly, and is not read to the end', async () => {
    const room = freshRoom()
    let sent = 0
    const pull = (to: ReadableStreamDefaultController) => {
      to.enqueue(new Uint8Array(10_000).fill(120))
      sent += 10_000
    }
    const endless = () => new ReadableStream({ pull })
    const receiver = startReceiver(() => new Response(endless()))
    await add(room, receiver.url)
    for (const value of ['one', 'two']) await say(room, value)
    await eventually(async () => expect(receiver.values()).toEqual(['one', 'two']))
    // Some of it waits in sockets.
    expect(sent).toBeLessThan(20e6)
  })

  test('that was removed is told no more, and nothing is kept of it', async () => {
    const [room, receiver] = [freshRoom(), startReceiver()]
    await add(room, receiver.url)
    await say(room, 'one')
    await eventually(async () => expect(receiver.values()).toEqual(['one']))
    const id = await untilNoted(room, receiver)
    await command(store, ['webhook', 'remove', room, receiver.url])
    await eventually(async () => expect((await store.notes()).has(id)).toBe(false))
    await say(room, 'two')
    await Bun.sleep(500)
    expect(receiver.values()).toEqual(['one'])
    expect(await listed(room)).toBe('')
  })

  test('is told in words where the room lost its data, and all that it has since', async () => {
    const [room, receiver] = [freshRoom(), startReceiver()]
    const secret = await add(room, receiver.url)
    const old = await say(room, 'old')
    await eventually(async () => expect(receiver.values()).toEqual(['old']))
    await untilNoted(room, receiver)
    place.lose(room)
    await say(room, 'new')
    await eventually(async () => expect(receiver.values().at(-1)).toBe('new'))
    expect(receiver.taken.map(({ type }) => type)).toEqual([
      'message.said',
      'room.reset',
      'message.said',
    ])
    expect(receiver.taken[1]?.data).toEqual({
      room,
      after: `${old}`,
      detail: 'The room lost its data, or an older copy of it was restored.',
    })
    for (const delivery of receiver.taken) verify(secret, delivery)
  })

  test('is told what moderators decided, and that they emptied the room', async () => {
    const [room, receiver] = [freshRoom(), startReceiver()]
    await add(room, receiver.url)
    await say(room, 'hello')
    await eventually(async () => expect(receiver.values()).toEqual(['hello']))
    const rules = { slowSeconds: 5, isReadOnly: false, notice: 'Be kind' }
    await chat.moderating.rule(room, rules, 'key')
    await eventually(async () => expect(receiver.taken).toHaveLength(2))
    await chat.moderating.clear(room, 'key')
    await eventually(async () => expect(receiver.taken).toHaveLength(3))
    expect(receiver.taken.slice(1)).toMatchObject([
      { type: 'room.ruled', data: { room, slow: 5, readonly: false, notice: 'Be kind' } },
      { type: 'room.cleared', data: { room } },
    ])
  })

  test('of which there are several, each is told, and none waits for another', async () => {
    const room = freshRoom()
    const [good, bad] = [startReceiver(), startReceiver(() => 'nothing')]
    for (const { url } of [bad, good]) await add(room, url)
    const values = Array.from({ length: 100 }, (_, i) => `${i}`)
    for (const value of values) await say(room, value)
    await eventually(async () => expect(good.values()).toEqual(values))
    expect(new Set(bad.came.map(({ data }) => data.value))).toEqual(new Set(['0']))
  })

  test('is declined where it cannot be', async () => {
    const [room, { url }] = [freshRoom(), startReceiver()]
    await add(room, url)
    for (const [args, why] of [
      [['add', room, url], `there is a webhook ${room} ${url} already`],
      [['remove', room, 'https://example.org'], `there is no webhook ${room} https://example.org/`],
      [['add', 'No Room', url], 'The name of a room is 1 to 64 of a-z, 0-9 and inner hyphens.'],
      [
        ['add', room, 'http://10.0.0.1/'],
        'The host 10.0.0.1 leads to 10.0.0.1, which is neither public nor in WEBHOOK_NETWORKS.',
      ],
      [['add', room, 'http://nobody.invalid/'], 'The host nobody.invalid is not known.'],
      [['add', room], expect.stringContaining('there is no such command')],
    ] as const)
      expect((await command(store, ['webhook', ...args])).declined).toEqual(why as string)
  })

  test('is told where what came was trimmed away before it could be delivered', async () => {
    const small = await openPlace(kind, { messages: 3 })
    const [room, receiver] = [freshRoom(), startReceiver()]
    await small.add(room, receiver.url)
    for (const value of ['a', 'b', 'c', 'd', 'e']) await small.say(room, value)
    await small.serve()
    await eventually(async () => expect(receiver.taken).toHaveLength(4))
    expect(receiver.taken.map(({ type, data }) => data.value ?? type)).toEqual([
      ...['room.missed', 'c', 'd', 'e'],
    ])
    expect(receiver.taken[0]?.data).toMatchObject({ room, after: '0' })
  })

  test('is told once by many servers; where one ends, another goes on, with what was not taken', async () => {
    const shared = await openPlace(kind)
    const [room, receiver] = [freshRoom(), startReceiver()]
    await shared.add(room, receiver.url)
    const servers = await Promise.all([shared.serve(), shared.serve(), shared.serve()])
    const values = Array.from({ length: 60 }, (_, i) => `${i}`)
    for (const [i, value] of values.entries()) {
      await shared.say(room, value)
      if (i % 20 === 19) {
        await eventually(async () => expect(receiver.values().length).toBeGreaterThan(i - 10))
        if (i < 59) await servers.pop()?.stop()
      }
    }
    await eventually(async () => expect(receiver.values()).toEqual(values))
    expect(receiver.came.length).toBeLessThan(90)
  })

  test('whose name leads elsewhere meanwhile gets nothing but where it was seen to lead', async () => {
    const changing = await openPlace(kind)
    const inside = startReceiver(() => 200, { hostname: '127.0.0.1' })
    const outside = startReceiver(() => 200, { hostname: '127.0.0.2' })
    const port = new URL(outside.url).port
    const only = new BlockList()
    only.addAddress('127.0.0.2')
    const asked: string[] = []
    // Now it is all of these, then the forbidden one alone, then again what may be.
    const minds = [['127.0.0.2', '127.0.0.1'], ['127.0.0.1'], ['127.0.0.2'], ['127.0.0.1']]
    const resolve = async (hostname: string) => {
      asked.push(hostname)
      return (minds[asked.length - 1] ?? ['127.0.0.1']).map((address) => ({ address, family: 4 }))
    }
    const room = freshRoom()
    const text = JSON.stringify({ id: 'rebound', secret: 'whsec_AAAA', after: 0 })
    await changing.store.register('webhooks', `${room} http://rebind.example:${port}/`, text)
    await changing.serve({ networks: only, resolve })
    await changing.say(room, 'one')
    await eventually(async () => expect(outside.values()).toEqual(['one']))
    expect(asked).toEqual(Array(3).fill('rebind.example'))
    expect(outside.came[0]?.headers.host).toBe(`rebind.example:${port}`)
    expect(inside.came).toEqual([])
  })
})

test('where the store is away for a while, deliveries pause, say so once, and go on', async () => {
  const place = await openPlace('redis')
  const logged: string[] = []
  const [room, receiver] = [freshRoom(), startReceiver()]
  await place.serve({ log: (event) => void logged.push(event) })
  await place.add(room, receiver.url)
  await place.say(room, 'one')
  await eventually(async () => expect(receiver.values()).toEqual(['one']))
  const redis = place.redis?.process as Bun.Subprocess
  await halt(redis)
  await Bun.sleep(5000)
  redis.kill('SIGCONT')
  await eventually(async () => void (await place.say(room, 'two')))
  await eventually(async () => expect(receiver.values().at(-1)).toBe('two'))
  expect(new Set(receiver.values())).toEqual(new Set(['one', 'two']))
  expect(logged.filter((event) => event === 'webhooks paused')).toHaveLength(1)
  expect(logged.length).toBeLessThan(4)
})
