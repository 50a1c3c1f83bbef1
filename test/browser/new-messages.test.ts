/** Who scrolled back stays there, to the pixel, and is told how many came; who is at the end goes on with it. */
import { describe, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { openRedis } from '../../src/store/redis.ts'
import { openWindow } from '../with/chromium.ts'
import { atEnd } from '../with/end.ts'
import { ago, saidBefore } from '../with/past.ts'
import { sharedServer } from '../with/server.ts'
import { freshRoom, silent } from '../with/stores.ts'
import { eventually, idsIn, numbered, openPerson, openTab, sayAll, sayIn } from '../with/tab.ts'

const server = await sharedServer('redis')
const store = await openRedis(
  server.settings.REDIS_URL ?? '',
  { messages: 10_000, days: 90 },
  silent,
)
atEnd(() => store.close())

/** A room with a page full of messages of two days ago. */
async function oldRoom(): Promise<string> {
  const room = freshRoom()
  const at = ago(2, '12:00')
  await saidBefore(
    room,
    numbered(1, 50).map((value) => ({ at, value })),
  )
  return room
}

const log = (tab: Page) => tab.getByRole('log')
const news = (tab: Page) => tab.getByRole('link', { name: / new$/ })
const scrollUp = (tab: Page, by: number) => log(tab).evaluate((log, by) => log.scrollBy(0, -by), by)

const untilLast = (tab: Page, id?: string) =>
  eventually(async () => expect((await idsIn(tab)).at(-1)).toBe(id))

/** Whether all of an element is where its reader can see it in the log. */
const isInSight = (tab: Page, selector: string) =>
  tab.evaluate((selector) => {
    const [seen, inside] = ['#log', selector].map((one) =>
      document.querySelector(one)?.getBoundingClientRect(),
    )
    return !!seen && !!inside && inside.top >= seen.top && inside.bottom <= seen.bottom
  }, selector)

/** Notes where the message at the top of the log stands, in every frame that is drawn from now on. */
async function watchPlace(tab: Page): Promise<() => Promise<number[]>> {
  const places = await tab.evaluateHandle(() => {
    const log = document.querySelector('#log') as Element
    const { top } = log.getBoundingClientRect()
    const isShown = (item: Element) => item.getBoundingClientRect().bottom > top
    const first = [...log.querySelectorAll('.chat')].find(isShown) as Element
    const places = new Set<number>()
    const look = () => {
      places.add(first.isConnected ? first.getBoundingClientRect().top : Number.NaN)
      requestAnimationFrame(look)
    }
    look()
    return places
  })
  return () => places.evaluate((places) => [...places])
}

describe.each([
  ['narrow', { width: 320, height: 560 }],
  ['wide', { width: 1280, height: 800 }],
])('in a %s window', (_, viewport) => {
  test.concurrent('a reader who scrolled back stays to the pixel, however many messages arrive', async () => {
    const room = await oldRoom()
    await using tab = await openTab(server, room, { viewport })
    await scrollUp(tab, 613)
    const places = await watchPlace(tab)
    const people = ['Ann', 'Bob', 'عمر'].map((name) => openPerson(server, room, name))
    const texts = ['short', 'two\nlines', `${'long '.repeat(60)}`, '/me waves', 'مرحبا `code`']
    let last: string | undefined
    for (let i = 0; i < 30; i++) {
      // Each says two things in a row.
      last = await people[(i >> 1) % 3]?.say(`${texts[i % 5]} http://a.example/${i}`)
      if (i % 10 === 9) await untilLast(tab, last)
    }
    expect(await tab.locator('.day').count()).toBe(2)
    expect(await tab.locator('[data-continues]').count()).toBeGreaterThan(40)
    await news(tab).getByText('30 new').waitFor()
    expect(await places()).toHaveLength(1)
  })
})

test.concurrent.each([
  ['letters of another size', 'html { font-size: 17px }'],
  [
    'the spacing of WCAG 1.4.12',
    '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }',
  ],
])('with %s, what is read strays by no more than a pixel', async (_, css) => {
  const room = await oldRoom()
  await using tab = await openTab(server, room)
  await tab.evaluate((css) => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    document.adoptedStyleSheets = [sheet]
  }, css)
  await scrollUp(tab, 613)
  const places = await watchPlace(tab)
  for (let i = 0; i < 12; i++) {
    const [id] = await sayAll(server, room, [`message ${i}`])
    await untilLast(tab, id)
  }
  const seen = await places()
  expect(Math.max(...seen) - Math.min(...seen)).toBeLessThanOrEqual(1)
})

test.concurrent('a reader at the end goes on with it, though the focus is in a message', async () => {
  const room = await oldRoom()
  await using tab = await openTab(server, room)
  await log(tab).getByRole('link').last().focus()
  for (const value of ['one', 'two', 'three']) {
    const [id] = await sayAll(server, room, [value])
    await untilLast(tab, id)
    expect(await isInSight(tab, `#m-${id}`)).toBe(true)
    expect(await log(tab).evaluate((log) => log.scrollTop)).toBe(0)
  }
})

test.concurrent('a reader who scrolled back is told how many came, and is led to the first of them', async () => {
  const room = await oldRoom()
  await using tab = await openTab(server, room, { viewport: { width: 360, height: 640 } })
  await scrollUp(tab, 700)
  const [first = ''] = await sayAll(server, room, ['one', 'two', 'three'])
  await news(tab).getByText('3 new', { exact: true }).waitFor()
  expect(await news(tab).getAttribute('href')).toEndWith(`/rooms/${room}#m-${first}`)
  const more = await sayAll(server, room, numbered(4, 30))
  await news(tab).getByText('30 new', { exact: true }).waitFor()
  // What was removed before it was read is not new.
  await store.remove(room, Number(more[0]))
  await news(tab).getByText('29 new', { exact: true }).waitFor()

  await news(tab).focus()
  await tab.keyboard.press('Enter')
  expect(await isInSight(tab, `#m-${first}`)).toBe(true)
  expect(await news(tab).count()).toBe(1)
  await tab.keyboard.press('Tab')
  const there = () => document.activeElement?.closest('.chat')?.id
  expect(await tab.evaluate(there)).toBe(`m-${first}`)
  await log(tab).evaluate((log) => log.scrollTo(0, 0))
  await news(tab).waitFor({ state: 'hidden' })
  expect(await isInSight(tab, `#m-${more.at(-1)}`)).toBe(true)
})

test.concurrent('a reader who scrolls back before anything is drawn stays there', async () => {
  const room = await oldRoom()
  await using tab = await openTab(server, room)
  await tab.addInitScript(() =>
    addEventListener('DOMContentLoaded', () => document.querySelector('#log')?.scrollBy(0, -700)),
  )
  await tab.reload()
  const drawn = () => new Promise((resolve) => setTimeout(() => requestAnimationFrame(resolve)))
  for (const _ of [1, 2, 3]) await tab.evaluate(drawn)
  expect(await log(tab).evaluate((log) => log.scrollTop)).toBe(-700)
})

test.concurrent('the unread are counted in the title and in the badge, until the end is reached', async () => {
  const room = await oldRoom()
  await using tab = await openTab(server, room)
  await tab.addInitScript(() => {
    const set = async (count: number) => document.body.setAttribute('data-badge', String(count))
    Object.assign(navigator, { setAppBadge: set })
  })
  await tab.reload()
  // One that the page before left there.
  await eventually(async () =>
    expect(await tab.locator('body').getAttribute('data-badge')).toBe('0'),
  )
  const told = async (title: string, badge: string) =>
    eventually(async () => {
      expect(await tab.title()).toBe(title)
      expect(await tab.locator('body').getAttribute('data-badge')).toBe(badge)
    })
  await sayIn(tab, 'from this tab', 'Ann')
  await sayAll(server, room, ['read at once'])
  await tab.getByText('read at once').waitFor()
  await told(room, '0')
  await scrollUp(tab, 700)
  await sayAll(server, room, numbered(1, 3))
  await told(`(3) ${room}`, '3')
  await sayAll(server, room, ['and another'])
  await told(`(4) ${room}`, '4')
  // As another tab of the same browser does.
  const form = { screenname: 'Ann', value: 'from another tab' }
  await tab.request.post(`${tab.url()}/messages`, { form })
  await tab.getByText('from another tab').waitFor({ state: 'attached' })
  await told(`(4) ${room}`, '4')
  await log(tab).evaluate((log) => log.scrollTo(0, 0))
  await told(room, '0')
})

test.concurrent('what comes while the reader is at another window counts until they are back', async () => {
  const room = await oldRoom()
  await using context = await ((await openWindow()).browser() as Browser).newContext()
  await using tab = await context.newPage()
  await tab.goto(`${server.url}/rooms/${room}`)
  // Playwright makes every page believe that it has the focus.
  const devtools = await context.newCDPSession(tab)
  await devtools.send('Emulation.setFocusEmulationEnabled', { enabled: false })
  await using other = await context.newPage()
  await other.bringToFront()
  await eventually(async () => expect(await tab.evaluate(() => document.hasFocus())).toBe(false))
  const [, last] = await sayAll(server, room, ['one', 'two'])
  await eventually(async () => expect(await tab.title()).toBe(`(2) ${room}`))
  expect(await isInSight(tab, `#m-${last}`)).toBe(true)
  expect(await news(tab).count()).toBe(0)
  await tab.bringToFront()
  await eventually(async () => expect(await tab.title()).toBe(room))
})

test.concurrent('an own message brings its author to the end', async () => {
  const room = await oldRoom()
  await using tab = await openTab(server, room)
  await scrollUp(tab, 700)
  const [theirs] = await sayAll(server, room, ['theirs'])
  await news(tab).waitFor()
  await sayIn(tab, 'own', 'Ann')
  await news(tab).waitFor({ state: 'hidden' })
  expect(await isInSight(tab, '.chat:last-child')).toBe(true)
  expect(await isInSight(tab, `#m-${theirs}`)).toBe(true)
  expect(await tab.title()).toBe(room)
})
