/** What a visit costs: the bytes of the first over the wire, one request the second time, and nothing from elsewhere. */
import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { openChromium } from './with/chromium.ts'
import { type Server, startServer, storeSettings } from './with/server.ts'
import { freshRoom } from './with/stores.ts'
import {
  eventually,
  openPerson,
  openTab,
  sayByCurl,
  sayIn,
  textsIn,
  watchTroubles,
} from './with/tab.ts'

/** Sentences as people write them, no two alike: those of the README, as long as what is said in a chat. */
const README = await Bun.file(new URL('../README.md', import.meta.url)).text()
const TALK = README.replaceAll(/^(?:```[\s\S]*?^```|[|#].*)$/gm, '')
  .split(/(?<=[.:;,])\s+/)
  .filter((sentence) => sentence.length > 30)
  .slice(0, 50)

const PEOPLE = ['Ann', 'Bob', 'Chidinma', 'Dörte', 'Emre', 'Fatima']

/** Several people take turns, and often go on. */
async function talkIn(room: string, server: Server) {
  const people = PEOPLE.map((name) => openPerson(server, room, name))
  for (const [i, sentence] of TALK.entries()) await people[(i * i) % people.length]?.say(sentence)
}

async function bytesOf(address: string, coding: string): Promise<number> {
  const answer = await fetch(address, {
    headers: { 'accept-encoding': coding, accept: 'text/html' },
    decompress: false,
  })
  expect(answer.headers.get('content-encoding')).toBe(coding)
  return (await answer.bytes()).length
}

/** The addresses that a tab asks a server for, past all caches. */
async function watchRequests(tab: Page): Promise<string[]> {
  const asked = new Map<string, string>()
  const network = await tab.context().newCDPSession(tab)
  await network.send('Network.enable')
  const sent: string[] = []
  network.on('Network.requestWillBeSent', ({ requestId, request }) =>
    asked.set(requestId, request.url),
  )
  network.on('Network.requestServedFromCache', ({ requestId }) => asked.delete(requestId))
  network.on('Network.responseReceived', ({ requestId, response }) => {
    const { fromDiskCache, fromPrefetchCache, fromServiceWorker } = response
    const url = asked.get(requestId)
    if (url && !fromDiskCache && !fromPrefetchCache && !fromServiceWorker) sent.push(url)
  })
  return sent
}

describe('a visit of a room with fifty messages', async () => {
  // No poll comes between: these tests look at what a page asks for by itself.
  const server = await startServer({ ...(await storeSettings('sqlite')), POLL_SECONDS: '60' })
  const room = freshRoom()
  await talkIn(room, server)
  const address = `${server.url}/rooms/${room}`
  const page = await (await fetch(address)).text()
  const files = [...page.matchAll(/"(\/assets\/[^/"]+\/([^"]+))"/g)].map(
    ([, path, name]): [string, string] => [name as string, server.url + path],
  )

  test('weighs at most 30 KB the first time, all that the page needs together', async () => {
    const names = ['chat.css', 'chat.js', 'htmx.min.js', 'icon.svg']
    expect(files.map(([name]) => name).sort()).toEqual(names)
    expect(page.match(/class="chat"/g)).toHaveLength(50)
    const parts: [string, string][] = [['the page', address], ...files]
    const weights: [string, number][] = []
    for (const [name, at] of parts) weights.push([name, await bytesOf(at, 'br')])
    const all = weights.reduce((sum, [, bytes]) => sum + bytes, 0)
    const told = weights.map(([name, bytes]) => `${name} ${bytes}`).join(' + ')
    console.log(`A first visit, with brotli: ${told} = ${all} bytes`)
    expect(all).toBeLessThanOrEqual(30_000)
  })

  test('brings a script of our own of at most 3 KB', async () => {
    const script = new Map(files).get('chat.js') as string
    const [br, gzip] = [await bytesOf(script, 'br'), await bytesOf(script, 'gzip')]
    console.log(`Our own script: ${br} bytes with brotli, ${gzip} with gzip`)
    expect(br).toBeLessThanOrEqual(3 * 1024)
  })

  test('is one request the second time', async () => {
    const context = await (await openChromium()).newContext()
    const visit = async () => {
      await using tab = await context.newPage()
      const sent = await watchRequests(tab)
      await tab.goto(address, { waitUntil: 'networkidle' })
      expect(await textsIn(tab)).toHaveLength(50)
      return sent
    }
    // The icon is for a tab that somebody sees.
    expect((await visit()).length).toBeGreaterThanOrEqual(files.length)
    expect(await visit()).toEqual([address])
    await context.close()
  })
})

describe('the policy of the pages', async () => {
  const server = await startServer({ ...(await storeSettings('sqlite')), POLL_SECONDS: '1' })

  test.concurrent('lets nothing inline, nothing evaluated and nothing of elsewhere', async () => {
    for (const path of ['/', '/rooms/lobby', '/rooms/lobby?refresh=15', '/nowhere']) {
      const policy = (await fetch(server.url + path)).headers.get('content-security-policy')
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toContain('unsafe-')
      expect(policy).not.toMatch(/https?:|data:|blob:|\*/)
    }
  })

  test.concurrent('is not broken while messages come, and nothing is asked of elsewhere', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room, {})
    await tab.addInitScript(() =>
      document.addEventListener('securitypolicyviolation', ({ violatedDirective }) =>
        console.error(`broke ${violatedDirective}`),
      ),
    )
    const troubles = watchTroubles(tab, server)
    await tab.reload({ waitUntil: 'networkidle' })
    for (const value of TALK.slice(0, 9)) await sayByCurl(server, room, value)
    await eventually(async () => expect(await textsIn(tab)).toHaveLength(9))
    await sayIn(tab, 'and I', 'Ann')
    await tab.locator('.chat[data-own] .permalink').click()
    await tab.locator('.own .cancel').click()
    await tab.locator('.own').waitFor({ state: 'detached' })
    expect(troubles).toEqual([])
  })
})
