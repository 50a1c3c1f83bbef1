/** A room's list for a server that includes it in its own pages (`/rooms/:room/messages.html` without a cursor). */
import { expect, test } from 'bun:test'
import { freshRoom, openChatbox } from './with/stores.ts'

const publicUrl = new URL('https://chat.example')
const { get, say } = await openChatbox('sqlite', { pollSeconds: 7, publicUrl })

test('it is kept as long as a poll would wait, and then only asked whether it is still the same', async () => {
  const room = freshRoom()
  await say(room, 'hello')
  const ask = (headers = {}) => get(`/rooms/${room}/messages.html`, headers)
  const first = await ask()
  expect(first.headers.get('cache-control')).toBe('public, max-age=0, s-maxage=7')
  expect(first.headers.get('vary')).toBe('Accept-Language')
  const etag = first.headers.get('etag') as string
  for (const coding of ['br', 'gzip', 'identity']) {
    const again = await ask({ 'if-none-match': etag, 'accept-encoding': coding })
    expect([again.status, await again.text()]).toEqual([304, ''])
    for (const name of ['etag', 'cache-control', 'access-control-allow-origin'])
      expect(again.headers.get(name)).toBe(first.headers.get(name))
  }
  await say(room, 'again')
  const other = await ask({ 'if-none-match': etag })
  expect(other.status).toBe(200)
  expect(other.headers.get('etag')).not.toBe(etag)
})

test('it is the same for everyone who reads one language, and has no forms', async () => {
  const room = freshRoom()
  for (let i = 0; i < 60; i++) await say(room, `line ${i}`)
  const path = `/rooms/${room}/messages.html`
  const html = await (await get(path)).text()
  const others: Record<string, string>[] = [
    { cookie: 'chatbox=x' },
    { origin: 'https://www.example' },
    { accept: 'x/y' },
  ]
  for (const headers of others) expect(await (await get(path, headers)).text()).toBe(html)
  expect(html.match(/class="chat"/g)).toHaveLength(50)
  expect(html).not.toMatch(/<(?:form|script|link|meta|base)/)
  const german = await (await get(path, { 'accept-language': 'de' })).text()
  expect(german).not.toBe(html)
})

test('what depends on a cursor is kept by nobody', async () => {
  const room = freshRoom()
  const { id } = await say(room, 'hello')
  for (const query of ['?after=0', `?before=${Number(id) + 1}`, '?since=60']) {
    const { headers } = await get(`/rooms/${room}/messages.html${query}`)
    expect([query, headers.get('cache-control')]).toEqual([query, 'no-store'])
    expect(headers.has('etag')).toBe(false)
  }
})

test('without PUBLIC_URL its addresses are those of the host that was asked, and it is kept for each', async () => {
  const unknown = await openChatbox('sqlite')
  await unknown.say('lobby', 'hello')
  const { headers } = await unknown.get('/rooms/lobby/messages.html')
  expect(headers.get('cache-control')).toStartWith('public')
  expect(headers.get('vary')).toBe('Accept-Language, Host')
})
