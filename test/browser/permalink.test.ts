/** The link to a message leads to it, among those around it. */
import { describe, expect, test } from 'bun:test'
import { sharedServer } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import { numbered, openTab, sayAll } from '../with/tab.ts'

const server = await sharedServer('sqlite')
const room = freshRoom()
const ids = await sayAll(server, room, numbered(1, 40))
const PHONE = { width: 320, height: 480 }

describe.each([true, false])('the link to a message (JavaScript: %p)', (javaScriptEnabled) => {
  test.concurrent('is its time, and lands on it, highlighted, among those around it', async () => {
    await using tab = await openTab(server, room, { viewport: PHONE, javaScriptEnabled })
    const at = (number: number) => tab.locator(`#m-${ids[number - 1]}`)
    await at(20).locator('a').click()
    await tab.waitForURL(`${server.url}/rooms/${room}/messages/${ids[19]}`)
    expect(await tab.locator('.chat .text').allTextContents()).toEqual(numbered(10, 30))
    const box = await at(20).boundingBox()
    expect(box?.y).toBeGreaterThanOrEqual(0)
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(PHONE.height)

    const look = (number: number) =>
      at(number).evaluate((item) => {
        const { backgroundColor, borderInlineStartWidth, outlineStyle } = getComputedStyle(item)
        return { backgroundColor, borderInlineStartWidth, outlineStyle }
      })
    expect(await look(19)).toEqual(await look(21))
    expect(await look(20)).not.toEqual(await look(19))
    // A border, for it is there in forced colours, too; the time has the focus, and the outline.
    expect(await look(20)).toMatchObject({ borderInlineStartWidth: '3px', outlineStyle: 'none' })
    expect(await tab.locator('[aria-current]').getAttribute('href')).toEndWith(`${ids[19]}`)

    await tab.getByRole('link', { name: 'Older messages' }).click()
    expect(await tab.locator('.chat .text').allTextContents()).toEqual(numbered(1, 9))
    await tab.goBack()
    await tab.getByRole('link', { name: 'Newer messages' }).click()
    expect(await tab.locator('.chat .text').allTextContents()).toEqual(numbered(31, 40))
  })
})
