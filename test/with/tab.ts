/** A room in a tab of a real browser, as its reader sees it, and a terminal beside it. */
import { expect } from 'bun:test'
import type { BrowserContext, BrowserContextOptions, Page, Route } from 'playwright-core'
import { openChromium } from './chromium.ts'
import type { Server } from './server.ts'

/** The addresses that an open page polls. */
export const POLLS = /\/messages\.html\?after=/

const PATIENCE_MS = 60_000

/** In which browser a tab is opened, and what is done to it `before` its page is loaded. */
export type Opening = BrowserContextOptions & {
  person?: string
  alone?: boolean
  before?: (tab: Page) => unknown
}

/** Browsers that tabs share, each for the pages of one site. */
const shared = new Map<string, Promise<BrowserContext>>()

/**
 * Opens the room in a new tab; the test closes it. Tabs share a browser, for one of its own costs twice the time: they are
 * one person's, and know of each other's drafts in the same room. `person` names another, and `alone` shares nothing.
 */
export const openTab = (server: Server, room: string, options?: Opening) =>
  openPage(`${server.url}/rooms/${room}`, options)

/** The same with any page. */
export async function openPage(url: string, options: Opening = {}): Promise<Page> {
  const { alone, before, viewport, colorScheme, ...kind } = options
  const tab = await (alone
    ? (await openChromium()).newPage(kind)
    : (await browserFor(url, kind)).newPage())
  if (viewport) await tab.setViewportSize(viewport)
  if (colorScheme) await tab.emulateMedia({ colorScheme })
  tab.setDefaultTimeout(PATIENCE_MS)
  await before?.(tab)
  await tab.goto(url)
  return tab
}

function browserFor(url: string, kind: Opening): Promise<BrowserContext> {
  const name = JSON.stringify([new URL(url).origin, kind])
  const open = async ({ person: _, ...options }: Opening) => {
    const browser = await (await openChromium()).newContext(options)
    // From here on, all its tabs are one person's, though several were opened at once.
    await browser.request.get(url, { failOnStatusCode: false })
    return browser
  }
  const browser = shared.get(name) ?? open(kind)
  shared.set(name, browser)
  return browser
}

export const nameIn = (tab: Page) => tab.getByRole('textbox', { name: 'Name', exact: true })
export const messageIn = (tab: Page) => tab.getByRole('textbox', { name: 'Message', exact: true })

/** Writes into the composer and clicks "Say"; a name is written only where one is given. */
export async function sayIn(tab: Page, value: string, screenname?: string): Promise<void> {
  if (screenname !== undefined) await nameIn(tab).fill(screenname)
  await messageIn(tab).fill(value)
  await tab.getByRole('button', { name: 'Say' }).click()
}

/** The messages in the chatbox, from top to bottom. */
export function shownIn(tab: Page): Promise<{ id: string; user: string; text: string }[]> {
  // Asked of the page itself: a locator would load all of its own script into it first.
  return tab.evaluate(() =>
    [...document.querySelectorAll('#chatbox > .chat')].map((item) => ({
      id: item.id.replace('m-', ''),
      user: item.querySelector('.user')?.textContent ?? '',
      text: item.querySelector('.text')?.textContent ?? '',
    })),
  )
}

export const textsIn = async (tab: Page) => (await shownIn(tab)).map(({ text }) => text)
export const idsIn = async (tab: Page) => (await shownIn(tab)).map(({ id }) => id)

/** Waits until the chatbox shows exactly these texts, in this order. */
export function untilShown(tab: Page, texts: string[]): Promise<void> {
  return eventually(async () => expect(await textsIn(tab)).toEqual(texts))
}

/** Has the next poll answered as if the room had never come so far. */
export async function resetOnce(tab: Page): Promise<void> {
  await tab.route(
    POLLS,
    async (route) => {
      const url = route
        .request()
        .url()
        .replace(/after=\d+/, 'after=9007199254740000')
      await route.fulfill({ response: await route.fetch({ url }) })
    },
    { times: 1 },
  )
}

/** Scrolls back to the oldest message that is shown. */
export const scrollBack = (tab: Page) =>
  tab.evaluate(() => {
    const log = document.querySelector('[role=log]') as Element
    log.scrollTo(0, -log.scrollHeight)
  })

/** Says something with the one line of curl that the README promises. */
export async function sayByCurl(
  server: Server,
  room: string,
  value: string,
  screenname = 'curl',
): Promise<void> {
  const curl = Bun.spawn([
    ...['curl', '--silent', '--fail', '--output', '/dev/null'],
    ...['--data-urlencode', `screenname=${screenname}`, '--data-urlencode', `value=${value}`],
    `${server.url}/rooms/${room}/messages`,
  ])
  expect(await curl.exited).toBe(0)
}

/** Says many things, one after another, as a script does; answers their ids. */
export async function sayAll(
  server: Server,
  room: string,
  values: string[],
  screenname = (_value: string) => 'script',
): Promise<string[]> {
  const ids: string[] = []
  for (const value of values) {
    const body = new URLSearchParams({ screenname: screenname(value), value })
    const answer = await fetch(`${server.url}/rooms/${room}/messages.json`, {
      method: 'POST',
      body,
    })
    ids.push(((await answer.json()) as { id: string }).id)
  }
  return ids
}

/** Somebody who speaks without a page, and is the same person each time; `say` answers the id. */
export function openPerson(server: Server, room: string, screenname: string) {
  let cookie = ''
  return {
    say: async (value: string): Promise<string> => {
      const answer = await fetch(`${server.url}/rooms/${room}/messages.json`, {
        method: 'POST',
        headers: { cookie },
        body: new URLSearchParams({ screenname, value }),
      })
      cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie
      return ((await answer.json()) as { id: string }).id
    },
  }
}

/** `numbered(3, 5)`: message 3, message 4, message 5. */
export const numbered = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => `message ${first + i}`)

/** Tries again until `check` passes; after a minute fails as it failed last. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > end) throw error
      await Bun.sleep(250)
    }
  }
}

/** Lets the next matching request reach the server, and holds its answer back until `release`. */
export async function holdAnswer(tab: Page, url: RegExp, method: string) {
  const answered = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  let waiting = true
  await tab.route(url, async (route: Route) => {
    if (!waiting || route.request().method() !== method) return route.fallback()
    waiting = false
    const response = await route.fetch()
    answered.resolve()
    await released.promise
    await route.fulfill({ response })
  })
  /** `answered` resolves when the server has answered what is held back. */
  return { answered: answered.promise, release: () => released.resolve() }
}

/** Gathers what must not happen on a page: errors, broken policies, dialogs, requests to elsewhere. */
export function watchTroubles(tab: Page, server: Server): string[] {
  const troubles: string[] = []
  tab.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) troubles.push(message.text())
  })
  tab.on('pageerror', (error) => troubles.push(String(error)))
  tab.on('dialog', (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`)
    return dialog.dismiss()
  })
  tab.on('request', (request) => {
    if (!request.url().startsWith(`${server.url}/`)) troubles.push(`asked ${request.url()}`)
  })
  return troubles
}
