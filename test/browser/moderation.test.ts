/** Moderating in a browser, with and without JavaScript, and what the others see of it on their open pages. */
import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { KEY } from '../with/moderators.ts'
import { startServer, storeSettings } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import {
  eventually,
  messageIn,
  openPage,
  openPerson,
  openTab,
  sayByCurl,
  sayIn,
  shownIn,
  textsIn,
  untilShown,
  watchTroubles,
} from '../with/tab.ts'

const pinnedIn = (tab: Page) => tab.getByRole('note', { name: 'Pinned notice' })
const click = async (tab: Page, name: string) => {
  await Promise.all([
    tab.waitForEvent('load'),
    tab.getByRole('button', { name, exact: true }).click(),
  ])
}

const server = await startServer({
  ...(await storeSettings('sqlite')),
  POLL_SECONDS: '1',
  MODERATOR_KEY: KEY,
})

/** Somebody who has signed in, at the room's moderation. */
const openModerator = (room: string, own: object) =>
  openPage(`${server.url}/rooms/${room}/moderation`, {
    ...own,
    person: 'moderator',
    before: (tab) => tab.request.post(`${server.url}/moderator`, { form: { key: KEY } }),
  })

/** Opens the page of a message, from the room. */
async function openMessage(tab: Page, room: string, text: string): Promise<void> {
  await tab.goto(`${server.url}/rooms/${room}`)
  await tab.locator('.chat', { hasText: text }).locator('.permalink').click()
  await tab.getByRole('heading', { name: 'This message and its sender' }).waitFor()
}

describe.each([
  ['with JavaScript', {}],
  ['without JavaScript', { javaScriptEnabled: false }],
])('a moderator %s', (_, own) => {
  test.concurrent('removes a message, and all by its sender; open pages follow', async () => {
    const room = freshRoom()
    const [troll, ann] = [openPerson(server, room, 'Troll'), openPerson(server, room, 'Ann')]
    for (const text of ['one', 'two', 'three']) await troll.say(text)
    await ann.say('hello')
    await using reader = await openTab(server, room)
    const troubles = watchTroubles(reader, server)
    await using tab = await openModerator(room, own)
    await openMessage(tab, room, 'two')
    await click(tab, 'Remove')
    expect(await textsIn(tab)).toEqual(['one', 'three', 'hello'])
    await untilShown(reader, ['one', 'three', 'hello'])
    await openMessage(tab, room, 'one')
    await click(tab, 'Remove all by this sender in this room')
    expect(await textsIn(tab)).toEqual(['hello'])
    await untilShown(reader, ['hello'])
    expect(troubles).toEqual([])
  })

  test.concurrent('mutes a person, who keeps their words and is told; and lets them speak again', async () => {
    const room = freshRoom()
    await using troll = await openTab(server, room)
    await sayIn(troll, 'first', 'Troll')
    await untilShown(troll, ['first'])
    await using tab = await openModerator(room, own)
    await openMessage(tab, room, 'first')
    await click(tab, 'for an hour')
    expect(await tab.getByRole('listitem').filter({ hasText: 'Troll' }).textContent()).toContain(
      'until',
    )
    await sayIn(troll, 'second', 'Another name')
    const told = 'A moderator has muted you in this room.'
    await troll.locator('#errors', { hasText: told }).waitFor()
    expect(await messageIn(troll).inputValue()).toBe('second')
    await click(tab, 'Let speak again')
    expect(await tab.getByText('Nobody is muted.').isVisible()).toBe(true)
    expect(await tab.locator('ol li').allTextContents()).toEqual([
      expect.stringMatching(/ UTC [0-9a-z]{6} let speak again [0-9a-z]{6}$/),
      expect.stringMatching(/ UTC [0-9a-z]{6} muted [0-9a-z]{6} for an hour$/),
    ])
    await troll.getByRole('button', { name: 'Say' }).click()
    await untilShown(troll, ['first', 'second'])
  })

  test.concurrent('pins a notice, slows the room down, and shuts it; open pages follow', async () => {
    const room = freshRoom()
    await sayByCurl(server, room, 'hello')
    await using reader = await openTab(server, room)
    const troubles = watchTroubles(reader, server)
    await messageIn(reader).fill('half a thou')
    await using tab = await openModerator(room, own)
    await tab.getByLabel('Pinned notice').fill('Be kind')
    await tab.getByLabel('Seconds between').fill('45')
    await click(tab, 'Set')
    await pinnedIn(reader).getByText('Be kind').waitFor()
    await reader.getByText('Slow mode: one message every 45 seconds.').waitFor()
    await tab.getByLabel('Read-only').check()
    await tab.getByLabel('Pinned notice').fill('')
    await click(tab, 'Set')
    await reader.getByText('Read-only just now: moderators alone can speak here.').waitFor()
    expect(await messageIn(reader).isVisible()).toBe(false)
    expect(await pinnedIn(reader).textContent()).toBe('')
    await tab.goto(`${server.url}/rooms/${room}`)
    await sayIn(tab, 'I alone', 'Moderator')
    await untilShown(reader, ['hello', 'I alone'])
    const star = reader.getByRole('img', { name: 'said by a moderator' })
    expect(await star.count()).toBe(1)
    await tab.getByRole('link', { name: 'Moderation' }).click()
    await tab.getByLabel('Read-only').uncheck()
    await click(tab, 'Set')
    await eventually(async () => expect(await messageIn(reader).isVisible()).toBe(true))
    expect(await messageIn(reader).inputValue()).toBe('half a thou')
    expect(troubles).toEqual([])
  })

  test.concurrent('clears the room: open pages are emptied, told, and go on', async () => {
    const room = freshRoom()
    for (const text of ['one', 'two']) await sayByCurl(server, room, text)
    await using reader = await openTab(server, room)
    const troubles = watchTroubles(reader, server)
    await using tab = await openModerator(room, own)
    await tab.getByLabel('All messages go').check()
    await click(tab, 'Clear the room')
    expect(await textsIn(tab)).toEqual([])
    await untilShown(reader, [])
    const told = 'A moderator cleared this room: what was said before is gone.'
    expect(await reader.locator('#errors').textContent()).toBe(told)
    await sayByCurl(server, room, 'anew')
    await untilShown(reader, ['anew'])
    expect(troubles).toEqual([])
  })

  test.concurrent('signs in with the key alone, and out, and is a reader as all others', async () => {
    const room = freshRoom()
    await sayByCurl(server, room, 'hello')
    const address = `${server.url}/rooms/${room}/moderation`
    await using tab = await openPage(address, { ...own, alone: true })
    expect(tab.url()).toBe(`${server.url}/moderator?room=${room}`)
    await tab.getByLabel('Key').fill('wrong')
    await click(tab, 'Sign in')
    expect(await tab.getByRole('alert').textContent()).toBe('That is not the key.')
    await tab.getByLabel('Key').fill(KEY)
    await click(tab, 'Sign in')
    expect(tab.url()).toBe(address)
    await click(tab, 'Sign out')
    await tab.goto(`${server.url}/rooms/${room}`)
    expect(await tab.getByRole('link', { name: 'Moderation' }).count()).toBe(0)
    await tab.locator('.permalink').click()
    await tab.locator('.permalink[aria-current]').waitFor()
    expect(await tab.getByRole('button', { name: 'Remove' }).count()).toBe(0)
  })
})

describe('a reader', () => {
  test.concurrent('sees whose name only looks like another’s, and hears so', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await sayByCurl(server, room, 'I am Ann', 'Ann')
    await sayByCurl(server, room, 'I am Ann, too', 'Аnn')
    await untilShown(tab, ['I am Ann', 'I am Ann, too'])
    expect((await shownIn(tab)).map(({ user }) => user)).toEqual(['Ann', 'Аnn'])
    const sign = tab.getByRole('img', { name: 'another name that only looks like this one:' })
    expect(await sign.count()).toBe(1)
    expect(await tab.locator('.chat').nth(1).locator('.resembles').textContent()).toBe('≠ Ann')
  })
})
