/** A room's page with htmx: people in tabs and a script talk to each other. */
import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { sharedServer } from '../with/server.ts'
import { freshRoom, KINDS } from '../with/stores.ts'
import {
  eventually,
  idsIn,
  messageIn,
  nameIn,
  openTab,
  POLLS,
  sayByCurl,
  sayIn,
  shownIn,
  textsIn,
  untilShown,
  watchTroubles,
} from '../with/tab.ts'

describe.each(KINDS)('a room in tabs, on %s', async (kind) => {
  const server = await sharedServer(kind)

  test.concurrent('two tabs and a curl see each message once, in one order', async () => {
    const room = freshRoom()
    await using ann = await openTab(server, room)
    await using bob = await openTab(server, room, { person: 'Bob' })
    await sayIn(ann, 'one', 'Ann')
    await untilShown(bob, ['one'])
    await sayIn(bob, 'two', 'Bob')
    await untilShown(bob, ['one', 'two'])
    await sayByCurl(server, room, 'three')
    await untilShown(ann, ['one', 'two', 'three'])
    await untilShown(bob, ['one', 'two', 'three'])
    expect(await shownIn(ann)).toEqual(await shownIn(bob))
    expect((await shownIn(ann)).map(({ user }) => user)).toEqual(['Ann', 'Bob', 'curl'])

    await Promise.all([
      ...['a', 'b', 'c'].map((text) => sayByCurl(server, room, text)),
      sayIn(ann, 'd'),
      sayIn(bob, 'e'),
    ])
    await eventually(async () => expect(await textsIn(ann)).toHaveLength(8))
    await eventually(async () => expect(await idsIn(bob)).toEqual(await idsIn(ann)))
    const ids = await idsIn(ann)
    expect(ids).toEqual([...new Set(ids)].sort())
  })

  test.concurrent('who says something sees it once, in a cleared composer that keeps the name', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await sayIn(tab, 'hello', 'Ann')
    await untilShown(tab, ['hello'])
    await eventually(async () => expect(await messageIn(tab).inputValue()).toBe(''))
    expect(await nameIn(tab).inputValue()).toBe('Ann')
    await tab.waitForResponse(POLLS)
    await sayIn(tab, 'hello')
    await untilShown(tab, ['hello', 'hello'])
  })
})

describe('a room in a tab', async () => {
  const server = await sharedServer('sqlite')

  test.concurrent('polls that bring nothing new are 204 and leave the list as it is', async () => {
    const room = freshRoom()
    await sayByCurl(server, room, 'here')
    await using tab = await openTab(server, room)
    await tab.evaluate(() => {
      const log = document.querySelector('[role=log]') as Element
      new MutationObserver(() => log.setAttribute('data-touched', '')).observe(log, {
        childList: true,
        subtree: true,
      })
    })
    const item = await tab.locator('#chatbox > .chat').elementHandle()
    for (let i = 0; i < 3; i++) expect((await tab.waitForResponse(POLLS)).status()).toBe(204)
    expect(await tab.locator('[role=log][data-touched]').count()).toBe(0)

    await sayByCurl(server, room, 'news')
    await untilShown(tab, ['here', 'news'])
    expect(await item?.evaluate((node) => node === document.querySelector('.chat'))).toBe(true)
  })

  test.concurrent('the log and its list are never replaced', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    const places = await tab.locator('[role=log], [role=log] > #chatbox').elementHandles()
    expect(places).toHaveLength(2)
    await sayByCurl(server, room, 'one')
    await untilShown(tab, ['one'])
    await sayIn(tab, 'two', 'Ann')
    await untilShown(tab, ['one', 'two'])
    for (const place of places) expect(await place.evaluate((node) => node.isConnected)).toBe(true)
  })

  test.concurrent('an ordinary visit leaves no error in the console and asks nothing of elsewhere', async () => {
    const room = freshRoom()
    let troubles: string[] = []
    const before = (tab: Page) => {
      troubles = watchTroubles(tab, server)
    }
    await using tab = await openTab(server, room, { before })
    await sayIn(tab, 'hello', 'Ann')
    await untilShown(tab, ['hello'])
    await sayByCurl(server, room, 'hi')
    await untilShown(tab, ['hello', 'hi'])
    await tab.waitForResponse(POLLS)
    await tab.locator('.chat a').last().click()
    await tab.getByRole('link', { name: 'Back to the room' }).click()
    await tab.getByRole('link', { name: 'All rooms' }).click()
    await tab.getByRole('link', { name: room }).click()
    await untilShown(tab, ['hello', 'hi'])
    expect(troubles).toEqual([])
  })
})
