/** The server goes and comes back under an open page, which is never reloaded. */
import { expect, test } from 'bun:test'
import { freePort } from '../with/redis.ts'
import { startServer, storeSettings } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import {
  eventually,
  messageIn,
  nameIn,
  openTab,
  POLLS,
  sayAll,
  sayIn,
  untilShown,
  watchTroubles,
} from '../with/tab.ts'

const ZONE = 'Asia/Kolkata'
const clock = new Intl.DateTimeFormat('en', { timeStyle: 'short', timeZone: ZONE })

test('a page outlives its server, says since when, and shows what was said meanwhile', async () => {
  const settings = await storeSettings('sqlite')
  const start = (port: string) => startServer({ ...settings, PORT: port, POLL_SECONDS: '1' })
  const port = String(await freePort())
  const server = await start(port)
  const another = await start('0')
  const room = freshRoom()
  await sayAll(server, room, ['before'])
  await using tab = await openTab(server, room, { timezoneId: ZONE })
  let loads = 0
  tab.on('load', () => {
    loads += 1
  })
  await nameIn(tab).fill('Ann')
  await messageIn(tab).fill('half a sen')

  const times = [clock.format()]
  server.process.kill('SIGKILL')
  const status = tab.getByRole('status')
  const told = async () => (await status.textContent())?.replace(/\s/g, ' ') ?? ''
  await status.getByText('Not connected').waitFor()
  times.push(clock.format())
  const first = await told()
  expect(times.map((time) => `Not connected since ${time.replace(/\s/g, ' ')}.`)).toContain(first)
  await sayAll(another, room, ['meanwhile'])
  expect(await told()).toBe(first)

  await start(port)
  await untilShown(tab, ['before', 'meanwhile'])
  await eventually(async () => expect(await told()).toBe(''))
  expect(await messageIn(tab).inputValue()).toBe('half a sen')
  const troubles = watchTroubles(tab, server)
  await sayIn(tab, 'after')
  await untilShown(tab, ['before', 'meanwhile', 'after'])
  expect(troubles).toEqual([])
  expect(loads).toBe(0)
})

test('a page whose server takes long for every answer waits longer for it, and is connected', async () => {
  const server = await startServer({ ...(await storeSettings('sqlite')), POLL_SECONDS: '1' })
  const room = freshRoom()
  await using tab = await openTab(server, room)
  await tab.route(POLLS, async (route) => {
    await Bun.sleep(5000)
    await route.continue().catch(() => {})
  })
  await sayAll(server, room, ['slow'])
  await tab.getByRole('status').getByText('Not connected').waitFor()
  await untilShown(tab, ['slow'])
})
