/** The page for a frame on another site (`src/http/embed.ts`): who may frame it, and what is in it. */
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { storeSettings } from './with/server.ts'
import { freshRoom, openChatbox } from './with/stores.ts'
import { BROWSER } from './with/visitor.ts'

const HOSTS = ['https://www.example', 'https://blog.example']

const framersOf = (answer: Response) =>
  /frame-ancestors ([^;]*)$/.exec(answer.headers.get('content-security-policy') ?? '')?.[1]

describe.each([
  [[], "'self'"],
  [HOSTS, "'self' https://www.example https://blog.example"],
  [['*'], "'self' *"],
])('with EMBED_ORIGINS %p', async (embedOrigins, framers) => {
  const { get, say } = await openChatbox('sqlite', { embedOrigins })
  const room = freshRoom()
  const { id } = await say(room, 'hello')

  test('the page, and what is said of an error at its address, may be framed by those', async () => {
    for (const end of ['', '?readonly', '?theme=dark', '?theme=pink']) {
      const answer = await get(`/rooms/${room}/embed${end}`, BROWSER)
      expect([end, framersOf(answer)]).toEqual([end, framers])
    }
    expect(framersOf(await get('/rooms/no-room-/embed', BROWSER))).toBe(framers)
  })

  test('every other page may be framed by our own alone', async () => {
    const ends = [
      '',
      '?refresh=15',
      '/messages',
      '/messages?before=1',
      `/messages/${id}`,
      '/nowhere',
    ]
    for (const path of ['/', ...ends.map((end) => `/rooms/${room}${end}`)])
      expect([path, framersOf(await get(path, BROWSER))]).toEqual([path, "'self'"])
  })
})

describe('the page for a frame', async () => {
  const { get, ask, say } = await openChatbox('sqlite', { embedOrigins: HOSTS })
  const room = freshRoom()
  await say(room, 'hello', 'Ann')
  const embedded = async (query = '', headers = {}) =>
    (await get(`/rooms/${room}/embed${query}`, { ...BROWSER, ...headers })).text()

  test('has the messages, a poller, a composer, and links that lead out of it', async () => {
    const page = await embedded()
    for (const part of ['hello', 'id="poller"', 'id="composer"', '<base target="_blank"'])
      expect(page).toContain(part)
    expect(page).not.toContain('data-theme')
  })

  test('has no form where it is for reading, and knows nobody', async () => {
    const answer = await get(`/rooms/${room}/embed?readonly`, BROWSER)
    const page = await answer.text()
    expect(page).toContain('hello')
    expect(page).not.toMatch(/<(?:form|input|textarea|button)/)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await embedded('?readonly', { cookie: 'chatbox=another' })).toBe(page)
  })

  test('has the theme that is asked for, and no other', async () => {
    expect(await embedded('?theme=dark')).toContain('<html lang="en" dir="ltr" data-theme="dark">')
    expect(await embedded('?readonly&theme=light')).toContain('data-theme="light"')
    for (const query of ['?theme=pink', '?theme=', '?theme=dark&theme=dark'])
      expect((await get(`/rooms/${room}/embed${query}`)).status).toBe(422)
  })

  test('is there for rooms, and to be read', async () => {
    expect((await get('/rooms/no-room-/embed')).status).toBe(404)
    expect((await ask(`/rooms/${room}/embed`, { method: 'POST' })).status).toBe(405)
  })
})

describe('at its start the program says', () => {
  test.each([
    ['', 'No other site may show its rooms: EMBED_ORIGINS names those that may'],
    [HOSTS.join(), 'Its rooms may be shown by https://www.example and https://blog.example'],
    ['*', 'Its rooms may be shown by every site'],
  ])('with EMBED_ORIGINS=%s who may show its rooms', async (origins, words) => {
    const program = Bun.spawn([process.execPath, join(import.meta.dir, '../src/main.ts')], {
      env: { PORT: '0', EMBED_ORIGINS: origins, ...(await storeSettings('sqlite')) },
      stdout: 'pipe',
    })
    let said = ''
    for await (const text of program.stdout.pipeThrough(new TextDecoderStream())) {
      said += text
      if (said.split('\n').length > 2) break
    }
    program.kill()
    expect(said.split('\n')[1]).toBe(words)
  })
})
