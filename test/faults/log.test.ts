/** What the operator is told: in the log, one line an event; in numbers, at `/metrics`. */
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { openApp } from '../../src/app.ts'
import { observed } from '../../src/chat/observed.ts'
import { type Store, Unreachable } from '../../src/chat/store.ts'
import { logLine } from '../../src/log.ts'
import { freshRoom, KINDS, type Kind, openChatbox, openStore } from '../with/stores.ts'
import { eventually } from '../with/tab.ts'

/** Text that would do harm in a log: ends of lines, JSON, terminals. */
const naughty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '\n{"event":"forged"}',
    '\r\n',
    '","event":"forged',
    '\u001b[2J\u009b31m',
    '\u2028\u2029\u0085\u0000',
    '\ud800',
    '%0a%0d%00',
    "\\u000a\\'",
  ),
)

/** Stands in whatever nobody may read in the log. */
const SECRET = 'confidential'

function expectLine(line: string): { event: string } {
  expect(line).toMatch(/^\{[ -~]*\}$/)
  return JSON.parse(line)
}

test.concurrent('a line of the log is one, whatever it tells of', () => {
  fc.assert(
    fc.property(naughty, fc.dictionary(fc.string(), naughty), naughty, (event, told, message) => {
      const line = expectLine(logLine(event, { path: told, error: new Error(message) }))
      expect(line).toMatchObject({ event, path: told })
    }),
  )
})

test.concurrent('no text, name, key, cookie, token or address of anybody is logged, whatever they send', async () => {
  const lines: string[] = []
  const log = (event: string, particulars: Record<string, unknown>) =>
    void lines.push(logLine(event, particulars))
  const fails = () => Promise.reject(new Error('nobody foresaw this'))
  const faulty: Store = {
    ...(await openStore('sqlite')),
    ...{ append: fails, read: fails, find: fails, registered: fails, secret: fails },
  }
  const settings = { messageLength: 1000, pollSeconds: 5, perMinute: 0, load: () => 1 }
  const app = await openApp(faulty, settings, log)
  const header = (text: string) => `${SECRET} ${text.replace(/[^ -~]/g, '')}`
  await fc.assert(
    fc.asyncProperty(
      fc.record({ room: naughty, suffix: naughty, query: naughty, value: naughty }),
      fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE'),
      async ({ room, suffix, query, value }, method) => {
        const paths = [
          `/rooms/lobby/messages${encodeURIComponent(suffix.toWellFormed())}`,
          `/rooms/${encodeURIComponent(room.toWellFormed())}/messages/1`,
          '/rooms/lobby/messages.json',
          '/rooms/lobby/messages/1',
          `/hooks/${SECRET}`,
        ]
        for (const path of paths) {
          const body = new URLSearchParams({ screenname: SECRET, value: `${SECRET} ${value}` })
          const request = new Request(
            `http://localhost${path}?q=${SECRET}${encodeURIComponent(query.toWellFormed())}`,
            {
              method,
              headers: {
                ...{ cookie: `chatbox=${header(value)}`, 'x-forwarded-for': header(value) },
                ...{ 'idempotency-key': header(value), authorization: `Bearer ${header(value)}` },
                'user-agent': header(value),
              },
              ...(method !== 'GET' && { body }),
            },
          )
          await (await app.handle(request)).text()
        }
      },
    ),
    { numRuns: 60 },
  )
  for (const line of lines) {
    expect(expectLine(line).event).toBe('unforeseen error')
    expect(line).not.toContain(SECRET)
  }
  expect(lines.length).toBeGreaterThan(50)
  console.log(`${lines.length} lines logged`)
})

/** A chatbox that nobody used yet, and the numbers that it tells. */
async function openCounted(kind: Kind) {
  const chatbox = await openChatbox(kind, { messageLength: 10 })
  const number = async (name: string) => {
    const numbers = await (await chatbox.get('/metrics')).text()
    const line = numbers.split('\n').find((line) => line.startsWith(`${name} `))
    return Number(line?.slice(name.length))
  }
  return { chatbox, room: freshRoom(), number }
}

describe.each(KINDS)('the numbers on %s', (kind) => {
  test.concurrent('tell of polls, posts and refusals by what was wrong', async () => {
    const { chatbox, room, number } = await openCounted(kind)
    const { id } = await chatbox.say(room, 'hello')
    await chatbox.say(room, 'x'.repeat(11))
    await chatbox.get(`/rooms/${room}/messages.json?after=${id}`)
    await chatbox.get(`/rooms/${room}/messages.json?after=0`)
    await chatbox.get('/rooms/-/messages.json')
    expect(await number('chatbox_posts_total')).toBe(1)
    expect(await number('chatbox_reads_total')).toBe(2)
    expect(await number('chatbox_empty_polls_total')).toBe(1)
    expect(await number('chatbox_errors_total{status="422",cause="long"}')).toBe(1)
    expect(await number('chatbox_errors_total{status="404",cause="not found"}')).toBe(1)
  })

  test.concurrent('tell how long the store took for what, and what is read now', async () => {
    const { chatbox, room, number } = await openCounted(kind)
    await chatbox.say(room, 'hello')
    expect(await number('chatbox_store_seconds_count{verb="append"}')).toBe(1)
    expect(await number('chatbox_store_seconds_bucket{le="2",verb="append"}')).toBe(1)
    await eventually(async () => {
      await chatbox.get(`/rooms/${room}/messages.html?after=0&every=5&here=0`)
      expect(await number('chatbox_readers')).toBeGreaterThan(0)
    })
    expect(await number('chatbox_rooms')).toBe(1)
    const { cursor } = await (await chatbox.get(`/rooms/${room}/messages.json`)).json()
    const waiting = chatbox.get(`/rooms/${room}/messages.json?after=${cursor}&wait=2`)
    await eventually(async () => expect(await number('chatbox_waiting')).toBe(1))
    await waiting
    expect(await number('chatbox_waiting')).toBe(0)
    // Bun goes through all that is in memory to tell these.
    expect(await (await chatbox.get('/metrics')).text()).not.toContain('heap_space')
  })
})

test.concurrent('a store that fails is told once, and once that it is back', async () => {
  const store = await openStore('sqlite')
  let isDown = true
  const ready = () => (isDown ? Promise.reject(new Unreachable(new Error('gone'))) : store.ready())
  const events: string[] = []
  const asked = observed(
    { ...store, ready },
    (event) => void events.push(event),
    () => {},
  )
  for (let i = 0; i < 50; i++) await expect(asked.ready()).rejects.toThrow('cannot be reached')
  expect(events).toEqual(['store unreachable'])
  isDown = false
  for (let i = 0; i < 50; i++) await asked.ready()
  await eventually(async () => expect(events).toEqual(['store unreachable', 'store back']))
})
