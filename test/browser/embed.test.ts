/** A room in a frame on a page of another site. */
import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { openHosted, strict } from '../with/host.ts'
import { freshRoom } from '../with/stores.ts'
import { eventually, resetOnce, sayAll, sayByCurl } from '../with/tab.ts'

const frameIn = (tab: Page) => tab.frameLocator('iframe')
const untilFramed = (tab: Page, texts: string[]) =>
  eventually(async () =>
    expect(await frameIn(tab).locator('.text').allTextContents()).toEqual(texts),
  )

describe('a room in a frame', async () => {
  const { host, server } = await openHosted()
  const framed = (room: string, query = '') =>
    `<iframe src="${server.url}/rooms/${room}/embed${query}" title="${room}" width="320" height="480">`

  test.concurrent('is read and spoken in, on a site with a strict policy', async () => {
    const room = freshRoom()
    await using tab = await host.open(framed(room), { policy: strict(server) })
    await frameIn(tab).locator('#screenname').fill('Ann')
    await frameIn(tab).locator('#value').fill('from the frame')
    await frameIn(tab).getByRole('button', { name: 'Say' }).click()
    await untilFramed(tab, ['from the frame'])
    await sayByCurl(server, room, 'from elsewhere')
    await untilFramed(tab, ['from the frame', 'from elsewhere'])
  })

  test.concurrent('has room in a column of 320 pixels', async () => {
    const room = freshRoom()
    await sayAll(server, room, ['hello', 'Donaudampfschifffahrtsgesellschaft'.repeat(6)])
    await using tab = await host.open(framed(room))
    await untilFramed(tab, ['hello', 'Donaudampfschifffahrtsgesellschaft'.repeat(6)])
    const frame = tab.frames()[1]
    const wide = await frame?.evaluate(() => document.documentElement.scrollWidth)
    expect(wide).toBeLessThanOrEqual(320)
    for (const part of ['#value', '#say', '.chat:last-child'])
      expect(await frameIn(tab).locator(part).isVisible()).toBe(true)
  })

  test.concurrent('has links that open in a new tab and leave the site where it is', async () => {
    const room = freshRoom()
    const [id] = await sayAll(server, room, ['see https://example.org/'])
    await using tab = await host.open(framed(room))
    const at = tab.url()
    const opened = async (link: string) => {
      const [page] = await Promise.all([
        tab.waitForEvent('popup'),
        frameIn(tab).locator(link).click(),
      ])
      return page
    }
    await using message = await opened('.permalink')
    await message.waitForURL(`${server.url}/rooms/${room}/messages/${id}`)
    await using whole = await opened('header nav a')
    await whole.waitForURL(`${server.url}/rooms/${room}`)
    const link = frameIn(tab).locator('.text a')
    expect(await link.getAttribute('rel')).toContain('noopener')
    expect(tab.url()).toBe(at)
  })

  test.concurrent('for reading alone offers nothing to do, and shows what comes', async () => {
    const room = freshRoom()
    await sayByCurl(server, room, 'hello')
    await using tab = await host.open(framed(room, '?readonly'))
    const errors: Error[] = []
    tab.on('pageerror', (error) => errors.push(error))
    await untilFramed(tab, ['hello'])
    await sayByCurl(server, room, 'again')
    await untilFramed(tab, ['hello', 'again'])
    expect(errors).toEqual([])
    const doing = 'form, input, textarea, button, [data-own], [hx-post]'
    expect(await frameIn(tab).locator(doing).count()).toBe(0)
  })

  test.concurrent.each(['', '?readonly'])(
    'shows the list anew at /embed%s, and says why, where it cannot go on',
    async (query) => {
      const room = freshRoom()
      await sayByCurl(server, room, 'hello')
      await using tab = await host.open(framed(room, query))
      await untilFramed(tab, ['hello'])
      const errors: Error[] = []
      tab.on('pageerror', (error) => errors.push(error))
      await resetOnce(tab)
      await frameIn(tab).getByRole('alert').getByText('This room was reset').waitFor()
      await sayByCurl(server, room, 'again')
      await untilFramed(tab, ['hello', 'again'])
      expect(errors).toEqual([])
    },
  )

  test.concurrent('does not offer again what was said there without htmx', async () => {
    const before = (tab: Page) => tab.route(/htmx\.min\.js/, (route) => route.abort())
    await using tab = await host.open(framed(freshRoom()), { before })
    await frameIn(tab).locator('#screenname').fill('Ann')
    await frameIn(tab).locator('#value').fill('from the frame')
    await frameIn(tab).getByRole('button', { name: 'Say' }).click()
    await untilFramed(tab, ['from the frame'])
    expect(await frameIn(tab).locator('#value').inputValue()).toBe('')
    expect(await frameIn(tab).getByRole('alert').textContent()).toBe('')
  })

  test.concurrent.each(['light', 'dark'] as const)(
    'is %s where that is asked for, whatever the reader prefers',
    async (theme) => {
      const colorScheme = theme === 'dark' ? 'light' : 'dark'
      await using tab = await host.open(framed(freshRoom(), `?theme=${theme}`), { colorScheme })
      const paper = await frameIn(tab)
        .locator('body')
        .evaluate((body) => getComputedStyle(body).backgroundColor)
      expect(paper).toBe(theme === 'dark' ? 'rgb(23, 25, 24)' : 'rgb(251, 250, 246)')
    },
  )

  test.concurrent('goes on without JavaScript', async () => {
    const room = freshRoom()
    await using tab = await host.open(framed(room, '?readonly'), { javaScriptEnabled: false })
    await untilFramed(tab, [])
    await sayByCurl(server, room, 'hello')
    await frameIn(tab).getByRole('link', { name: 'Refresh' }).click()
    await untilFramed(tab, ['hello'])
  })
})

describe('a site that has no leave', async () => {
  const { host, server } = await openHosted({ EMBED_ORIGINS: 'https://www.example' })

  test.concurrent.each(['/embed', '/embed?readonly', '', '/messages?refresh=5'])(
    'cannot frame /rooms/lobby%s',
    async (end) => {
      await using tab = await host.open(`<iframe src="${server.url}/rooms/lobby${end}">`)
      // What a browser shows instead of a page that it may not show.
      await eventually(async () => expect(tab.frames()[1]?.url()).toStartWith('chrome-error:'))
      expect(await frameIn(tab).locator('#chatbox').count()).toBe(0)
    },
  )
})

describe('every site, where EMBED_ORIGINS is *,', async () => {
  const { host, server } = await openHosted({ EMBED_ORIGINS: '*' })

  test('may frame the page for frames, and no other', async () => {
    const pages = ['/embed', ''].map((end) => `<iframe src="${server.url}/rooms/lobby${end}">`)
    await using tab = await host.open(pages.join('</iframe>'))
    await tab.frameLocator('iframe >> nth=0').locator('#chatbox').waitFor({ state: 'attached' })
    expect(await tab.frameLocator('iframe >> nth=1').locator('#chatbox').count()).toBe(0)
  })
})
