/** Live reading without JavaScript: the log in a frame that reads itself, and the composer beside it left alone. */
import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { type Server, sharedServer } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import {
  eventually,
  messageIn,
  nameIn,
  numbered,
  openTab,
  sayAll,
  sayByCurl,
  sayIn,
} from '../with/tab.ts'

const PLAIN = { javaScriptEnabled: false }
const SMALL = { ...PLAIN, viewport: { width: 320, height: 568 } }

const frameIn = (tab: Page) => tab.frameLocator('iframe')
const untilFramed = (tab: Page, texts: string[]) =>
  eventually(async () =>
    expect(await frameIn(tab).locator('.text').allTextContents()).toEqual(texts),
  )

/** The page that reads itself as often as it may. */
const openLive = (server: Server, room: string, options = PLAIN) =>
  openTab(server, `${room}?refresh=5`, options)

/** Whether the reader sees this message whole, in the log and in the window. */
const isInSight = async (tab: Page, text: string) => {
  const message = await frameIn(tab).getByText(text, { exact: true }).boundingBox()
  const frame = await tab.locator('iframe').boundingBox()
  const { height } = tab.viewportSize() ?? { height: 0 }
  if (!message || !frame) return false
  const bottom = Math.min(frame.y + frame.height, height)
  return message.y >= frame.y && message.y + message.height <= bottom
}

describe('live reading without JavaScript', async () => {
  const server = await sharedServer('sqlite', { MESSAGE_LENGTH: '60' })

  test.concurrent('is off until a link is followed, and off again by another', async () => {
    const room = freshRoom()
    await sayByCurl(server, room, 'hello')
    await using tab = await openTab(server, room, PLAIN)
    const current = tab.getByRole('navigation', { name: 'Live reading' }).locator('[aria-current]')
    const refreshing = tab.locator('meta[http-equiv="refresh"]')
    expect(await tab.locator('iframe').count()).toBe(0)
    expect(await refreshing.count()).toBe(0)
    expect(await current.textContent()).toBe('off')
    for (const seconds of ['15', '30', '60']) {
      await tab.getByTitle(`every ${seconds} seconds`).click()
      await tab.waitForURL(`${server.url}/rooms/${room}?refresh=${seconds}`)
      expect(await current.textContent()).toBe(`${seconds} s`)
      expect(await refreshing.count()).toBe(0)
      const framed = frameIn(tab).locator('meta[http-equiv="refresh"]')
      expect(await framed.getAttribute('content')).toBe(seconds)
    }
    await tab.getByRole('link', { name: 'off' }).click()
    await tab.waitForURL(`${server.url}/rooms/${room}`)
    expect(await tab.locator('iframe').count()).toBe(0)
  })

  test.concurrent('shows what others say, and leaves alone what is typed beside it', async () => {
    const room = freshRoom()
    await using tab = await openLive(server, room)
    await untilFramed(tab, [])
    await nameIn(tab).fill('Ann')
    await messageIn(tab).fill('half a ')
    await sayByCurl(server, room, 'from elsewhere')
    await untilFramed(tab, ['from elsewhere'])
    await tab.keyboard.type('word')
    expect(await messageIn(tab).inputValue()).toBe('half a word')
    expect(await nameIn(tab).inputValue()).toBe('Ann')
    expect(await tab.locator('#value:focus').count()).toBe(1)
  })

  test.concurrent('keeps the newest message in sight, in a small window too', async () => {
    const room = freshRoom()
    await sayAll(server, room, numbered(1, 60))
    await using tab = await openLive(server, room, SMALL)
    await untilFramed(tab, numbered(11, 60))
    expect(await isInSight(tab, 'message 60')).toBe(true)
    expect(await isInSight(tab, 'message 11')).toBe(false)
    await sayAll(server, room, numbered(61, 63))
    await untilFramed(tab, numbered(14, 63))
    expect(await isInSight(tab, 'message 63')).toBe(true)
    expect(await messageIn(tab).isVisible()).toBe(true)
  })

  test.concurrent('goes on after a post, and after one that was refused and mended', async () => {
    const room = freshRoom()
    await using tab = await openLive(server, room)
    const back = `${server.url}/rooms/${room}?refresh=5`
    await sayIn(tab, 'hello', 'Ann')
    await untilFramed(tab, ['hello'])
    expect(tab.url()).toBe(back)
    await sayIn(tab, 'x'.repeat(61))
    await tab.getByRole('alert').getByText('60 is the most').waitFor()
    expect(await messageIn(tab).inputValue()).toBe('x'.repeat(61))
    const away = tab.getByRole('link', { name: 'Back to the room' })
    expect(await away.evaluate((link: HTMLAnchorElement) => link.href)).toBe(back)
    await sayIn(tab, 'shorter')
    await tab.waitForURL(back)
    await untilFramed(tab, ['hello', 'shorter'])
  })

  test.concurrent('has links that lead out of the frame', async () => {
    const room = freshRoom()
    await sayAll(server, room, numbered(1, 51))
    await using tab = await openLive(server, room)
    const address = `${server.url}/rooms/${room}/messages`
    await frameIn(tab).locator('.permalink').last().click()
    await tab.waitForURL(new RegExp(`^${address}/\\d+$`))
    expect(await tab.getByRole('heading', { level: 1 }).textContent()).toContain('A message in')
    await tab.goBack()
    await frameIn(tab).getByRole('link', { name: 'Older messages' }).click()
    await tab.waitForURL(`${address}?before=*`)
    expect(await tab.locator('.text').allTextContents()).toEqual(['message 1'])
  })
})
