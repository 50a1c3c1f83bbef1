/** The room as a site shows it where its address is pasted (oEmbed 1.0). */
import { describe, expect, test } from 'bun:test'
import { startServer, storeSettings } from './with/server.ts'
import { freshRoom, openChatbox } from './with/stores.ts'
import { BROWSER } from './with/visitor.ts'

const PLACES = [
  { publicUrl: undefined, base: 'http://localhost' },
  { publicUrl: new URL('https://chat.example/talk'), base: 'https://chat.example/talk' },
]

describe.each(PLACES)('at $base', async ({ publicUrl, base }) => {
  const { get } = await openChatbox('sqlite', publicUrl && { publicUrl })
  const embedding = (query: Record<string, string>) =>
    get(`/oembed?${new URLSearchParams(query)}`, { accept: '*/*' })

  test('the page of a room leads to it', async () => {
    const room = freshRoom()
    const page = await (await get(`/rooms/${room}`, BROWSER)).text()
    const [, address = ''] =
      /<link rel="alternate" type="application\/json\+oembed" href="([^"]*)"/.exec(page) ?? []
    expect(address).toStartWith(`${base}/oembed?url=`)
    const answer = await get(address.replace(new URL(base).origin, ''))
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(await answer.json()).toEqual({
      version: '1.0',
      type: 'rich',
      title: room,
      provider_name: 'Chatbox',
      provider_url: `${base}/`,
      width: 480,
      height: 480,
      html: `<iframe src="${base}/rooms/${room}/embed" title="Chatbox: ${room}" width="480" height="480" loading="lazy" frameborder="0"></iframe>`,
    })
  })

  test('it is no larger than asked for', async () => {
    const url = `${base}/rooms/lobby`
    const small = await (await embedding({ url, maxwidth: '320', maxheight: '200' })).json()
    expect([small.width, small.height]).toEqual([320, 200])
    expect(small.html).toContain('width="320" height="200"')
    const large = await (await embedding({ url, maxwidth: '2000', maxheight: '2000' })).json()
    expect([large.width, large.height]).toEqual([480, 480])
    for (const maxwidth of ['0', '-1', 'x', '1.5'])
      expect((await embedding({ url, maxwidth })).status).toBe(422)
  })

  test('it is had for rooms, whichever of their pages is pasted', async () => {
    for (const end of ['', '/', '/embed', '/embed?readonly', '?refresh=15', '#m-1'])
      expect([end, (await embedding({ url: `${base}/rooms/lobby${end}` })).status]).toEqual([
        end,
        200,
      ])
    const others = ['/', '/rooms', '/rooms/no-room-', '/rooms/lobby/messages', '/rooms/%22%3E']
    const urls = [
      ...others.map((path) => base + path),
      ...['https://evil.example/rooms/lobby', `${base}.evil.example/rooms/lobby`, 'lobby', ''],
    ]
    for (const url of urls) expect([url, (await embedding({ url })).status]).toEqual([url, 404])
    const missing = await get('/oembed', { accept: '*/*' })
    expect([missing.status, missing.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json',
    ])
  })

  test('it is JSON, and says so where another form is asked for', async () => {
    const url = `${base}/rooms/lobby`
    expect((await embedding({ url, format: 'json' })).status).toBe(200)
    expect((await embedding({ url, format: 'xml' })).status).toBe(501)
  })
})

test('a page that was made for one name of our host does not name it to who comes by another', async () => {
  const server = await startServer(await storeSettings('sqlite'))
  for (const name of ['localhost', '127.0.0.1', 'localhost']) {
    const url = server.url.replace('127.0.0.1', name)
    const page = await (await fetch(`${url}/rooms/lobby`)).text()
    expect(page).toContain(`href="${url}/oembed?url=`)
  }
})
