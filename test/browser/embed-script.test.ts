/** The one script tag on a page of another site: what it puts there, how high it is, and in which theme. */
import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { openHosted, strict } from '../with/host.ts'
import { freshRoom } from '../with/stores.ts'
import { eventually, numbered, sayAll, sayByCurl } from '../with/tab.ts'

const heightOf = (tab: Page, nth = 0) =>
  tab.evaluate((nth) => document.querySelectorAll('iframe')[nth]?.clientHeight ?? 0, nth)

/** Whether all that was said in the frame is in sight. */
const isWhole = (tab: Page) =>
  tab
    .frameLocator('iframe')
    .locator('#log')
    .evaluate((log) => log.scrollHeight <= log.clientHeight)

/** What the page in the frame looks like to its reader. */
const themeIn = (tab: Page) =>
  tab
    .frameLocator('iframe')
    .locator('body')
    .evaluate((body) =>
      getComputedStyle(body).backgroundColor === 'rgb(23, 25, 24)' ? 'dark' : 'light',
    )

const untilTheme = (tab: Page, theme: string) =>
  eventually(async () => expect(await themeIn(tab)).toBe(theme))

describe('the script tag', async () => {
  const { host, server } = await openHosted()
  const tag = (room: string, more = '') =>
    `<script src="${server.url}/embed.js" data-room="${room}"${more}></script>`

  test.concurrent('puts rooms at their places, under a strict policy, and breaks none of it', async () => {
    const [one, two] = [freshRoom(), freshRoom()]
    await sayByCurl(server, one, 'in one')
    await sayByCurl(server, two, 'in two')
    const troubles: string[] = []
    const before = (tab: Page) => tab.on('console', (message) => troubles.push(message.text()))
    await using tab = await host.open(
      `<p id="one">${tag(one)}</p><p id="two">${tag(two, ' data-readonly')}</p>`,
      { policy: strict(server), before },
    )
    const said = (place: string) => tab.frameLocator(`${place} > iframe`).locator('.text')
    await said('#one').getByText('in one').waitFor()
    await said('#two').getByText('in two').waitFor()
    const composers = await Promise.all(
      ['#one', '#two'].map((place) =>
        tab.frameLocator(`${place} > iframe`).locator('#composer').count(),
      ),
    )
    expect(composers).toEqual([1, 0])
    const frame = tab.locator('#one > iframe')
    expect(await frame.getAttribute('loading')).toBe('lazy')
    expect(await frame.getAttribute('title')).toBe(`Chatbox: ${one}`)
    expect(troubles).toEqual([])
  })

  test.concurrent('leaves no global behind', async () => {
    const globals = (tab: Page) => tab.evaluate(() => Object.getOwnPropertyNames(window).length)
    await using bare = await host.open('<iframe></iframe>')
    await using tab = await host.open(tag(freshRoom()) + tag(freshRoom()).replace('room', 'x'))
    expect(await tab.locator('iframe').count()).toBe(1)
    expect((await globals(tab)) - (await globals(bare))).toBe(0)
  })

  test.concurrent('asks for a room when it comes near the window', async () => {
    const room = freshRoom()
    await using tab = await host.open('')
    const asked: string[] = []
    tab.on('request', (request) => asked.push(request.url()))
    const far = await host.open(`<p style="height: 30000px"></p>${tag(room)}`)
    far.on('request', (request) => asked.push(request.url()))
    expect(far.frames()[1]?.url() ?? '').not.toContain('embed')
    await far.locator('iframe').scrollIntoViewIfNeeded()
    await far.frameLocator('iframe').locator('#composer').waitFor()
    expect(asked.some((url) => url.includes(`/rooms/${room}/embed`))).toBe(true)
    await far.close()
  })

  test.concurrent('makes the frame as high as what is in it, and no higher than a page bears', async () => {
    const room = freshRoom()
    await sayAll(server, room, numbered(1, 3))
    await using tab = await host.open(tag(room))
    await tab.frameLocator('iframe').locator('.chat').first().waitFor()
    await eventually(async () => expect(await heightOf(tab)).not.toBe(480))
    const before = await heightOf(tab)
    expect(await isWhole(tab)).toBe(true)
    await sayByCurl(server, room, 'one\nmore\nthat\nis\nlonger')
    await eventually(async () => expect(await heightOf(tab)).toBeGreaterThan(before + 50))
    expect(await isWhole(tab)).toBe(true)
    await sayAll(server, room, numbered(4, 40))
    await eventually(async () => expect(await heightOf(tab)).toBe(640))
    expect(await isWhole(tab)).toBe(false)
  })

  test.concurrent('gives the frame the theme that is asked for', async () => {
    await using tab = await host.open(tag(freshRoom(), ' data-theme="dark"'))
    await untilTheme(tab, 'dark')
    await using other = await host.open(
      `<style>html { background: black; color: white }</style>${tag(freshRoom(), ' data-theme="light"')}`,
      { colorScheme: 'dark' },
    )
    await untilTheme(other, 'light')
  })

  test.concurrent('follows a page that follows its reader', async () => {
    const style = '<style>:root { color-scheme: light dark }</style>'
    await using tab = await host.open(style + tag(freshRoom()), { colorScheme: 'dark' })
    await untilTheme(tab, 'dark')
    await tab.emulateMedia({ colorScheme: 'light' })
    await untilTheme(tab, 'light')
    await tab.emulateMedia({ colorScheme: 'dark' })
    await untilTheme(tab, 'dark')
  })

  test.concurrent('follows a page that has a theme of its own, whatever its reader prefers', async () => {
    const style = '<style>.night { background: black; color: oklch(0.95 0 0) }</style>'
    await using tab = await host.open(style + tag(freshRoom()), { colorScheme: 'dark' })
    await untilTheme(tab, 'light')
    await tab.evaluate(() => document.documentElement.classList.add('night'))
    await untilTheme(tab, 'dark')
    await tab.evaluate(() => document.documentElement.classList.remove('night'))
    await untilTheme(tab, 'light')
  })
})
