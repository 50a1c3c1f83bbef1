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
  const scroll = () =>
    tab.evaluate(() => {
      const { scrollTop, scrollHeight, clientHeight } = document.documentElement
      return { top: scrollTop, below: scrollHeight - clientHeight - scrollTop }
    })
  const arrives = (text: string) =>
    eventually(async () => expect((await textsIn(tab)).at(-1)).toBe(text))
  expect((await scroll()).top).toBeGreaterThan(1000)
  expect((await scroll()).below).toBeLessThan(2)

  await sayByCurl(server, room, 'one more')
  await arrives('one more')
  await eventually(async () => expect((await scroll()).below).toBeLessThan(2))

  await tab.evaluate(() => document.documentElement.scrollTo(0, 300))
  await sayByCurl(server, room, 'and another')
  await arrives('and another')
  expect((await scroll()).top).toBe(300)
})
