/** What a whole page is without a browser: days, groups, mentions, surroundings, and its poller. */
import { expect, test } from 'bun:test'
import { ago, type Said, saidBefore } from './with/past.ts'
import { freshRoom, openChatbox } from './with/stores.ts'
import { BROWSER, openVisitor } from './with/visitor.ts'

const { ask, get, say } = await openChatbox('redis', { pollSeconds: 5 })

const [ANN, BOB] = ['a'.repeat(26), 'b'.repeat(26)]
const at = (time: string, value: string, screenname = 'Ann', author = ANN): Said => ({
  at: ago(1, time),
  value,
  screenname,
  author,
})

const pageOf = async (said: Said[]) => {
  const room = freshRoom()
  await saidBefore(room, said)
  return (await get(`/rooms/${room}`)).text()
}

test('days are separated, each named once, before its first message', async () => {
  const said = ['2 23:59', '1 00:00', '1 23:59', '0 00:00'].map((when): Said => {
    const [days, time = ''] = when.split(' ')
    return { at: ago(Number(days), time), value: when }
  })
  const html = await pageOf(said)
  const order = [...html.matchAll(/class="day"><time datetime="([^"]*)"|id="m-(\d+)"/g)]
  const day = (days: number) => new Date(ago(days, '00:00')).toISOString().slice(0, 10)
  const isDay = (entry: RegExpMatchArray) => entry[1] ?? 'message'
  const m = 'message'
  expect(order.map(isDay)).toEqual([day(2), m, day(1), m, m, day(0), m])
})

test('a page at the end of a room does not call the room empty', async () => {
  const room = freshRoom()
  const empty = /class="empty"/
  expect(await (await get(`/rooms/${room}`)).text()).toMatch(empty)
  const { id } = await say(room, 'hello')
  const page = await get(`/rooms/${room}/messages?after=${id}`, BROWSER)
  expect(await page.text()).not.toMatch(empty)
})

test('what one person says within five minutes stands together', async () => {
  const html = await pageOf([
    at('10:00', 'first'),
    at('10:04:59', 'in time'),
    at('10:10', 'five minutes later'),
    at('10:10:01', 'same name, other mark', 'Ann', BOB),
    at('10:10:02', 'same mark, other name', 'Bob', BOB),
    at('10:10:03', 'goes on', 'Bob', BOB),
    at('10:10:04', '/me acts', 'Bob', BOB),
    at('10:10:05', 'after the act', 'Bob', BOB),
  ])
  expect(html.match(/data-continues/g)).toHaveLength(2)
  const continuing = [...html.matchAll(/<li id="m-\d+" class="chat"([^>]*)>/g)]
  const places = continuing.flatMap(([, standing], i) =>
    standing?.includes('continues') ? [i] : [],
  )
  expect(places).toEqual([1, 5])
})

test('a group ends with the day', async () => {
  const said = [
    { at: ago(1, '23:59'), value: 'a' },
    { at: ago(0, '00:00'), value: 'b' },
  ]
  expect(await pageOf(said)).not.toContain('data-continues')
})

test.each([
  ['Ann, look', true],
  ['hey ANN!', true],
  ['@ann', true],
  ['Anna and Hannah', false],
  ['nobody', false],
])('%p names Ann: %p', async (value, isNamed) => {
  const [room, ann, other] = [freshRoom(), openVisitor(ask), openVisitor(ask)]
  await other.say(room, value, 'Bob')
  await ann.say(freshRoom(), 'hello', 'Ann')
  expect((await (await ann(`/rooms/${room}`)).text()).includes('data-mentions')).toBe(isNamed)
  expect(await (await other(`/rooms/${room}`)).text()).not.toContain('data-mentions')
  await ann.say(room, 'I am Ann', 'Ann')
  const marked = (await (await ann(`/rooms/${room}`)).text()).match(/data-mentions/g) ?? []
  expect(marked).toHaveLength(isNamed ? 1 : 0)
})

test('the page of a message has ten others on each side, and leads on to the rest', async () => {
  const room = freshRoom()
  const ids = await saidBefore(
    room,
    Array.from({ length: 40 }, (_, i) => ({ at: ago(1, '10:00') + i, value: `${i}` })),
  )
  const around = async (i: number) => (await get(`/rooms/${room}/messages/${ids[i]}`)).text()
  const idsOn = (html: string) => [...html.matchAll(/<li id="m-(\d+)"/g)].map((m) => `${m[1]}`)
  const middle = await around(20)
  expect(idsOn(middle)).toEqual(ids.slice(10, 31))
  expect(middle.match(/aria-current="page"/g)).toHaveLength(1)
  expect(middle).toMatch(new RegExp(`href="[^"]*/${ids[20]}"[^>]* aria-current="page"`))
  expect(middle).toContain(`/messages?before=${ids[10]}"`)
  expect(middle).toContain(`/messages?after=${ids[30]}#chatbox"`)
  const [first, last] = [await around(0), await around(39)]
  expect(idsOn(first)).toEqual(ids.slice(0, 11))
  expect(first).not.toContain('?before=')
  expect(idsOn(last)).toEqual(ids.slice(29))
  expect(last).not.toContain('?after=')
})

test('a page reads itself every 5 to 3600 seconds, and no other number will do', async () => {
  const room = `/rooms/${freshRoom()}`
  for (const seconds of ['5', '15', '3600']) {
    expect((await get(`${room}?refresh=${seconds}`)).status).toBe(200)
    const frame = await (await get(`${room}/messages?refresh=${seconds}`)).text()
    expect(frame).toContain(`<meta http-equiv="refresh" content="${seconds}"/>`)
  }
  for (const wrong of ['4', '3601', '0', '-15', '', 'x', '15.5', '015', '1e2', '15&refresh=30'])
    for (const path of [room, `${room}/messages`])
      expect([wrong, (await get(`${path}?refresh=${wrong}`)).status]).toEqual([wrong, 422])
})

test.each([
  ['', 204],
  ['&every=5&here=1', 204],
  ['&every=9&here=1', 200],
  ['&every=5&here=2', 200],
  ['&every=5&here=0', 200],
  ['&every=5', 200],
  ['&every=0', 422],
  ['&every=3601', 422],
  ['&every=x', 422],
  ['&every=5&here=-1', 422],
  ['&every=5&here=1&here=1', 422],
])('the first poll of a room, told %p, is answered %d', async (told, status) => {
  const room = freshRoom()
  const { id } = await say(room, 'hello')
  const answer = await get(`/rooms/${room}/messages.html?after=${id}${told}`)
  expect(answer.status).toBe(status)
  const html = await answer.text()
  if (status === 204) expect(html).toBe('')
  if (status !== 200) return
  expect(html).toContain(`?after=${id}&every=5&here=1"`)
  expect(html).toContain('hx-trigger="every 5s"')
  expect(html).toContain('<span id="here">1</span>')
})

test('a post leads back to the frame it was said beside, and is said where that is none', async () => {
  const page = `/rooms/${freshRoom()}`
  for (const [refresh, back] of [
    ['15', `${page}?refresh=15`],
    ['4', page],
    ['soon', page],
    ['', page],
  ] as const) {
    const body = new URLSearchParams({ screenname: 'Ann', value: 'hi', refresh })
    const answer = await ask(`${page}/messages`, { method: 'POST', headers: BROWSER, body })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, back])
  }
})

test('what a page of another version needs is had here, and kept by no cache for it', async () => {
  const page = await (await get('/')).text()
  const files = [...page.matchAll(/"(\/assets\/[^/"]+\/([^"]+))"/g)]
  expect(files.length).toBeGreaterThan(2)
  for (const [, path = '', name] of files) {
    const [own, other] = [await get(path), await get(`/assets/0000000/${name}`)]
    expect(own.headers.get('cache-control')).toContain('immutable')
    expect([other.status, other.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(await other.text()).toBe(await own.text())
  }
  expect((await get('/assets/0000000/other.js')).status).toBe(404)
})
