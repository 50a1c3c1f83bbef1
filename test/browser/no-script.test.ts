/** The page with JavaScript off: everything works by links and a form. */
import { describe, expect, test } from 'bun:test'
import { sharedServer } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import {
  messageIn,
  nameIn,
  numbered,
  openTab,
  sayAll,
  sayByCurl,
  sayIn,
  textsIn,
} from '../with/tab.ts'

const PLAIN = { javaScriptEnabled: false }

describe('a room without JavaScript', async () => {
  const server = await sharedServer('sqlite', { MESSAGE_LENGTH: '60' })

  test.concurrent('a post leads back to the room, which shows it', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room, PLAIN)
    const posted = tab.waitForResponse((answer) => answer.request().method() === 'POST')
    await sayIn(tab, 'two\nlines', 'Ann')
    expect((await posted).status()).toBe(303)
    await tab.waitForURL(`${server.url}/rooms/${room}`)
    expect(await textsIn(tab)).toEqual(['two\nlines'])
    await tab.reload()
    expect(await textsIn(tab)).toEqual(['two\nlines'])
  })

  test.concurrent('the link to refresh brings what others said', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room, PLAIN)
    expect(await textsIn(tab)).toEqual([])
    await sayByCurl(server, room, 'news')
    await tab.getByRole('link', { name: 'Refresh' }).click()
    await tab.locator('.chat').waitFor()
    expect(await textsIn(tab)).toEqual(['news'])
  })

  test.concurrent('links lead back through all older messages, and forward again', async () => {
    const room = freshRoom()
    await sayAll(server, room, numbered(1, 120))
    await using tab = await openTab(server, room, PLAIN)
    const follow = async (name: string) => {
      await Promise.all([
        tab.waitForEvent('domcontentloaded'),
        tab.getByRole('link', { name }).click(),
      ])
      return await textsIn(tab)
    }
    expect(await textsIn(tab)).toEqual(numbered(71, 120))
    expect(await follow('Older messages')).toEqual(numbered(21, 70))
    expect(await follow('Older messages')).toEqual(numbered(1, 20))
    expect(await tab.getByRole('link', { name: 'Older messages' }).count()).toBe(0)
    expect(await follow('Newer messages')).toEqual(numbered(21, 70))
    // One reads on from the first of them.
    const seen = await tab.getByText('message 21', { exact: true }).evaluate((first) => {
      const { top, bottom } = (document.querySelector('#log') as Element).getBoundingClientRect()
      const place = first.getBoundingClientRect()
      return place.top >= top && place.bottom <= bottom
    })
    expect(seen).toBe(true)
    expect(await follow('Newer messages')).toEqual(numbered(71, 120))
    expect(await messageIn(tab).count()).toBe(1)
  })

  test.concurrent('an error leads back to the room it came from, and to all rooms', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, `${room}/messages/1`, PLAIN)
    await tab.getByText('There is no such message').waitFor()
    await tab.getByRole('link', { name: 'Back to the room' }).click()
    await tab.waitForURL(`${server.url}/rooms/${room}`)
    await tab.goto(`${server.url}/rooms/no-room-`)
    expect(await tab.getByRole('link').allTextContents()).toEqual(['All rooms'])
  })

  test.concurrent('a refused post comes back with the reason and the text, to be mended and sent', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room, PLAIN)
    const text = `\n  "quoted" & <b>bold</b> </textarea>\n${'x'.repeat(60)}`
    const refused = tab.waitForResponse((answer) => answer.request().method() === 'POST')
    await sayIn(tab, text, '" autofocus onfocus="alert(1)')
    expect((await refused).status()).toBe(422)
    await tab.getByRole('alert').getByText('60 is the most').waitFor()
    expect(await messageIn(tab).inputValue()).toBe(text)
    expect(await nameIn(tab).inputValue()).toBe('" autofocus onfocus="alert(1)')
    expect(await tab.locator('[autofocus], [onfocus], b').count()).toBe(0)

    await sayIn(tab, 'shorter')
    await tab.waitForURL(`${server.url}/rooms/${room}`)
    expect(await textsIn(tab)).toEqual(['shorter'])
  })
})
