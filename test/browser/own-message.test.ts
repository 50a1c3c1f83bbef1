/** One's own message, corrected or removed for ten minutes: in its place, and without JavaScript on its page. */
import { describe, expect, test } from 'bun:test'
import type { Locator, Page } from 'playwright-core'
import { type Server, sharedServer, startServer, wrongClock } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import {
  eventually,
  holdAnswer,
  openTab,
  POLLS,
  sayByCurl,
  sayIn,
  textsIn,
  untilShown,
} from '../with/tab.ts'

const PLAIN = { javaScriptEnabled: false }
const LATE = 'A message can be corrected or removed for ten minutes; they are over.'

const timeOf = (tab: Page, text: string) =>
  tab.locator('.chat').filter({ hasText: text }).locator('.permalink')
const boxIn = (tab: Page) => tab.getByRole('textbox', { name: 'Correct it' })
const toldIn = (tab: Page) => tab.locator('.told').and(tab.getByRole('alert'))
const click = (tab: Page, name: string) => tab.getByRole('button', { name }).click()
const boxOf = (place: Locator) => place.evaluate((element) => element.getBoundingClientRect())
const hasFocus = (tab: Page, part: string) =>
  tab.evaluate((part) => document.activeElement?.matches(part), part)

/** Opens the form in the message's place; one can write when the caret stands at the end. */
async function change(tab: Page, text: string): Promise<void> {
  await timeOf(tab, text).click()
  await eventually(async () =>
    expect(await boxIn(tab).evaluate((box: HTMLTextAreaElement) => box.selectionStart)).toBe(
      text.length,
    ),
  )
}

/** Lets another server, by whose clock it is later, answer what this page sends. */
const sendTo = (later: Server, tab: Page) =>
  tab.route(/\/(revision|removal)$/, async (route) => {
    const url = later.url + new URL(route.request().url()).pathname
    const headers = { ...route.request().headers(), origin: later.url }
    const response = await route.fetch({ url, headers, maxRedirects: 0 })
    await route.fulfill({ response })
  })

const server = await sharedServer('sqlite', { MESSAGE_LENGTH: '20' })
const later = await startServer({ ...server.settings, ...(await wrongClock('+11m')) })

describe('an own message', () => {
  test.concurrent('is corrected where it stands, and other pages follow', async () => {
    const room = freshRoom()
    await using ann = await openTab(server, room)
    await using bob = await openTab(server, room, { person: 'Bob' })
    await sayIn(ann, 'wrogn', 'Ann')
    await untilShown(ann, ['wrogn'])
    await sayByCurl(server, room, 'after it')
    await untilShown(ann, ['wrogn', 'after it'])
    await change(ann, 'wrogn')
    expect(ann.url()).toBe(`${server.url}/rooms/${room}`)
    expect(await boxIn(ann).inputValue()).toBe('wrogn')
    await eventually(async () => expect(await hasFocus(ann, '#chatbox textarea')).toBe(true))
    await boxIn(ann).fill('wrong')
    await sayByCurl(server, room, 'meanwhile')
    await untilShown(ann, ['wrogn', 'after it', 'meanwhile'])
    expect(await boxIn(ann).inputValue()).toBe('wrong')
    await boxIn(ann).press('Enter')
    await untilShown(ann, ['wrong', 'after it', 'meanwhile'])
    expect(await boxIn(ann).count()).toBe(0)
    await eventually(async () => expect(await hasFocus(ann, '.permalink')).toBe(true))
    await untilShown(bob, ['wrong', 'after it', 'meanwhile'])
  })

  test.concurrent('is corrected again, though its correction is told while the form is on its way', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room, { person: 'Eve' })
    await sayIn(tab, 'wrogn', 'Eve')
    await untilShown(tab, ['wrogn'])
    await sayByCurl(server, room, 'after it')
    await untilShown(tab, ['wrogn', 'after it'])
    await tab.route(POLLS, (route) => route.fulfill({ status: 204 }))
    await change(tab, 'wrogn')
    await boxIn(tab).fill('wrong')
    await boxIn(tab).press('Enter')
    await untilShown(tab, ['wrong', 'after it'])
    const form = await holdAnswer(tab, /\/revision$/, 'GET')
    await timeOf(tab, 'wrong').click()
    await form.answered
    await tab.unroute(POLLS)
    await tab.waitForResponse((answer) => POLLS.test(answer.url()) && answer.status() === 200)
    // What the page makes of it is done when it polls again.
    await tab.waitForRequest(POLLS)
    form.release()
    await boxIn(tab).waitFor()
  })

  test.concurrent('is as it was after Cancel and after Escape, and can be opened again', async () => {
    await using tab = await openTab(server, freshRoom())
    await sayIn(tab, 'hello', 'Ann')
    await untilShown(tab, ['hello'])
    const cancel = () => tab.getByRole('link', { name: 'Cancel' }).click()
    const pressEscape = () => boxIn(tab).press('Escape')
    const keys = await tab.context().newCDPSession(tab)
    for (const leave of [cancel, pressEscape, cancel]) {
      await change(tab, 'hello')
      await boxIn(tab).fill('something else')
      // The Escape of an input method leaves the word, not the form.
      await keys.send('Input.imeSetComposition', { text: 'に', selectionStart: 1, selectionEnd: 1 })
      await boxIn(tab).press('Escape')
      expect(await boxIn(tab).count()).toBe(1)
      await keys.send('Input.insertText', { text: '' })
      await leave()
      await eventually(async () => expect(await boxIn(tab).count()).toBe(0))
      await eventually(async () => expect(await hasFocus(tab, '.permalink')).toBe(true))
      expect(await tab.locator('.text').isVisible()).toBe(true)
      expect(await textsIn(tab)).toEqual(['hello'])
    }
  })

  test.concurrent('has the ways out of its form in one row, however wide the window is', async () => {
    await using tab = await openTab(server, freshRoom())
    await sayIn(tab, 'hello', 'Ann')
    await change(tab, 'hello')
    for (const width of [320, 390, 1280]) {
      await tab.setViewportSize({ width, height: 568 })
      const bottoms = await tab
        .locator('.revision button, .cancel, .removal button')
        .evaluateAll((ways) => ways.map((way) => way.getBoundingClientRect().bottom))
      expect(bottoms).toHaveLength(3)
      expect(new Set(bottoms).size).toBe(1)
    }
  })

  test.concurrent('is removed where it stands, and other pages follow', async () => {
    const room = freshRoom()
    await using ann = await openTab(server, room)
    await using bob = await openTab(server, room, { person: 'Bob' })
    await sayIn(ann, 'oops', 'Ann')
    await untilShown(ann, ['oops'])
    await sayByCurl(server, room, 'after it')
    await untilShown(bob, ['oops', 'after it'])
    await timeOf(ann, 'oops').click()
    await click(ann, 'Remove')
    await eventually(async () => expect(await textsIn(ann)).not.toContain('oops'))
    await eventually(async () => expect(await hasFocus(ann, '#log')).toBe(true))
    await untilShown(bob, ['after it'])
    expect(await textsIn(ann)).toEqual(['after it'])
  })

  test.concurrent('keeps what was written instead, where that is refused', async () => {
    await using tab = await openTab(server, freshRoom())
    await sayIn(tab, 'hello', 'Ann')
    await untilShown(tab, ['hello'])
    await change(tab, 'hello')
    await boxIn(tab).fill('x'.repeat(21))
    await click(tab, 'Save')
    await toldIn(tab).getByText('20 is the most').waitFor()
    expect(await boxIn(tab).inputValue()).toBe('x'.repeat(21))
    expect(await tab.locator('#errors').textContent()).toBe('')
    await eventually(async () => expect(await hasFocus(tab, '#chatbox textarea')).toBe(true))
    await boxIn(tab).fill('shorter')
    await boxIn(tab).press('Enter')
    await untilShown(tab, ['shorter'])
    expect(await toldIn(tab).count()).toBe(0)
  })

  test.concurrent('says beside the box that no answer came, and is corrected with the next', async () => {
    await using tab = await openTab(server, freshRoom(), { alone: true })
    await sayIn(tab, 'wrogn', 'Ann')
    await untilShown(tab, ['wrogn'])
    await change(tab, 'wrogn')
    await boxIn(tab).fill('wrong')
    await tab.context().setOffline(true)
    await click(tab, 'Save')
    await toldIn(tab).getByText('No answer came').waitFor()
    expect(await tab.locator('#errors').textContent()).toBe('')
    expect(await boxIn(tab).inputValue()).toBe('wrong')
    await tab.context().setOffline(false)
    await click(tab, 'Save')
    await untilShown(tab, ['wrong'])
  })

  test.concurrent('of another leads to its page, which offers no change', async () => {
    const room = freshRoom()
    await sayByCurl(server, room, 'theirs')
    await using tab = await openTab(server, room)
    await timeOf(tab, 'theirs').click()
    await tab.waitForURL(/\/messages\/\d+$/)
    expect(await tab.locator('.chat .text').textContent()).toBe('theirs')
    expect(await tab.locator('form, textarea, button').count()).toBe(0)
  })

  test.concurrent('can no more be changed after ten minutes, which is told in words', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await sayIn(tab, 'long ago', 'Ann')
    await untilShown(tab, ['long ago'])
    await change(tab, 'long ago')
    await boxIn(tab).fill('too late')
    await sendTo(later, tab)
    await click(tab, 'Save')
    await toldIn(tab).getByText(LATE).waitFor()
    expect(await boxIn(tab).inputValue()).toBe('too late')
    await click(tab, 'Remove')
    await toldIn(tab).getByText(LATE).waitFor()
    expect(await textsIn(tab)).toEqual(['long ago'])
  })

  test.concurrent('is no more offered to be changed after ten minutes, on a page that stays open', async () => {
    const before = (tab: Page) => tab.clock.install()
    await using tab = await openTab(server, freshRoom(), { alone: true, before })
    await sayIn(tab, 'long ago', 'Ann')
    const time = timeOf(tab, 'long ago')
    const offered = () => time.getAttribute('title')
    await eventually(async () => expect(await offered()).toBe('Edit or remove'))
    await tab.clock.fastForward(660_000)
    await eventually(async () => expect(await offered()).toBe(''))
    await time.click()
    await tab.waitForURL(/\/messages\/\d+$/)
  })

  test.concurrent('leads to its own page, like any other, after ten minutes', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room, { alone: true })
    await sayIn(tab, 'long ago', 'Ann')
    await untilShown(tab, ['long ago'])
    await tab.clock.setFixedTime(Date.now() + 660_000)
    await tab.goto(`${later.url}/rooms/${room}`)
    await timeOf(tab, 'long ago').click()
    await tab.waitForURL(/\/messages\/\d+$/)
    expect(await tab.locator('form, textarea, button').count()).toBe(0)
  })
})

describe('an own message without JavaScript', () => {
  test.concurrent('is corrected and removed on its own page', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room, PLAIN)
    await sayIn(tab, 'wrogn', 'Ann')
    await untilShown(tab, ['wrogn'])
    await timeOf(tab, 'wrogn').click()
    await tab.getByText('for ten minutes').waitFor()
    expect(await boxIn(tab).inputValue()).toBe('wrogn')
    await boxIn(tab).fill('x'.repeat(21))
    await click(tab, 'Save')
    await tab.getByRole('alert').getByText('20 is the most').waitFor()
    expect(await boxIn(tab).inputValue()).toBe('x'.repeat(21))
    await boxIn(tab).fill('wrong')
    await click(tab, 'Save')
    await tab.locator('.text').getByText('wrong', { exact: true }).waitFor()
    expect(await tab.locator('.chat').textContent()).toContain('✎')
    await click(tab, 'Remove')
    await tab.waitForURL(`${server.url}/rooms/${room}`)
    expect(await textsIn(tab)).toEqual([])
  })

  test.concurrent('stands above its form on its own page, however wide the window is', async () => {
    await using tab = await openTab(server, freshRoom(), PLAIN)
    await sayIn(tab, 'two or three words', 'Ann')
    await timeOf(tab, 'words').click()
    for (const width of [320, 1280]) {
      await tab.setViewportSize({ width, height: 568 })
      const [text, form] = await Promise.all(
        ['.text', '.own'].map((part) => boxOf(tab.locator(part))),
      )
      expect(form?.top).toBeGreaterThanOrEqual(text?.bottom ?? 0)
    }
  })

  test.concurrent('can no more be changed after ten minutes, which is told in words', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room, PLAIN)
    await sayIn(tab, 'long ago', 'Ann')
    await untilShown(tab, ['long ago'])
    await timeOf(tab, 'long ago').click()
    await boxIn(tab).fill('too late')
    await sendTo(later, tab)
    await click(tab, 'Save')
    await tab.getByText(LATE).waitFor()
    await tab.goto(`${later.url}/rooms/${room}`)
    expect(await textsIn(tab)).toEqual(['long ago'])
    await timeOf(tab, 'long ago').click()
    await tab.waitForURL(/\/messages\/\d+$/)
    expect(await tab.locator('form, textarea, button').count()).toBe(0)
  })
})
