/** Where a reader stands in a long room: at the newest message, until they go elsewhere. */
import { expect, test } from 'bun:test'
import { startServer, storeSettings } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import { eventually, numbered, openTab, sayAll, sayByCurl, textsIn } from '../with/tab.ts'

test('a page opens at its end, goes on with it, and stays where its reader scrolled back to', async () => {
  const server = await startServer({ ...(await storeSettings('sqlite')), POLL_SECONDS: '1' })
  const room = freshRoom()
  await sayAll(server, room, numbered(1, 50))
  await using tab = await openTab(server, room, { viewport: { width: 360, height: 640 } })
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
