/** Every reader gets every message exactly once, in the same order, whoever writes and however fast. */
import { describe, expect, test } from 'bun:test'
import { type Server, startServer, storeSettings, wrongClock } from './with/server.ts'
import { freshRoom } from './with/stores.ts'

const WRITERS = 50
const EACH = 20
const ALL = WRITERS * EACH

type Page = {
  messages: { id: string; value: string }[]
  cursor: string
  more: boolean
  missed: boolean
  reset: boolean
}

async function write(server: Server, room: string, writer: number): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < EACH; i++) {
    const answer = await fetch(`${server.url}/rooms/${room}/messages.json`, {
      method: 'POST',
      body: new URLSearchParams({ screenname: `writer ${writer}`, value: `${writer}.${i}` }),
    })
    expect(answer.status).toBe(201)
    ids.push(((await answer.json()) as { id: string }).id)
  }
  return ids
}

/** Follows from the beginning, at whichever server comes next, until all is read and written. */
async function follow(
  servers: Server[],
  room: string,
  limit: number,
  written: () => boolean,
): Promise<string[]> {
  const values: string[] = []
  let cursor = '0'
  for (let poll = 0; ; poll++) {
    const done = written()
    const server = servers[poll % servers.length] as Server
    const answer = await fetch(
      `${server.url}/rooms/${room}/messages.json?after=${cursor}&limit=${limit}`,
    )
    const page = (await answer.json()) as Page
    expect(page).toMatchObject({ missed: false, reset: false })
    expect(page.messages.length).toBeLessThanOrEqual(limit)
    values.push(...page.messages.map(({ value }) => value))
    cursor = page.cursor
    if (done && !page.more) return values
  }
}

async function everyReaderGetsAll(servers: Server[]) {
  const room = freshRoom()
  let written = false
  const readers = [1, 3, 7, 50, 200].map((limit) => follow(servers, room, limit, () => written))
  const writers = Array.from({ length: WRITERS }, (_, i) =>
    write(servers[i % servers.length] as Server, room, i),
  )
  const ids = await Promise.all(writers)
  written = true
  const order = await follow(servers, room, 200, () => true)
  expect(new Set(ids.flat()).size).toBe(ALL)
  expect(new Set(order).size).toBe(ALL)
  for (let writer = 0; writer < WRITERS; writer++)
    expect(order.filter((value) => value.startsWith(`${writer}.`))).toEqual(
      Array.from({ length: EACH }, (_, i) => `${writer}.${i}`),
    )
  for (const values of await Promise.all(readers)) expect(values).toEqual(order)
}

/** How far a server's own clock is behind ours, by the date in its answers. */
async function minutesBehind(server: Server): Promise<number> {
  const { headers } = await fetch(`${server.url}/healthz`)
  return (Date.now() - Date.parse(headers.get('date') ?? '')) / 60_000
}

describe('fifty writers at once', () => {
  test('through two servers on one Redis, one of which has its clock wrong by an hour', async () => {
    const settings = await storeSettings('redis')
    const right = await startServer(settings)
    const late = await startServer({ ...settings, ...(await wrongClock('-1h')) })
    expect(await minutesBehind(late)).toBeWithin(55, 65)
    await everyReaderGetsAll([right, late])
  })

  test('through one server on SQLite', async () => {
    await everyReaderGetsAll([await startServer(await storeSettings('sqlite'))])
  })

  test('through two servers on one SQLite file', async () => {
    const settings = await storeSettings('sqlite')
    await everyReaderGetsAll([await startServer(settings), await startServer(settings)])
  })
})

test('a clock that is an hour behind moves no message of SQLite before another', async () => {
  const settings = await storeSettings('sqlite')
  const room = freshRoom()
  const right = await startServer(settings)
  const [before] = await write(right, room, 1)
  await right.stop()
  const late = await startServer({ ...settings, ...(await wrongClock('-1h')) })
  expect(await minutesBehind(late)).toBeWithin(55, 65)
  const [after] = await write(late, room, 2)
  expect(Number(after)).toBeGreaterThan(Number(before))
  expect((await follow([late], room, 3, () => true)).at(-1)).toBe(`2.${EACH - 1}`)
})
