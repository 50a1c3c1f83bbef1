/** The keyboard alone: every control is reached in the order of the page, is seen to be, and is never lost. */
import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { openChromium } from '../with/chromium.ts'
import { sharedServer } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import {
  eventually,
  idsIn,
  messageIn,
  numbered,
  openTab,
  sayAll,
  sayIn,
  scrollBack,
  textsIn,
  untilShown,
} from '../with/tab.ts'

/** What has the focus: its id or its words; and nothing where it is not to be seen. */
const focusIn = (tab: Page) =>
  tab.evaluate(() => {
    const focused = document.activeElement as HTMLElement
    if (focused === document.body) return 'nothing'
    const isSeen = [focused, ...focused.children].some((element) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element)
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
    })
    const name = focused.id || focused.getAttribute('name') || focused.textContent?.trim()
    return isSeen ? name : `${name}, unseen`
  })

/** Presses Tab so many times; answers where it came by. */
async function walk(tab: Page, steps: number, key = 'Tab'): Promise<unknown[]> {
  const stops: unknown[] = []
  for (let i = 0; i < steps; i++) {
    await tab.keyboard.press(key)
    stops.push(await focusIn(tab))
  }
  return stops
}

/** Goes on with Tab until this has the focus. */
async function walkTo(tab: Page, stop: string): Promise<void> {
  for (let i = 0; i < 100; i++) if ((await walk(tab, 1))[0] === stop) return
  throw new Error(`Tab does not come to ${stop}`)
}

const untilFocus = (tab: Page, name: unknown) =>
  eventually(async () => expect(await focusIn(tab)).toBe(name as string))

describe('by keyboard alone', async () => {
  const server = await sharedServer('sqlite')

  test.concurrent('who lands on the front page enters a room and says something', async () => {
    const room = freshRoom()
    await sayAll(server, room, ['hello'])
    await using tab = await (await openChromium()).newPage({ timezoneId: 'UTC' })
    await tab.goto(server.url)
    await walkTo(tab, 'room')
    expect(await walk(tab, 1)).toEqual(['Enter'])
    expect(await walk(tab, 1, 'Shift+Tab')).toEqual(['room'])
    await tab.keyboard.type(room)
    await tab.keyboard.press('Enter')
    await tab.waitForURL(`**/rooms/${room}`)
    await untilShown(tab, ['hello'])
    const time = await tab.locator('.chat time').textContent()
    expect(await walk(tab, 8)).toEqual([
      'To the message box',
      ...['On your site', 'All rooms', 'log', time, 'screenname', 'value', 'say'],
    ])
    await walk(tab, 2, 'Shift+Tab')
    await tab.keyboard.type('Ann')
    await tab.keyboard.press('Tab')
    await tab.keyboard.type('hello, too')
    await tab.keyboard.press('Enter')
    await untilShown(tab, ['hello', 'hello, too'])
    await eventually(async () => expect(await messageIn(tab).inputValue()).toBe(''))
    expect(await focusIn(tab)).toBe('value')
  })

  test.concurrent('the first link of a room leads past the log to the message box', async () => {
    const room = freshRoom()
    await sayAll(server, room, numbered(1, 50))
    await using tab = await openTab(server, room)
    expect(await walk(tab, 1)).toEqual(['To the message box'])
    expect((await tab.locator('.skip').boundingBox())?.height).toBeGreaterThan(20)
    await tab.keyboard.press('Enter')
    expect(await focusIn(tab)).toBe('value')
  })

  test.concurrent('a reader of older messages keeps a place among them', async () => {
    const room = freshRoom()
    await sayAll(server, room, numbered(1, 120))
    await using tab = await openTab(server, room)
    await walkTo(tab, 'log')
    expect(await walk(tab, 1)).toEqual(['Older messages'])
    // A link that is in sight is followed after a while, pressed or not.
    await tab.keyboard.press('Enter')
    await eventually(async () => expect(await textsIn(tab)).not.toHaveLength(50))
    await eventually(async () => expect(await focusIn(tab)).not.toBe('nothing'))
    if ((await focusIn(tab)) === 'Older messages') await tab.keyboard.press('Enter')
    await eventually(async () => expect(await textsIn(tab)).toHaveLength(120))
    await untilFocus(tab, 'log')
  })

  test.concurrent('the link to what is new leads to the first of it', async () => {
    const room = freshRoom()
    await sayAll(server, room, numbered(1, 40))
    await using tab = await openTab(server, room)
    await scrollBack(tab)
    await sayAll(server, room, numbered(41, 43))
    await tab.getByRole('link', { name: '3 new' }).waitFor()
    await messageIn(tab).focus()
    await walk(tab, 1, 'Shift+Tab')
    expect(await walk(tab, 1, 'Shift+Tab')).toEqual(['new'])
    await sayAll(server, room, ['message 44'])
    await tab.getByRole('link', { name: '4 new' }).waitFor()
    expect(await focusIn(tab)).toBe('new')
    await tab.keyboard.press('Enter')
    await walk(tab, 1)
    const there = () => document.activeElement?.closest('.chat')?.id
    expect(await tab.evaluate(there)).toBe(`m-${(await idsIn(tab))[40]}`)
  })

  test.concurrent('the time of a message leads to its page, which leads back', async () => {
    const room = freshRoom()
    const [id] = await sayAll(server, room, ['theirs'])
    await using tab = await openTab(server, room)
    await walkTo(tab, 'log')
    await walk(tab, 1)
    await tab.keyboard.press('Enter')
    await tab.waitForURL(`**/${id}`)
    await untilFocus(tab, await tab.locator('[aria-current]').textContent())
    await walk(tab, 1, 'Shift+Tab')
    expect(await focusIn(tab)).toBe('Back to the room')
    await tab.keyboard.press('Enter')
    await tab.waitForURL(`**/rooms/${room}`)
  })

  test.concurrent('an own message is corrected, or left as it is, and the focus is at its time again', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await sayIn(tab, 'waht I say', 'Ann')
    await untilShown(tab, ['waht I say'])
    const time = tab.locator('.chat[data-own] .permalink')
    const open = async () => {
      await time.focus()
      await tab.keyboard.press('Enter')
      await untilFocus(tab, 'value')
      const start = () =>
        tab.locator('.own textarea').evaluate((field: HTMLTextAreaElement) => field.selectionStart)
      await eventually(async () => expect(await start()).toBe('waht I say'.length))
    }
    const untilBack = async () => {
      await time.waitFor()
      await untilFocus(tab, await time.textContent())
    }

    await open()
    expect(await walk(tab, 2)).toEqual(['Save', 'Cancel'])
    await tab.keyboard.press('Enter')
    await untilBack()

    await open()
    await tab.keyboard.press('Escape')
    await untilBack()

    await open()
    await tab.keyboard.press('Control+A')
    await tab.keyboard.type('what I say')
    await tab.keyboard.press('Enter')
    await untilShown(tab, ['what I say'])
    await untilBack()
  })
})
