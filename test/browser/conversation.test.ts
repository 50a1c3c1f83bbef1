/** A conversation as its reader sees it: in their own time, by day and by person, with links and line breaks. */
import { describe, expect, test } from 'bun:test'
import type { Locator, Page } from 'playwright-core'
import { openRedis } from '../../src/store/redis.ts'
import { atEnd } from '../with/end.ts'
import { ago, saidBefore } from '../with/past.ts'
import { sharedServer } from '../with/server.ts'
import { freshRoom, silent } from '../with/stores.ts'
import { eventually, openPerson, openTab, sayAll, untilShown } from '../with/tab.ts'

const server = await sharedServer('redis')
const store = await openRedis(
  server.settings.REDIS_URL ?? '',
  { messages: 10_000, days: 90 },
  silent,
)
atEnd(() => store.close())

const ANN = { screenname: 'Ann', author: 'a'.repeat(26) }
const OTHER_ANN = { screenname: 'Ann', author: 'b'.repeat(26) }

/** Days and messages from top to bottom; a message begins with its name where that is seen. */
const seenIn = (tab: Page): Promise<string[]> =>
  tab.locator('#chatbox > li').evaluateAll((items) =>
    items.map((item) => {
      const [name, text] = ['.user', '.text'].map((part) => item.querySelector(part))
      const isNamed = name && name.getBoundingClientRect().width > 1
      return (isNamed ? `${name.textContent}: ` : '') + (text ?? item).textContent
    }),
  )

const untilSeen = (tab: Page, lines: string[]) =>
  eventually(async () => expect(await seenIn(tab)).toEqual(lines))

const dayIn = (zone: string, at: number) =>
  new Intl.DateTimeFormat('en', { dateStyle: 'full', timeZone: zone }).format(at)

describe('around midnight', () => {
  // Five and a half hours before UTC, in summer and winter.
  const zone = 'Asia/Kolkata'
  const times = [ago(3, '18:29'), ago(3, '18:31'), ago(3, '23:59'), ago(2, '00:01')]
  const said = times.map((at, i) => ({ ...ANN, at, value: `${i}` }))
  const day = times.map((at) => dayIn(zone, at))
  const clockTexts = async (tab: Page) =>
    (await tab.locator('.permalink time').allInnerTexts()).map((text) => text.replace(/\s/g, ' '))

  test.concurrent("days and times are those of the reader's zone", async () => {
    const room = freshRoom()
    await saidBefore(room, said)
    await using tab = await openTab(server, room, { timezoneId: zone })
    expect(await seenIn(tab)).toEqual([
      ...[`${day[0]}`, 'Ann: 0', `${day[1]}`, 'Ann: 1', 'Ann: 2'],
      '3',
    ])
    expect(await clockTexts(tab)).toEqual(['11:59 PM', '12:01 AM', '5:29 AM', '5:31 AM'])
    const datetimes = await tab
      .locator('.permalink time')
      .evaluateAll((times) => times.map((time) => Date.parse((time as HTMLTimeElement).dateTime)))
    expect(datetimes).toEqual(times)
    // What comes today stands under today.
    await sayAll(server, room, ['now'])
    await untilShown(tab, ['0', '1', '2', '3', 'now'])
    expect((await seenIn(tab)).slice(-2)).toEqual([dayIn(zone, Date.now()), 'script: now'])
  })

  test.concurrent('without JavaScript they are those of UTC, and say so', async () => {
    const room = freshRoom()
    await saidBefore(room, said)
    await using tab = await openTab(server, room, { timezoneId: zone, javaScriptEnabled: false })
    expect(await seenIn(tab)).toEqual([
      ...[dayIn('UTC', ago(3, '12:00')), 'Ann: 0', '1', 'Ann: 2'],
      ...[dayIn('UTC', ago(2, '12:00')), 'Ann: 3'],
    ])
    expect(await clockTexts(tab)).toEqual(['18:29 UTC', '18:31 UTC', '23:59 UTC', '00:01 UTC'])
  })
})

describe('a person is named once for what they say in a row', () => {
  const at = ago(2, '12:00')
  const minute = 60_000
  const said = [
    { ...ANN, at, value: 'a' },
    { ...ANN, at: at + minute, value: 'b' },
    { ...OTHER_ANN, at: at + 2 * minute, value: 'not that Ann' },
    { ...ANN, at: at + 3 * minute, value: 'c' },
    { ...ANN, at: at + 4 * minute, value: '/me waves' },
    { ...ANN, at: at + 4 * minute, value: 'd' },
    { ...ANN, at: at + 10 * minute, value: 'later' },
    { ...ANN, at: at + 11 * minute, value: 'e' },
  ]

  test.concurrent.each([true, false])(
    'but nobody else of that name (JavaScript: %p)',
    async (javaScriptEnabled) => {
      const room = freshRoom()
      await saidBefore(room, said)
      await using tab = await openTab(server, room, { javaScriptEnabled })
      expect((await seenIn(tab)).slice(1)).toEqual([
        ...['Ann: a', 'b', 'Ann: not that Ann', 'Ann: c', 'Ann: waves', 'Ann: d'],
        ...['Ann: later', 'e'],
      ])
    },
  )

  test.concurrent.each([true, false])(
    'and the time of the rest is there for who looks for it (JavaScript: %p)',
    async (javaScriptEnabled) => {
      const room = freshRoom()
      await saidBefore(room, said.slice(0, 2))
      await using tab = await openTab(server, room, { javaScriptEnabled })
      const [first, second] = [tab.locator('.chat').first(), tab.locator('.chat').last()]
      const opacityIn = (item: Locator) =>
        item.locator('.permalink time').evaluate((time) => getComputedStyle(time).opacity)
      expect([await opacityIn(first), await opacityIn(second)]).toEqual(['1', '0'])
      expect(await second.getByRole('link', { name: /12:01/ }).count()).toBe(1)
      await second.hover()
      expect(await opacityIn(second)).toBe('1')
      await first.hover()
      expect(await opacityIn(second)).toBe('0')
      await second.locator('.permalink').focus()
      expect(await opacityIn(second)).toBe('1')
    },
  )

  test.concurrent('as it comes, and anew where one between goes or says it in another way', async () => {
    const room = freshRoom()
    const [ann, bob] = ['Ann', 'Bob'].map((name) => openPerson(server, room, name))
    const others = openPerson(server, room, 'Ann')
    await using tab = await openTab(server, room)
    await ann?.say('a')
    await untilShown(tab, ['a'])
    const [b1, , c] = [await bob?.say('b1'), await bob?.say('b2'), await ann?.say('c')]
    const last = await ann?.say('d')
    await others.say('not that Ann')
    const today = dayIn('UTC', Date.now())
    const start = [today, 'Ann: a']
    await untilSeen(tab, [...start, 'Bob: b1', 'b2', 'Ann: c', 'd', 'Ann: not that Ann'])

    await store.remove(room, Number(b1))
    await untilSeen(tab, [...start, 'Bob: b2', 'Ann: c', 'd', 'Ann: not that Ann'])
    await store.remove(room, Number(c))
    await untilSeen(tab, [...start, 'Bob: b2', 'Ann: d', 'Ann: not that Ann'])
    await store.revise(room, Number(last), '/me has it')
    await untilSeen(tab, [...start, 'Bob: b2', 'Ann: has it', 'Ann: not that Ann'])
  })
})

test.concurrent('an address in a message is a link to it, shortened where it is long, that vouches for nothing', async () => {
  const room = freshRoom()
  const long = `https://a.example/${'long/'.repeat(30)}`
  const said = `see http://a.example\nand ${long} or \`http://code.example\``
  await sayAll(server, room, [said, '/me waves'])
  await using tab = await openTab(server, room)
  const links = await tab.locator('.text a').evaluateAll((links) =>
    links.map((link) => {
      const { href, rel, textContent } = link as HTMLAnchorElement
      return { href, rel, shown: textContent }
    }),
  )
  const rel = 'nofollow ugc noopener'
  expect(links).toEqual([
    { href: 'http://a.example/', rel, shown: 'http://a.example' },
    { href: long, rel, shown: `${long.slice(8, 47)}\u2060…` },
  ])
  expect(await tab.locator('.text code').allTextContents()).toEqual(['http://code.example'])
  expect(await tab.locator('.text em').allTextContents()).toEqual(['waves'])
  const [above, below] = await Promise.all(
    [0, 1].map((i) => tab.locator('.text a').nth(i).boundingBox()),
  )
  expect(below?.y).toBeGreaterThan((above?.y ?? 0) + (above?.height ?? 0) / 2)
})
