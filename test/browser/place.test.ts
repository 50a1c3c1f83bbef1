/** Where a reader stands in a long room: at the newest message, until they go elsewhere. */
import { expect, test } from 'bun:test'
import { startServer, storeSettings } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import {
  eventually,
  messageIn,
  numbered,
  openTab,
  sayAll,
  sayByCurl,
  sayIn,
  textsIn,
} from '../with/tab.ts'

const server = await startServer({ ...(await storeSettings('sqlite')), POLL_SECONDS: '1' })
const viewport = { width: 360, height: 640 }

test('a page opens at its end, goes on with it, and stays where its reader scrolled back to', async () => {
  const room = freshRoom()
  await sayAll(server, room, numbered(1, 50))
  await using tab = await openTab(server, room, { viewport })
  const log = tab.getByRole('log')
  // The log begins at its end: what is above it is negative.
  const below = () => log.evaluate((element) => Math.abs(element.scrollTop))
  const topOf = (text: string) =>
    tab
      .locator('.chat', { hasText: text })
      .evaluate((element) => Math.round(element.getBoundingClientRect().top))
  const arrives = (text: string) =>
    eventually(async () => expect((await textsIn(tab)).at(-1)).toBe(text))
  expect(await below()).toBe(0)

  await sayByCurl(server, room, 'one more')
  await arrives('one more')
  expect(await below()).toBe(0)

  await log.evaluate((element) => element.scrollBy(0, -700))
  const top = await topOf('message 30')
  for (const text of ['and another', 'two\nlines', 'the last']) {
    await sayByCurl(server, room, text)
    await arrives(text)
    expect(await topOf('message 30')).toBe(top)
  }
})

test('what one reads stays, too, while a text that is written takes room from it', async () => {
  const room = freshRoom()
  await sayAll(server, room, numbered(1, 50))
  await using tab = await openTab(server, room, { viewport })
  const log = tab.getByRole('log')
  await log.evaluate((element) => element.scrollBy(0, -700))
  const top = () =>
    tab.getByText('message 30').evaluate((element) => element.getBoundingClientRect().top)
  const height = () => log.evaluate((element) => element.clientHeight)
  const [before, high] = [await top(), await height()]
  await messageIn(tab).fill('one\ntwo\nthree\nfour')
  await eventually(async () => expect(await height()).toBeLessThan(high))
  await eventually(async () => expect(await top()).toBe(before))
  await messageIn(tab).fill('')
  await eventually(async () => expect(await height()).toBe(high))
  await eventually(async () => expect(await top()).toBe(before))

  await log.evaluate((element) => element.scrollTo(0, 0))
  await messageIn(tab).fill('one\ntwo\nthree\nfour')
  await eventually(async () => expect(await height()).toBeLessThan(high))
  expect(await log.evaluate((element) => element.scrollTop)).toBe(0)
})

test('the form for the newest message opens where all of it is seen', async () => {
  const room = freshRoom()
  await sayAll(server, room, numbered(1, 50))
  await using tab = await openTab(server, room, { viewport })
  await sayIn(tab, 'own', 'Ann')
  await tab.locator('[data-own] .permalink').click()
  const form = tab.locator('.own')
  await form.getByRole('button', { name: 'Remove' }).waitFor()
  const bottom = (element: Element) => Math.floor(element.getBoundingClientRect().bottom)
  await eventually(async () =>
    expect(await form.evaluate(bottom)).toBeLessThanOrEqual(
      await tab.getByRole('log').evaluate(bottom),
    ),
  )
})
