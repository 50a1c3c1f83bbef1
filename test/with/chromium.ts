/** A real Chromium, the one that is installed. */
import { type Browser, type BrowserContext, chromium } from 'playwright-core'
import { atEnd } from './end.ts'
import { freePort } from './redis.ts'

/** Only the page under test may use the network, and nothing asks about a first start. */
const ARGUMENTS = [
  '--no-sandbox',
  '--renderer-process-limit=1',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

let browser: Promise<Browser> | undefined

/**
 * The one browser that all tests share; each opens contexts of its own. It draws pages without a window around them,
 * for half of the work.
 */
export function openChromium(): Promise<Browser> {
  browser ??= launch('chromium-headless-shell')
  return browser
}

/**
 * A window of the whole browser, in which one tab is in front and hides the others: elsewhere Playwright makes every
 * page believe that it is seen.
 */
export async function openWindow(): Promise<BrowserContext> {
  const port = await freePort()
  await launch('chromium', [`--remote-debugging-port=${port}`])
  const window = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true })
  return window.contexts()[0] as BrowserContext
}

async function launch(program: string, more: string[] = []): Promise<Browser> {
  const args = [...ARGUMENTS, ...more]
  const browser = await chromium.launch({ executablePath: `/usr/bin/${program}`, args })
  atEnd(() => browser.close())
  return browser
}
