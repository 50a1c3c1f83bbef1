/** A page of another site that has htmx itself, and reads and speaks in a room by it. */
import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import type { Site } from '../../src/view/site.ts'
import { WAYS } from '../../src/view/snippets.ts'
import { CDN } from '../with/cdn.ts'
import { openHost, openHosted } from '../with/host.ts'
import { freshRoom } from '../with/stores.ts'
import {
  eventually,
  numbered,
  resetOnce,
  sayAll,
  sayByCurl,
  shownIn,
  untilShown,
} from '../with/tab.ts'

describe('a page of another site with htmx', async () => {
  const { host, server } = await openHosted({ MEMBER_ROOMS: 'members' })
  /** What is pasted, with an htmx of its own: where a test answers for a CDN, browsers remember nothing. */
  function open(room: string, { at = host, isReadonly = false } = {}) {
    const site = { base: server.url } as Site
    return at.open(WAYS.htmx({ site, room, isReadonly }).replaceAll(CDN, ''))
  }
  async function say(tab: Page, value: string, screenname?: string) {
    if (screenname) await tab.locator('[name=screenname]').fill(screenname)
    await tab.locator('[name=value]').fill(value)
    await tab.getByRole('button', { name: 'Say' }).click()
  }

  test.concurrent('reads the room and goes on, at its older end too', async () => {
    const room = freshRoom()
    await sayAll(server, room, numbered(1, 60))
    await using tab = await open(room)
    await untilShown(tab, numbered(11, 60))
    await sayByCurl(server, room, 'later')
    await untilShown(tab, [...numbered(11, 60), 'later'])
    await tab.getByRole('link', { name: 'Older messages' }).click()
    await untilShown(tab, [...numbered(1, 60), 'later'])
    const addresses = await tab
      .locator('#chatbox a')
      .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href))
    for (const address of addresses) expect(address).toStartWith(`${server.url}/rooms/${room}/`)
  })

  test.concurrent('asks whether it may once, as long as it asks for the same', async () => {
    const room = freshRoom()
    await using tab = await open(room)
    const asked = { OPTIONS: 0, GET: 0 }
    const network = await tab.context().newCDPSession(tab)
    await network.send('Network.enable')
    network.on('Network.requestWillBeSent', ({ request: { method, url } }) => {
      if (url.includes('?after=0')) asked[method as 'GET'] += 1
    })
    // For five seconds a browser remembers it without being told.
    await eventually(async () => expect(asked.GET).toBeGreaterThan(8))
    expect(asked.OPTIONS).toBeLessThanOrEqual(1)
  })

  test.concurrent('says something, is told what was refused, and stays the same person', async () => {
    const room = freshRoom()
    await using tab = await open(room)
    await tab.locator('#chatbox').waitFor({ state: 'attached' })
    await say(tab, 'x'.repeat(1001), 'Ann')
    await tab.getByText('1000 is the most').waitFor()
    await say(tab, 'one', 'Ann')
    await untilShown(tab, ['one'])
    await tab.locator('#composer').waitFor()
    expect(await tab.locator('#screenname').inputValue()).toBe('Ann')
    await say(tab, 'two')
    await untilShown(tab, ['one', 'two'])
    expect((await shownIn(tab)).map(({ user }) => user)).toEqual(['Ann', 'Ann'])
    const marks = await tab.locator('.mark').allTextContents()
    expect(new Set(marks).size).toBe(1)
  })

  test.concurrent('is told that it may not speak, with its text still there', async () => {
    await using members = await open('members')
    await say(members, 'let me in', 'Ann')
    await members.locator('#errors').getByText('Only members of the site').waitFor()
    expect(await members.locator('[name=value]').inputValue()).toBe('let me in')
  })

  test.concurrent('gets the list anew, though it has no place to say why', async () => {
    const room = freshRoom()
    await sayByCurl(server, room, 'hello')
    await using tab = await open(room, { isReadonly: true })
    await untilShown(tab, ['hello'])
    const errors: Error[] = []
    tab.on('pageerror', (error) => errors.push(error))
    await resetOnce(tab)
    await tab.getByText('This room was reset').waitFor()
    await sayByCurl(server, room, 'again')
    await untilShown(tab, ['hello', 'again'])
    expect(errors).toEqual([])
  })

  test.concurrent('that has no leave reads, and says nothing', async () => {
    const other = openHost()
    const room = freshRoom()
    await sayByCurl(server, room, 'hello')
    await using tab = await open(room, { at: other })
    await untilShown(tab, ['hello'])
    await say(tab, 'let me in', 'Ann')
    await sayByCurl(server, room, 'after it')
    await untilShown(tab, ['hello', 'after it'])
  })
})
