/** Typing in the composer: the keys that send, the room it takes, and how much more may be said. */
import { describe, expect, test } from 'bun:test'
import type { Locator, Page } from 'playwright-core'
import { sharedServer } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import { eventually, messageIn, nameIn, openTab, textsIn, untilShown } from '../with/tab.ts'

const heightOf = async (box: Locator) => (await box.boundingBox())?.height ?? 0

/** What the box is described by, to eyes and ears. */
const leftIn = (tab: Page) =>
  messageIn(tab).evaluate(
    (box) => document.getElementById(box.getAttribute('aria-describedby') ?? '')?.textContent,
  )

describe('the composer', async () => {
  const server = await sharedServer('sqlite', { MESSAGE_LENGTH: '20' })

  test.concurrent('sends with Enter, and breaks the line with Shift and Enter', async () => {
    await using tab = await openTab(server, freshRoom())
    await nameIn(tab).fill('Ann')
    await messageIn(tab).pressSequentially('two')
    await tab.keyboard.press('Shift+Enter')
    await tab.keyboard.type('lines')
    expect(await messageIn(tab).inputValue()).toBe('two\nlines')
    await tab.keyboard.press('Enter')
    await untilShown(tab, ['two\nlines'])
    await eventually(async () => expect(await messageIn(tab).inputValue()).toBe(''))
    await tab.keyboard.type('next')
    await tab.keyboard.press('Enter')
    await untilShown(tab, ['two\nlines', 'next'])
  })

  test.concurrent('does not send with the Enter that ends a word of an input method', async () => {
    await using tab = await openTab(server, freshRoom())
    await nameIn(tab).fill('Ann')
    await messageIn(tab).focus()
    const keys = await tab.context().newCDPSession(tab)
    await keys.send('Input.imeSetComposition', {
      text: 'にほん',
      selectionStart: 3,
      selectionEnd: 3,
    })
    await tab.keyboard.press('Enter')
    await keys.send('Input.insertText', { text: '日本' })
    expect(await messageIn(tab).inputValue()).toContain('日本')
    expect(await textsIn(tab)).toEqual([])
    await tab.keyboard.press('Enter')
    await untilShown(tab, ['日本'])
  })

  test.concurrent('asks for what is missing, and sends nothing', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room, { alone: true })
    await messageIn(tab).fill('hello')
    await messageIn(tab).press('Enter')
    await eventually(async () =>
      expect(await nameIn(tab).evaluate((box) => box === document.activeElement)).toBe(true),
    )
    expect(await textsIn(tab)).toEqual([])
    expect(await messageIn(tab).inputValue()).toBe('hello')
  })

  test.concurrent('grows with the text, scrolls where it is long, and is small again afterwards', async () => {
    await using tab = await openTab(server, freshRoom())
    await nameIn(tab).fill('Ann')
    const box = messageIn(tab)
    const small = await heightOf(box)
    await box.fill('a\nb\nc')
    const larger = await heightOf(box)
    expect(larger).toBeGreaterThan(small + 40)
    expect(await box.evaluate((box) => box.scrollHeight <= box.clientHeight)).toBe(true)
    await box.fill('a\n'.repeat(200))
    expect(await heightOf(box)).toBeLessThan((tab.viewportSize()?.height ?? 0) / 2)
    expect(await heightOf(tab.getByRole('log'))).toBeGreaterThan(100)
    await box.fill('a\nb\nc')
    await box.press('Enter')
    await untilShown(tab, ['a\nb\nc'])
    await eventually(async () => expect(await heightOf(box)).toBe(small))
  })

  test.concurrent('tells how many characters are left when they are few, as people count them', async () => {
    await using tab = await openTab(server, freshRoom())
    const family = '👩‍👩‍👧'
    await messageIn(tab).fill(family.repeat(17))
    expect(await leftIn(tab)).toBe('')
    await messageIn(tab).fill(`${family.repeat(18)}\n `)
    expect(await leftIn(tab)).toBe('Characters left: 2')
    await messageIn(tab).fill(family.repeat(20))
    expect(await leftIn(tab)).toBe('Characters left: 0')
    await nameIn(tab).fill('Ann')
    await messageIn(tab).press('Enter')
    await untilShown(tab, [family.repeat(20)])
    await eventually(async () => expect(await leftIn(tab)).toBe(''))
    await tab.locator('[data-own] .permalink').click()
    const correction = tab.getByRole('textbox', { name: 'Correct it' })
    await correction.fill(family.repeat(17))
    expect(await tab.locator('.own .left').textContent()).toBe('')
    await correction.fill(`${family.repeat(18)} `)
    expect(await tab.locator('.own .left').textContent()).toBe('Characters left: 2')
  })

  test.concurrent('tells beside the box, in words and aloud, why a text was refused', async () => {
    await using tab = await openTab(server, freshRoom())
    await nameIn(tab).fill('Ann')
    const alert = tab.getByRole('alert')
    expect(await alert.textContent()).toBe('')
    await messageIn(tab).fill('x'.repeat(25))
    await messageIn(tab).press('Enter')
    await alert.getByText('The message is 25 characters long; 20 is the most.').waitFor()
    const [box, told] = await Promise.all([messageIn(tab).boundingBox(), alert.boundingBox()])
    expect(told?.y).toBeLessThan((box?.y ?? 0) + (box?.height ?? 0) + 48)
    expect(await messageIn(tab).inputValue()).toBe('x'.repeat(25))
    expect(await messageIn(tab).evaluate((box) => box === document.activeElement)).toBe(true)
  })
})
