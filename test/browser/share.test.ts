/** Each way to show a room on another site, as it is copied from the page for it and pasted there. */
import { describe, expect, test } from 'bun:test'
import { serveCdn } from '../with/cdn.ts'
import { openHost, openHosted, strict } from '../with/host.ts'
import { openDjango, openNginx, openPhp } from '../with/including.ts'
import { freshRoom } from '../with/stores.ts'
import { openPage, openTab, sayByCurl } from '../with/tab.ts'

const PLAIN = { javaScriptEnabled: false }

describe('what is copied', async () => {
  const { host, server } = await openHosted()

  /** As it is copied where it was chosen. */
  async function copied(room: string, chosen: string) {
    await using tab = await openTab(server, `${room}/share?${chosen}`, PLAIN)
    return await tab.getByLabel('Copy this:').inputValue()
  }

  test.concurrent('is chosen from any room, without JavaScript', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, 'lobby', PLAIN)
    await tab.getByRole('link', { name: 'On your site' }).click()
    await tab.getByLabel('Room', { exact: true }).fill(room)
    await tab.getByLabel('How').selectOption('An element')
    await tab.getByLabel('Colours').selectOption('dark')
    await tab.getByRole('button', { name: 'Show' }).click()
    await tab.waitForURL(`${server.url}/rooms/${room}/share?*`)
    const snippet = await tab.getByLabel('Copy this:').inputValue()
    expect(snippet).toBe(await copied(room, 'way=element&theme=dark'))
    expect(snippet).toContain(`<chat-box room="${room}" theme="dark">`)
  })

  test.concurrent.each(['frame', 'script', 'element'])(
    'for a %s shows the room under a strict policy',
    async (way) => {
      const room = freshRoom()
      await sayByCurl(server, room, 'hello')
      const snippet = await copied(room, `way=${way}&theme=dark`)
      await using tab = await host.open(snippet, { policy: strict(server) })
      const frame = tab.frameLocator('iframe')
      await frame.getByText('hello').waitFor()
      expect(await frame.locator('html').getAttribute('data-theme')).toBe('dark')
    },
  )

  test.concurrent('for htmx shows the room, and says something', async () => {
    const room = freshRoom()
    await sayByCurl(server, room, 'hello')
    const snippet = await copied(room, 'way=htmx')
    await using tab = await host.open(snippet, { before: serveCdn })
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
    const snippet = await copied(room, 'way=include')
    const parts = snippet.split('\n\n').map((part) => part.split(/^# .*:\n/m).slice(1))
    const part = parts[['nginx', 'PHP', 'Django'].indexOf(program)] as [string, string]
    await using tab = await openPage(await open(...part), PLAIN)
    await tab.locator('#chatbox').getByText('hello').waitFor()
  })

  test.concurrent('is in one stroke of two keys', async () => {
    await using tab = await openTab(server, 'lobby/share')
    await tab.getByLabel('Copy this:').focus()
    await tab.keyboard.press('Control+A')
    const selected = await tab.evaluate(() => getSelection()?.toString())
    expect(selected).toBe(await tab.getByLabel('Copy this:').inputValue())
  })

  test.concurrent('does not help a site that has no leave', async () => {
    const snippet = await copied(freshRoom(), 'way=frame')
    await using tab = await openHost().open(snippet)
    expect(await tab.frameLocator('iframe').locator('#chatbox').count()).toBe(0)
  })
})
