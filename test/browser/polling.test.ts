/** When a page polls, counted in requests, and what it learns by it of those who are here. */
import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { openWindow } from '../with/chromium.ts'
import { saidBefore } from '../with/past.ts'
import { startServer, storeSettings } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import {
  eventually,
  holdAnswer,
  numbered,
  openTab,
  POLLS,
  sayAll,
  textsIn,
  untilShown,
} from '../with/tab.ts'

const settings = await storeSettings('redis')
const start = (seconds: string) => startServer({ ...settings, POLL_SECONDS: seconds })
const [quick, another, slow] = [await start('1'), await start('1'), await start('60')]

/** When the tab polled, by the browser's clock, in seconds. */
function watchPolls(tab: Page): number[] {
  const polls: number[] = []
  tab.on('response', (answer) => {
    if (POLLS.test(answer.url())) polls.push(answer.request().timing().startTime / 1000)
  })
  return polls
}

const untilPolled = (polls: number[], times: number) =>
  eventually(async () => expect(polls.length).toBeGreaterThanOrEqual(times))

const waits = (polls: number[]) => polls.slice(1).map((at, i) => at - (polls[i] as number))

const fail = (tab: Page, headers: Record<string, string> = {}) =>
  tab.route(POLLS, (route) => route.fulfill({ status: 503, headers, body: 'no' }))

describe('a page whose server fails', () => {
  test.concurrent('asks less and less often, and as before when it answers again', async () => {
    await using tab = await openTab(quick, freshRoom())
    await fail(tab)
    const polls = watchPolls(tab)
    await untilPolled(polls, 3)
    await tab.unroute(POLLS)
    await untilPolled(polls, 7)
    const [first, second, third, ...others] = waits(polls)
    // 1, 2 and 4 seconds, a quarter more or less.
    expect(first).toBeGreaterThan(0.7)
    expect(second).toBeGreaterThan(1.4)
    expect(third).toBeGreaterThan(2.9)
    expect(Math.max(...others)).toBeLessThan(8)
  })

  test.concurrent('waits as long as it is told, even when the network is back before', async () => {
    await using tab = await openTab(quick, freshRoom(), { alone: true })
    await fail(tab, { 'retry-after': '6' })
    const polls = watchPolls(tab)
    await untilPolled(polls, 1)
    await tab.getByRole('status').getByText('Not connected').waitFor()
    await tab.context().setOffline(true)
    await tab.context().setOffline(false)
    await tab.unroute(POLLS)
    await untilPolled(polls, 4)
    const [told, ...others] = waits(polls)
    expect(told).toBeGreaterThanOrEqual(6)
    expect(Math.max(...others)).toBeLessThan(6)
  })

  test.concurrent('asks at once when the network is back, where nobody told it to wait', async () => {
    await using tab = await openTab(slow, freshRoom(), { alone: true })
    const polls = watchPolls(tab)
    await tab.context().setOffline(true)
    await tab.context().setOffline(false)
    await untilPolled(polls, 1)
  })
})

test.concurrent('a tab that is hidden while it catches up goes on when it is seen again', async () => {
  const room = freshRoom()
  const window = await openWindow()
  await using hidden = await window.newPage()
  await using seen = await window.newPage()
  await hidden.goto(`${slow.url}/rooms/${room}`)
  const values = numbered(1, 220)
  await sayAll(quick, room, values)
  await seen.bringToFront()
  await eventually(async () => expect(await hidden.evaluate(() => document.hidden)).toBe(true))
  const held = await holdAnswer(hidden, POLLS, 'GET')
  await hidden.bringToFront()
  await held.answered
  await seen.bringToFront()
  await eventually(async () => expect(await hidden.evaluate(() => document.hidden)).toBe(true))
  held.release()
  await eventually(async () => expect((await textsIn(hidden)).length).toBeGreaterThan(0))
  const shown = (await textsIn(hidden)).length
  await Bun.sleep(2000)
  expect((await textsIn(hidden)).length).toBe(shown)
  await hidden.bringToFront()
  await untilShown(hidden, values)
})

test.concurrent('a hidden tab asks nothing, and at once when it is seen again', async () => {
  const room = freshRoom()
  const window = await openWindow()
  await using hidden = await window.newPage()
  await using rare = await window.newPage()
  await using seen = await window.newPage()
  await hidden.goto(`${quick.url}/rooms/${room}`)
  await rare.goto(`${slow.url}/rooms/${room}`)
  await seen.bringToFront()
  for (const tab of [hidden, rare])
    await eventually(async () => expect(await tab.evaluate(() => document.hidden)).toBe(true))
  await seen.goto(`${quick.url}/rooms/${room}`)
  const polls = [hidden, rare, seen].map(watchPolls) as [number[], number[], number[]]
  await sayAll(quick, room, ['meanwhile'])
  await untilPolled(polls[2], 5)
  expect(polls.map((polls) => polls.length > 0)).toEqual([false, false, true])

  // Its next poll by itself would be a minute away.
  await rare.bringToFront()
  await untilShown(rare, ['meanwhile'])
  await hidden.bringToFront()
  await untilShown(hidden, ['meanwhile'])
  await untilPolled(polls[0], 3)
})

test.concurrent('a page asks as before when the clock is set back', async () => {
  await using tab = await openTab(quick, freshRoom())
  const polls = watchPolls(tab)
  await untilPolled(polls, 1)
  await tab.evaluate(() => {
    const { now } = Date
    Date.now = () => now() - 3_600_000
  })
  const before = polls.length
  await untilPolled(polls, before + 3)
})

test.concurrent('in a quiet room a page asks less often, until somebody speaks', async () => {
  const room = freshRoom()
  await saidBefore(room, [{ at: Date.now() - 61 * 60_000, value: 'long ago' }])
  await using tab = await openTab(quick, room)
  const polls = watchPolls(tab)
  await untilPolled(polls, 3)
  expect(Math.min(...waits(polls))).toBeGreaterThan(2)
  await sayAll(quick, room, ['now'])
  await untilShown(tab, ['long ago', 'now'])
  expect(await tab.locator('#poller').getAttribute('hx-trigger')).toBe('every 1s')
})

test.concurrent('a page tells who came and who went, over all servers, without a reload', async () => {
  const room = freshRoom()
  await using tab = await openTab(quick, room)
  // Pages are counted in stretches of time: it takes ten seconds, and a poll, until a number is told.
  const untilHere = (told: string) =>
    tab.locator('.presence').getByText(told).waitFor({ timeout: 60_000 })
  await untilHere('1 here')
  const same = await openTab(quick, room)
  await using _third = await openTab(another, room)
  await untilHere('3 here')
  await same.close()
  await untilHere('2 here')
})
