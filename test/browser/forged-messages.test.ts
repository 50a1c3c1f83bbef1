/** Messages that somebody forges, to a frame or to the script that put it there: nothing changes by them. */
import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { openHost, openHosted } from '../with/host.ts'
import { freshRoom } from '../with/stores.ts'
import { eventually, sayByCurl } from '../with/tab.ts'

const HEIGHTS = ['300', Number.NaN, 300.5, null, {}, [300], -300, 0, 1e9, Number.POSITIVE_INFINITY]

const heightOf = (tab: Page) => tab.evaluate(() => document.querySelector('iframe')?.clientHeight)
/** All that it had since it first told one. */
const heightsOf = (tab: Page) =>
  tab.evaluate(() => (window as unknown as { heights: string[] }).heights)
const frameAt = (tab: Page, address: string) =>
  tab.frames().find((frame) => frame.url().includes(address))
const roomIn = (tab: Page) => frameAt(tab, 'theme=light')
const themeIn = (tab: Page) => roomIn(tab)?.evaluate(() => document.documentElement.dataset.theme)

describe('a message that is forged', async () => {
  const { host, server } = await openHosted()
  const evil = openHost()

  /** A page with a room that has told its height, and a frame of somebody else beside it. */
  async function openPage() {
    const room = freshRoom()
    const tab = await host.open(
      `<script src="${server.url}/embed.js" data-room="${room}" data-theme="light"></script>
      <iframe src="${evil.origin}/"></iframe>
      <iframe src="${host.origin}/beside"></iframe>
      <iframe src="${server.url}/rooms/${room}/embed"></iframe>`,
    )
    await eventually(async () => expect(await heightOf(tab)).not.toBe(480))
    const height = await heightOf(tab)
    await tab.evaluate(() => {
      const frame = document.querySelector('iframe') as HTMLIFrameElement
      const heights: string[] = []
      new MutationObserver(() => heights.push(frame.height)).observe(frame, { attributes: true })
      Object.assign(window, { heights })
    })
    /** Any message that was sent before has come when this is through. */
    const settled = async () => {
      await sayByCurl(server, room, 'one more line')
      await eventually(async () => expect(await heightOf(tab)).not.toBe(height))
    }
    return { tab, settled }
  }

  const shout = (height: unknown) => window.parent.postMessage({ chatboxHeight: height }, '*')

  test.concurrent('by another frame does not resize the room, though it is one of ours', async () => {
    const { tab } = await openPage()
    for (const frame of tab.frames()) if (frame !== roomIn(tab)) await frame.evaluate(shout, 333)
    // A message of the frame itself comes after all of those, and is heard.
    await eventually(async () => {
      await roomIn(tab)?.evaluate(shout, 444)
      expect(await heightOf(tab)).toBe(444)
    })
    expect(await heightsOf(tab)).not.toContain('333')
    await tab.close()
  })

  test.concurrent('in the name of the room itself does no more than a number in bounds can', async () => {
    const { tab } = await openPage()
    for (const height of HEIGHTS) await roomIn(tab)?.evaluate(shout, height)
    await roomIn(tab)?.evaluate(() => {
      for (const message of [null, 'chatboxHeight', 7, []]) window.parent.postMessage(message, '*')
    })
    const seen = (await heightOf(tab)) as number
    expect(seen).toBeGreaterThanOrEqual(160)
    expect(seen).toBeLessThanOrEqual(640)
    await eventually(async () => {
      await roomIn(tab)?.evaluate(shout, 444)
      expect(await heightOf(tab)).toBe(444)
    })
    await tab.close()
  })

  test.concurrent('by a page that took the place of the room does not resize it', async () => {
    const { tab } = await openPage()
    await tab.evaluate((url) => {
      const frame = document.querySelector('iframe') as HTMLIFrameElement
      frame.src = url
    }, `${evil.origin}/instead`)
    await eventually(async () => expect(frameAt(tab, '/instead')).toBeDefined())
    await frameAt(tab, '/instead')?.evaluate(shout, 333)
    // Messages are heard in turn.
    await tab.evaluate(
      () =>
        new Promise((heard) => {
          addEventListener('message', heard)
          window.postMessage('', '*')
        }),
    )
    expect(await heightsOf(tab)).not.toContain('333')
    await tab.close()
  })

  test.concurrent('by another frame does not change the theme of the room', async () => {
    const { tab, settled } = await openPage()
    for (const address of [evil.origin, '/beside'])
      await frameAt(tab, address)?.evaluate(() => {
        window.parent.frames[0]?.postMessage({ chatboxTheme: 'dark' }, '*')
      })
    await tab.evaluate(() => window.frames[0]?.postMessage({ chatboxTheme: 'pink' }, '*'))
    await settled()
    expect(await themeIn(tab)).toBe('light')
    await tab.evaluate(() => window.frames[0]?.postMessage({ chatboxTheme: 'dark' }, '*'))
    await eventually(async () => expect(await themeIn(tab)).toBe('dark'))
    await tab.close()
  })

  test.concurrent('by the page that opened it in a window is not heard', async () => {
    await using tab = await evil.open('')
    const [popup] = await Promise.all([
      tab.waitForEvent('popup'),
      tab.evaluate((url) => {
        Object.assign(window, { opened: window.open(url) })
      }, `${server.url}/rooms/${freshRoom()}/embed?theme=light`),
    ])
    await using opened = popup
    await opened.locator('#composer').waitFor()
    const answers = await tab.evaluate(async () => {
      const answers: unknown[] = []
      addEventListener('message', ({ data }) => answers.push(data))
      const { opened } = window as unknown as { opened: Window }
      opened.postMessage({ chatboxTheme: 'dark' }, '*')
      await new Promise((resolve) => setTimeout(resolve, 500))
      return answers
    })
    expect(answers).toEqual([])
    expect(await opened.evaluate(() => document.documentElement.dataset.theme)).toBe('light')
  })

  test.concurrent('by a page that has no leave is not heard, even where its browser lets it frame the room', async () => {
    await using tab = await evil.open('')
    await tab.route(/embed/, async (route) => {
      const response = await route.fetch()
      const { 'content-security-policy': _, ...headers } = response.headers()
      await route.fulfill({ response, headers })
    })
    await tab.evaluate((url) => {
      Object.assign(window, { heard: [] })
      addEventListener('message', ({ data }) =>
        (window as unknown as { heard: unknown[] }).heard.push(data),
      )
      document.body.innerHTML = `<iframe src="${url}"></iframe>`
    }, `${server.url}/rooms/${freshRoom()}/embed?theme=light`)
    await tab.frameLocator('iframe').locator('#composer').waitFor()
    await tab.evaluate(() => window.frames[0]?.postMessage({ chatboxTheme: 'dark' }, '*'))
    // What the frame has heard since, it would have answered.
    await roomIn(tab)?.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)))
    expect(await themeIn(tab)).toBe('light')
    expect(await tab.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toEqual([])
  })
})
