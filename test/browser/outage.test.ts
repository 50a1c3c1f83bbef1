/** Redis goes and comes back: the page stays as it is, says so, and goes on. */
import { expect, test } from 'bun:test'
import { freshFolder } from '../with/folder.ts'
import { freePort, startRedis } from '../with/redis.ts'
import { startServer } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import { eventually, messageIn, openTab, sayByCurl, sayIn, untilShown } from '../with/tab.ts'

/** A server over a Redis of its own, which keeps everything when it stops and starts. */
async function startOnRedis() {
  const port = String(await freePort())
  const folder = freshFolder()
  const start = () =>
    startRedis('--port', port, '--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always')
  const redis = await start()
  const server = await startServer({ REDIS_URL: `redis://127.0.0.1:${port}`, POLL_SECONDS: '1' })
  return { server, stop: redis.stop, start }
}

test.concurrent('a page lives through the loss of the store', async () => {
  const { server, stop, start } = await startOnRedis()
  const room = freshRoom()
  await sayByCurl(server, room, 'before')
  await using tab = await openTab(server, room)
  const status = tab.getByRole('status')
  expect(await status.textContent()).toBe('')

  await stop()
  await status.getByText('Not connected').waitFor()
  await sayIn(tab, 'during', 'Ann')
  await tab.locator('#errors').getByText('cannot be reached').waitFor()
  expect(await messageIn(tab).inputValue()).toBe('during')
  await untilShown(tab, ['before'])
  await using plain = await openTab(server, room, { javaScriptEnabled: false })
  expect(await plain.locator('main').textContent()).toContain('cannot be reached')

  await start()
  await eventually(async () => expect(await status.textContent()).toBe(''))
  await sayByCurl(server, room, 'after')
  await untilShown(tab, ['before', 'after'])
  await sayIn(tab, await messageIn(tab).inputValue())
  await untilShown(tab, ['before', 'after', 'during'])
})

test.concurrent('a frame that reads itself goes on, too, and says how often it tries', async () => {
  const { server, stop, start } = await startOnRedis()
  const room = freshRoom()
  await sayByCurl(server, room, 'before')
  await using tab = await openTab(server, `${room}?refresh=5`, { javaScriptEnabled: false })
  const frame = tab.frameLocator('iframe')
  const untilFramed = (texts: string[]) =>
    eventually(async () => expect(await frame.locator('.text').allTextContents()).toEqual(texts))
  await untilFramed(['before'])

  await stop()
  await frame.getByText('cannot be reached').waitFor()
  expect(await frame.locator('main').textContent()).toContain('tries again every 5 seconds')
  expect(await frame.locator('base').getAttribute('target')).toBe('_top')
  await messageIn(tab).fill('half a word')

  await start()
  await untilFramed(['before'])
  await sayByCurl(server, room, 'after')
  await untilFramed(['before', 'after'])
  expect(await messageIn(tab).inputValue()).toBe('half a word')
})
