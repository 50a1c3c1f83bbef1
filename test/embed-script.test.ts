/** The one script tag for pages of other sites, as it is served (`public/embed.js`). */
import { expect, test } from 'bun:test'
import { openChatbox } from './with/stores.ts'

const { get, ask } = await openChatbox('sqlite')

test('it takes at most 2 KB, compressed', async () => {
  const answer = await get('/embed.js', { 'accept-encoding': 'br' })
  expect(answer.headers.get('content-encoding')).toBe('br')
  expect(answer.headers.get('content-type')).toStartWith('text/javascript')
  const { length } = await answer.bytes()
  console.log(`The script for other sites: ${length} bytes with brotli`)
  expect(length).toBeLessThanOrEqual(2 * 1024)
})

test('it is kept for ten minutes, and then only asked whether it is still the same', async () => {
  for (const coding of ['br', 'gzip', 'identity']) {
    const { status, headers } = await get('/embed.js', { 'accept-encoding': coding })
    expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=600'])
    expect(headers.get('vary')).toBe('Accept-Encoding')
    const etag = headers.get('etag') as string
    for (const known of [etag, etag.replace('W/', ''), `"x", ${etag}`, '*']) {
      const again = await get('/embed.js', { 'accept-encoding': coding, 'if-none-match': known })
      expect([known, again.status, again.headers.get('etag')]).toEqual([known, 304, etag])
      expect(again.headers.get('cache-control')).toBe('public, max-age=600')
      expect(await again.text()).toBe('')
    }
    const other = await get('/embed.js', { 'if-none-match': '"x", W/"y"' })
    expect(other.status).toBe(200)
  }
})

test('it is at the same address below a path', async () => {
  const below = await openChatbox('sqlite', { publicUrl: new URL('https://chat.example/talk') })
  expect(await (await below.get('/talk/embed.js')).text()).toBe(
    await (await get('/embed.js')).text(),
  )
  expect((await ask('/embed.js', { method: 'POST' })).status).toBe(405)
})
