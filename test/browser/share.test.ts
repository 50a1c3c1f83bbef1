/** Each way to show a room on another site, as it is copied from the page for it and pasted there. */
import { describe, expect, test } from 'bun:test'
import { serveCdn } from '../with/cdn.ts'
import { openHost, openHosted, strict } from '../with/host.ts'
import { openDjango, openNginx, openPhp } from '../with/including.ts'
import { freshRoom } from '../with/stores.ts'
import { openPage, openTab, sayByCurl } from '../with/tab.ts'

describe('what is copied', async () => {
  const { host, server } = await openHosted()

  /** As one chooses and copies it, without JavaScript. */
  async function copied(room: string, way: string, choose: Record<string, string> = {}) {
    await using tab = await openTab(server, 'lobby', { javaScriptEnabled: false })
    await tab.getByRole('link', { name: 'On your site' }).click()
    await tab.getByLabel('Room', { exact: true }).fill(room)
    await tab.getByLabel('How').selectOption(way)
    for (const [label, value] of Object.entries(choose))
      await tab.getByLabel(label).selectOption(value)
    await tab.getByRole('button', { name: 'Show' }).click()
    await tab.waitForURL(`${server.url}/rooms/${room}/share?*`)
    return await tab.getByLabel('Copy this:').inputValue()
  }

  test.concurrent.each(['A frame', 'A script', 'An element'])(
    'for "%s" shows the room under a strict policy',
    async (way) => {
      const room = freshRoom()
      await sayByCurl(server, room, 'hello')
      const snippet = await copied(room, way, { Colours: 'dark' })
      await using tab = await host.open(snippet, { policy: strict(server) })
      const frame = tab.frameLocator('iframe')
      await frame.getByText('hello').waitFor()
      expect(await frame.locator('html').getAttribute('data-theme')).toBe('dark')
    },
  )

  test.concurrent('for htmx shows the room, and says something', async () => {
    const room = freshRoom()
    await sayByCurl(server, room, 'hello')
    const snippet = await copied(room, 'htmx of your own')
    await using tab = await host.open('', {})
    await serveCdn(tab)
    await tab.goto(host.put(snippet))
    await tab.locator('#chatbox').getByText('hello').waitFor()
    await tab.getByLabel('Name').fill('Ann')
    await tab.getByLabel('Message').fill('from the host')
    await tab.getByRole('button', { name: 'Say' }).click()
    await tab.locator('#chatbox').getByText('from the host').waitFor()
  })

  test.concurrent.each([
    ['nginx', openNginx],
    ['PHP', openPhp],
    ['Django', openDjango],
  ] as const)('for a server with %s shows the room', async (program, open) => {
    const room = freshRoom()
    // Long enough to be compressed for those who take that.
    await sayByCurl(server, room, 'long '.repeat(190))
    await sayByCurl(server, room, 'hello')
    const snippet = await copied(room, 'Put in by your server')
    const parts = snippet.split('\n\n').map((part) => part.split(/^# .*:\n/m).slice(1))
    const part = parts[['nginx', 'PHP', 'Django'].indexOf(program)] as [string, string]
    await using tab = await openPage(await open(...part), { javaScriptEnabled: false })
    await tab.locator('#chatbox').getByText('hello').waitFor()
  })

  test.concurrent('is in one stroke of two keys', async () => {
    await using tab = await openTab(server, 'lobby', {})
    await tab.goto(`${server.url}/rooms/lobby/share`)
    await tab.getByLabel('Copy this:').focus()
    await tab.keyboard.press('Control+A')
    const selected = await tab.evaluate(() => getSelection()?.toString())
    expect(selected).toBe(await tab.getByLabel('Copy this:').inputValue())
  })

  test.concurrent('does not help a site that has no leave', async () => {
    const snippet = await copied(freshRoom(), 'A frame')
    await using tab = await openHost().open(snippet)
    expect(await tab.frameLocator('iframe').locator('#chatbox').count()).toBe(0)
  })
})
