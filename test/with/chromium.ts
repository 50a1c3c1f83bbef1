/** A real Chromium, the one that is installed. */
import { type Browser, chromium } from 'playwright-core'
import { atEnd } from './end.ts'

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

/** The one browser that all tests share; each opens contexts of its own. */
export function openChromium(): Promise<Browser> {
  browser ??= chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGUMENTS })
  atEnd(async () => (await browser)?.close())
  return browser
}
