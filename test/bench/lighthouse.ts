/**
 * `npm run lighthouse`: what Lighthouse makes of a room with 50 messages, on a phone as it simulates one. Performance
 * is measured time, so this is no test of the suite.
 */
import { expect, test } from 'bun:test'
import lighthouse from 'lighthouse'
import { chromium } from 'playwright-core'
import { freePort } from '../with/redis.ts'
import { startServer, storeSettings } from '../with/server.ts'
import { numbered, sayAll } from '../with/tab.ts'

const LEAST: Record<string, number> = { accessibility: 100, 'best-practices': 100, performance: 98 }

test('Lighthouse finds nothing to mend in a room', async () => {
  const server = await startServer(await storeSettings('sqlite'))
  await sayAll(server, 'lobby', numbered(1, 50))
  const port = await freePort()
  const args = ['--no-sandbox', '--disable-gpu', `--remote-debugging-port=${port}`]
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args })
  const onlyCategories = Object.keys(LEAST)
  const result = await lighthouse(`${server.url}/rooms/lobby`, {
    port,
    logLevel: 'error',
    onlyCategories,
  })
  await browser.close()
  const scores = Object.entries(result?.lhr.categories ?? {})
  const points = scores.map(([name, { score }]) => [name, Math.round((score ?? 0) * 100)] as const)
  for (const [name, count] of points) console.log(`${name}: ${count}, at least ${LEAST[name]}`)
  expect(points).toHaveLength(onlyCategories.length)
  for (const [name, count] of points) expect(count).toBeGreaterThanOrEqual(LEAST[name] as number)
})
