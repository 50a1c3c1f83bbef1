/** Where a reader stands in a long room: at the newest message, until they go elsewhere. */
import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { sharedServer } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import {
  eventually,
  holdAnswer,
  messageIn,
  numbered,
  openPerson,
  openTab,
  sayAll,
  sayByCurl,
  sayIn,
  scrollBack,
  textsIn,
  untilShown,
} from '../with/tab.ts'

const server = await sharedServer('sqlite')
const PHONE = { viewport: { width: 360, height: 640 } }

/** Where a message stands in the window. */
const topIn = (tab: Page, text: string) =>
  tab
    .getByText(text, { exact: true })
    .evaluate((element) => element.closest('.chat')?.getBoundingClientRect().top)

test('a page opens at its end, goes on with it, and stays where its reader scrolled back to', async () => {
  const room = freshRoom()
  await sayAll(server, room, numbered(1, 50))
  await using tab = await openTab(server, room, PHONE)
  const log = tab.getByRole('log')
  // The log begins at its end: what is above it is negative.
  const below = () => log.evaluate((element) => Math.abs(element.scrollTop))
  const arrives = (text: string) =>
    eventually(async () => expect((await textsIn(tab)).at(-1)).toBe(text))
  expect(await below()).toBe(0)

  await sayByCurl(server, room, 'one more')
  await arrives('one more')
  expect(await below()).toBe(0)

  await log.evaluate((element) => element.scrollBy(0, -700))
  const top = await topIn(tab, 'message 30')
  for (const text of ['and another', 'two\nlines', 'the last']) {
    await sayByCurl(server, room, text)
    await arrives(text)
    expect(await topIn(tab, 'message 30')).toBe(top)
  }
})

test('older messages come above what is read, and move none of it', async () => {
  const room = freshRoom()
  // Of one person: what was the first of a page goes on with what comes above it, and is not named again.
  const person = openPerson(server, room, 'Ann')
  for (const value of numbered(1, 120)) await person.say(value)
  await using tab = await openTab(server, room, PHONE)
  for (const first of [71, 21]) {
    const older = await holdAnswer(tab, /before=/, 'GET')
    await scrollBack(tab)
    await older.answered
    const top = await topIn(tab, `message ${first}`)
    older.release()
    await untilShown(tab, numbered(Math.max(first - 50, 1), 120))
    expect(await topIn(tab, `message ${first}`)).toBe(top)
  }
})

test('what one reads stays, too, while a text that is written takes room from it', async () => {
  const room = freshRoom()
  await sayAll(server, room, numbered(1, 50))
  await using tab = await openTab(server, room, PHONE)
  const log = tab.getByRole('log')
  await log.evaluate((element) => element.scrollBy(0, -700))
  const top = () => topIn(tab, 'message 30')
  const height = () => log.evaluate((element) => element.clientHeight)
  const [before, high] = [await top(), await height()]
  await messageIn(tab).fill('one\ntwo\nthree\nfour')
  await eventually(async () => expect(await height()).toBeLessThan(high))
  await eventually(async () => expect(await top()).toBe(before))
  await messageIn(tab).fill('')
  await eventually(async () => expect(await height()).toBe(high))
  await eventually(async () => expect(await top()).toBe(before))

  await log.evaluate((element) => element.scrollTo(0, 0))
  await messageIn(tab).fill('one\ntwo\nthree\nfour')
  await eventually(async () => expect(await height()).toBeLessThan(high))
  expect(await log.evaluate((element) => element.scrollTop)).toBe(0)
})

test('the form for the newest message opens where all of it is seen', async () => {
  const room = freshRoom()
  await sayAll(server, room, numbered(1, 50))
  await using tab = await openTab(server, room, PHONE)
  await sayIn(tab, 'own', 'Ann')
  await tab.locator('[data-own] .permalink').click()
  const form = tab.locator('.own')
  await form.getByRole('button', { name: 'Remove' }).waitFor()
  const bottom = (element: Element) => Math.floor(element.getBoundingClientRect().bottom)
  await eventually(async () =>
    expect(await form.evaluate(bottom)).toBeLessThanOrEqual(
      await tab.getByRole('log').evaluate(bottom),
    ),
  )
})
