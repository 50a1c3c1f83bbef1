/** Who speaks from a frame on another site, in a browser that blocks the cookies of other sites. */
import { describe, expect, test } from 'bun:test'
import type { BrowserContext, Page } from 'playwright-core'
import { openChromium } from '../with/chromium.ts'
import { blockCookies, openHost } from '../with/host.ts'
import { startServer, storeSettings } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import { eventually } from '../with/tab.ts'

const frameIn = (tab: Page) => tab.frameLocator('iframe')
const textsIn = (tab: Page) => frameIn(tab).locator('.text').allTextContents()
const untilFramed = (tab: Page, texts: string[]) =>
  eventually(async () => expect(await textsIn(tab)).toEqual(texts))
const marksIn = (tab: Page) => frameIn(tab).locator('.mark').allTextContents()

async function sayIn(tab: Page, value: string, screenname?: string): Promise<void> {
  const frame = frameIn(tab)
  if (screenname) await frame.locator('#screenname').fill(screenname)
  await frame.locator('#value').fill(value)
  await frame.locator('#say').click()
}

// Over http a frame has no cookies at all; as localhost it keeps those that need https.
describe.each([
  ['without cookies', '127.0.0.1', 'localhost', {}],
  ['with partitioned cookies', 'localhost', '127.0.0.1', { PUBLIC_URL: 'https://chat.example' }],
])('in a frame %s, somebody', async (_, ours, theirs, settings) => {
  const host = openHost(theirs)
  const server = await startServer({
    ...(await storeSettings('sqlite')),
    ...settings,
    POLL_SECONDS: '1',
    EMBED_ORIGINS: host.origin,
  })
  const url = server.url.replace('127.0.0.1', ours)
  const hasCookies = ours === 'localhost'

  async function visit(room: string, context: BrowserContext): Promise<Page> {
    const tab = await context.newPage()
    tab.setDefaultTimeout(60_000)
    await blockCookies(tab)
    await tab.goto(host.put(`<iframe src="${url}/rooms/${room}/embed" width="320" height="480">`))
    await frameIn(tab).locator('#composer').waitFor()
    return tab
  }

  test.concurrent('is the same with each message, and later, and in other rooms', async () => {
    const room = freshRoom()
    await using context = await (await openChromium()).newContext()
    const tab = await visit(room, context)
    const [mark = ''] = await marksIn(tab)
    await sayIn(tab, 'one', 'Ann')
    await untilFramed(tab, ['one'])
    await eventually(async () => expect(await frameIn(tab).locator('#value').inputValue()).toBe(''))
    await sayIn(tab, 'two')
    await untilFramed(tab, ['one', 'two'])
    expect(new Set(await marksIn(tab))).toEqual(new Set([mark]))
    const later = await visit(room, context)
    expect(new Set(await marksIn(later))).toEqual(new Set([mark]))
    expect(await frameIn(later).locator('#screenname').inputValue()).toBe('Ann')
    await sayIn(later, 'three')
    await untilFramed(later, ['one', 'two', 'three'])
    expect(new Set(await marksIn(later))).toEqual(new Set([mark]))
    const other = await visit(freshRoom(), context)
    expect(await marksIn(other)).toEqual([mark])
    const cookies = await context.cookies(url)
    expect(cookies.map(({ name }) => name)).toEqual(hasCookies ? ['__Host-chatbox-frame'] : [])
  })

  test.concurrent('corrects and removes what they said', async () => {
    await using context = await (await openChromium()).newContext()
    const tab = await visit(freshRoom(), context)
    await sayIn(tab, 'wrnog', 'Ann')
    await untilFramed(tab, ['wrnog'])
    await frameIn(tab).locator('[data-own] .permalink').click()
    await frameIn(tab).locator('.own textarea').fill('right')
    await frameIn(tab).getByRole('button', { name: 'Save' }).click()
    await untilFramed(tab, ['right'])
    await frameIn(tab).locator('[data-own] .permalink').click()
    await frameIn(tab).getByRole('button', { name: 'Remove' }).click()
    await untilFramed(tab, [])
  })

  test.concurrent('is another on our own page', async () => {
    const room = freshRoom()
    await using context = await (await openChromium()).newContext()
    const tab = await visit(room, context)
    const [mark] = await marksIn(tab)
    const page = await context.newPage()
    await page.goto(`${url}/rooms/${room}`)
    expect(await page.locator('#composer .mark').textContent()).not.toBe(mark as string)
  })

  test.concurrent('says something without JavaScript, and is shown the frame again', async () => {
    const room = freshRoom()
    await using context = await (await openChromium()).newContext({ javaScriptEnabled: false })
    const tab = await visit(room, context)
    const [mark] = await marksIn(tab)
    await sayIn(tab, 'one', 'Ann')
    await untilFramed(tab, ['one'])
    const marks = await marksIn(tab)
    expect(marks[0]).toBe(mark)
    // Nothing but a cookie can tell.
    expect(marks[1] === mark).toBe(hasCookies)
    expect(context.pages()).toHaveLength(1)
  })
})
