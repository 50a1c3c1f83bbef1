/** The server goes and comes back under an open page, which is never reloaded. */
import { expect, test } from 'bun:test'
import { appendFileSync, cpSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { freshFolder } from '../with/folder.ts'
import { freePort } from '../with/redis.ts'
import {
  sharedServer,
  startProgram,
  startServer,
  storeSettings,
  wrongClock,
} from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import {
  eventually,
  messageIn,
  nameIn,
  numbered,
  openTab,
  POLLS,
  sayAll,
  sayIn,
  untilShown,
  watchTroubles,
} from '../with/tab.ts'

const ROOT = join(import.meta.dir, '../..')

/** The program in another folder, as it may be one day: its pages have another stylesheet and another script. */
function nextVersion(): string {
  const folder = freshFolder()
  for (const part of ['src', 'public', 'package.json', 'tsconfig.json'])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  appendFileSync(join(folder, 'public/chat.css'), ':root { --version: next }')
  appendFileSync(join(folder, 'public/page.js'), "document.body.dataset.version = 'next'")
  return join(folder, 'src/main.ts')
}

const versionOf = (tab: Page) =>
  tab.evaluate(() => [
    getComputedStyle(document.body).getPropertyValue('--version'),
    document.body.dataset.version,
  ])

/** How often the page was loaded from now on. */
function watchLoads(tab: Page): () => number {
  let loads = 0
  tab.on('load', () => {
    loads += 1
  })
  return () => loads
}

/** A minute, and the quarter by which pages keep from coming back at once. */
const LONGEST_MS = 75_000

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
  const loads = watchLoads(tab)
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
  expect(loads()).toBe(0)
})

test('a page goes on with the next version of its server', async () => {
  const port = String(await freePort())
  const settings = { ...(await storeSettings('sqlite')), PORT: port, POLL_SECONDS: '1' }
  const server = await startServer(settings)
  const room = freshRoom()
  await using tab = await openTab(server, room)
  await sayIn(tab, 'before', 'Ann')
  await untilShown(tab, ['before'])
  const loads = watchLoads(tab)
  await server.stop()
  await tab.getByRole('status').getByText('Not connected').waitFor()
  await startProgram(nextVersion(), settings)

  await sayAll(server, room, ['meanwhile'])
  await untilShown(tab, ['before', 'meanwhile'])
  await using fresh = await openTab(server, room, { person: 'Bob' })
  expect(await versionOf(fresh)).toEqual(['next', 'next'])
  await sayIn(tab, 'after')
  await untilShown(fresh, ['before', 'meanwhile', 'after'])
  await sayIn(fresh, 'to the next', 'Bob')
  await untilShown(tab, ['before', 'meanwhile', 'after', 'to the next'])
  // As the same person, who may change what was said to the version before.
  await tab.locator('.chat[data-own] .permalink').first().click()
  await tab.getByRole('textbox', { name: 'Correct it' }).fill('corrected')
  await tab.keyboard.press('Enter')
  await untilShown(fresh, ['corrected', 'meanwhile', 'after', 'to the next'])
  expect(await tab.getByRole('status').textContent()).toBe('')
  expect(await versionOf(tab)).toEqual(['', undefined])
  expect(loads()).toBe(0)
})

test('a page whose server is away for an hour tries again each minute, and shows all that was said', async () => {
  const port = String(await freePort())
  const settings = { ...(await storeSettings('sqlite')), PORT: port, POLL_SECONDS: '1' }
  const server = await startServer(settings)
  const room = freshRoom()
  await sayAll(server, room, numbered(1, 3))
  const before = async (tab: Page) => {
    await tab.clock.install()
    await tab.addInitScript(() => {
      let ended = 0
      document.addEventListener('htmx:finally:request', () => {
        ended += 1
        document.body.dataset.ended = String(ended)
      })
    })
  }
  await using tab = await openTab(server, room, { alone: true, before })
  const loads = watchLoads(tab)
  const ended = () => tab.evaluate(() => Number(document.body.dataset.ended ?? 0))
  server.process.kill('SIGKILL')
  await tab.getByRole('status').getByText('Not connected').waitFor()
  for (let minutes = 0; minutes < 60; minutes += LONGEST_MS / 60_000) {
    const before = await ended()
    await tab.clock.fastForward(LONGEST_MS)
    await eventually(async () => expect(await ended()).toBeGreaterThan(before))
  }

  const later = await startServer({ ...settings, ...(await wrongClock('+1h')) })
  await sayAll(later, room, numbered(4, 123))
  await tab.clock.fastForward(LONGEST_MS)
  await untilShown(tab, numbered(1, 123))
  await eventually(async () => expect(await tab.getByRole('status').textContent()).toBe(''))
  await sayIn(tab, 'message 124', 'Ann')
  await untilShown(tab, numbered(1, 124))
  expect(loads()).toBe(0)
})

test('a page whose server takes long for every answer is connected all the time', async () => {
  const server = await sharedServer('sqlite')
  const room = freshRoom()
  await using tab = await openTab(server, room)
  await tab.route(POLLS, async (route) => {
    await Bun.sleep(5000)
    await route.continue().catch(() => {})
  })
  const status = await tab.getByRole('status').evaluateHandle((status) => {
    const told: (string | null)[] = []
    new MutationObserver(() => told.push(status.textContent)).observe(status, { childList: true })
    return told
  })
  for (const value of ['slow', 'and slow']) {
    const [id] = await sayAll(server, room, [value])
    await tab.locator(`#m-${id}`).waitFor()
  }
  expect((await status.jsonValue()).join('')).toBe('')
})
