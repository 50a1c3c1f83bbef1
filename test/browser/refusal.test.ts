/** Posts that are not taken, with htmx: why is said beside the box, and the text stays in it. */
import { describe, expect, test } from 'bun:test'
import { sharedServer } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import {
  eventually,
  messageIn,
  nameIn,
  numbered,
  openTab,
  sayAll,
  sayByCurl,
  sayIn,
  textsIn,
  untilShown,
} from '../with/tab.ts'

describe('a post that is not taken', async () => {
  const server = await sharedServer('sqlite', { MESSAGE_LENGTH: '20' })

  test.concurrent('says why in its own place, and leaves text, log and poller alone', async () => {
    const room = freshRoom()
    const long = 'x'.repeat(21)
    await using tab = await openTab(server, room)
    await sayIn(tab, long, 'Ann')
    await tab.locator('#errors').getByText('21 characters long; 20 is the most').waitFor()
    expect(await messageIn(tab).inputValue()).toBe(long)
    expect(await tab.getByRole('log').textContent()).toBe('')
    await sayByCurl(server, room, 'still here')
    await untilShown(tab, ['still here'])
    expect(await messageIn(tab).inputValue()).toBe(long)

    await sayIn(tab, 'shorter')
    await untilShown(tab, ['still here', 'shorter'])
    await eventually(async () => expect(await tab.locator('#errors').textContent()).toBe(''))
  })

  test.concurrent('says so, too, where the text is far too large', async () => {
    await using tab = await openTab(server, freshRoom())
    await sayIn(tab, 'x'.repeat(70_000), 'Ann')
    await tab.locator('#errors').getByText('64 KiB').waitFor()
    expect(await messageIn(tab).inputValue()).toHaveLength(70_000)
    expect(await textsIn(tab)).toEqual([])
  })

  test.concurrent('says so, too, where the server cannot be reached', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room, { alone: true })
    await tab.context().setOffline(true)
    await sayIn(tab, 'hello', 'Ann')
    await eventually(async () => expect(await tab.locator('#errors').textContent()).not.toBe(''))
    expect(await messageIn(tab).inputValue()).toBe('hello')
    await tab.context().setOffline(false)
    await sayIn(tab, 'hello')
    await untilShown(tab, ['hello'])
  })

  test.concurrent('and was sent as a plain form is mended on a page that leads back to the room', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await nameIn(tab).fill('Ann')
    await messageIn(tab).fill('x'.repeat(21))
    await tab.evaluate(() => document.querySelector<HTMLFormElement>('#composer')?.submit())
    await tab.getByRole('heading', { name: 'Not sent' }).waitFor()
    await sayIn(tab, 'shorter')
    await tab.waitForURL(`**/rooms/${room}`)
    await untilShown(tab, ['shorter'])
  })
})

test('older messages that cannot be had are told so', async () => {
  const server = await sharedServer('sqlite')
  const room = freshRoom()
  await sayAll(server, room, numbered(1, 51))
  await using tab = await openTab(server, room, { alone: true })
  const words = '<p>cannot be reached</p>'
  await tab.route(/before=/, (route) =>
    route.fulfill({ status: 503, headers: { chatbox: 'fragment' }, body: words }),
  )
  const older = tab.getByRole('link', { name: 'Older messages' })
  await older.click()
  await tab.locator('#errors').getByText('cannot be reached').waitFor()
  await tab.context().setOffline(true)
  await tab.unroute(/before=/)
  await older.click()
  await tab.locator('#errors').getByText('No answer came').waitFor()
  await tab.context().setOffline(false)
  await older.click()
  await untilShown(tab, numbered(1, 51))
})
