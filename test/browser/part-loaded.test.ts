/** A page of which not all came: each part works without the others, or not at all. */
import { expect, test } from 'bun:test'
import { sharedServer } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import {
  eventually,
  messageIn,
  openTab,
  sayByCurl,
  sayIn,
  textsIn,
  untilShown,
} from '../with/tab.ts'

const server = await sharedServer('sqlite')

const openWithout = (script: RegExp, room: string) =>
  openTab(server, room, { before: (tab) => tab.route(script, (route) => route.abort()) })

test.concurrent('without our script a post is said once, and its box is empty', async () => {
  const room = freshRoom()
  await using tab = await openWithout(/chat\.js/, room)
  await sayIn(tab, 'own', 'Ann')
  await untilShown(tab, ['own'])
  await eventually(async () => expect(await messageIn(tab).inputValue()).toBe(''))
  await sayByCurl(server, room, 'another’s')
  await untilShown(tab, ['own', 'another’s'])
})

test.concurrent('without htmx messages are said and read by forms and links', async () => {
  const room = freshRoom()
  await using tab = await openWithout(/htmx\.min\.js/, room)
  await sayIn(tab, 'own', 'Ann')
  await untilShown(tab, ['own'])
  expect(await messageIn(tab).inputValue()).toBe('')
  await tab.locator('.chat .permalink').click()
  await tab.waitForURL(/\/messages\/\d+$/)
  await tab.getByRole('button', { name: 'Remove' }).click()
  await tab.waitForURL(`**/rooms/${room}`)
  expect(await textsIn(tab)).toEqual([])
})

test.concurrent('what is written before the script comes is not lost to an older draft', async () => {
  const room = freshRoom()
  await using tab = await openTab(server, room)
  await messageIn(tab).fill('old draft')
  await tab.goto(`${server.url}/`)
  const written = Promise.withResolvers<void>()
  await tab.route(/\.js/, async (route) => {
    await written.promise
    await route.continue()
  })
  await tab.goto(`${server.url}/rooms/${room}`, { waitUntil: 'commit' })
  await messageIn(tab).fill('new words')
  written.resolve()
  await tab.waitForLoadState('load')
  await sayIn(tab, `${await messageIn(tab).inputValue()} and more`, 'Ann')
  await untilShown(tab, ['new words and more'])
})
