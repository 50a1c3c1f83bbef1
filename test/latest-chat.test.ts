/** The address of 2009, for clients that keep no cursor. */
import { describe, expect, test } from 'bun:test'
import { freshRoom, KINDS, openChatbox } from './with/stores.ts'

describe.each(KINDS)('the latest chat on %s', async (kind) => {
  const chatbox = await openChatbox(kind)

  test('is a bare array, oldest first, in the shape of 2009', async () => {
    const room = freshRoom()
    const first = await chatbox.say(room, 'Hello World', 'tstone')
    const second = await chatbox.say(room, 'two\nlines', 'rms')
    const created = (message: { created: string }) => message.created.slice(0, 19).replace('T', ' ')
    for (const path of ['/api/latest-chat/3600/', '/api/latest-chat/3600']) {
      const answer = await chatbox.get(`${path}?room=${room}`)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toBe('application/json')
      expect(answer.headers.get('vary')).toStartWith('Accept, HX-Request')
      expect(await answer.json()).toEqual([
        { value: 'Hello World', created: created(first), screenname: 'tstone' },
        { value: 'two\nlines', created: created(second), screenname: 'rms' },
      ])
    }
    expect(created(first)).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    expect(Math.abs(Date.parse(`${created(first)}Z`) - Date.now())).toBeLessThan(60_000)
  })

  test('is that of the lobby, where no room is named', async () => {
    const value = `in the lobby ${crypto.randomUUID()}`
    await chatbox.say('lobby', value)
    const messages = await (await chatbox.get('/api/latest-chat/60/')).json()
    expect(messages.at(-1)).toMatchObject({ value, screenname: 'tester' })
    expect(await (await chatbox.get('/api/latest-chat/60/?room=lobby')).json()).toEqual(messages)
  })

  test('goes back as many seconds as asked', async () => {
    const room = freshRoom()
    const latest = async (seconds: number) => {
      const answer = await chatbox.get(`/api/latest-chat/${seconds}/?room=${room}`)
      return (await answer.json()).map((message: { value: string }) => message.value)
    }
    expect(await latest(60)).toEqual([])
    await chatbox.say(room, 'old')
    await Bun.sleep(2100)
    await chatbox.say(room, 'new')
    expect(await latest(2)).toEqual(['new'])
    expect(await latest(60)).toEqual(['old', 'new'])
    expect(await latest(0)).toEqual([])
  })

  test('is at most the newest 200 messages', async () => {
    const room = freshRoom()
    for (let i = 1; i <= 201; i++) await chatbox.say(room, String(i))
    const messages = await (await chatbox.get(`/api/latest-chat/3600/?room=${room}`)).json()
    expect(messages).toHaveLength(200)
    expect([messages[0].value, messages[199].value]).toEqual(['2', '201'])
  })

  test('is the fragment to people and to htmx, and nothing where nothing was said', async () => {
    const room = freshRoom()
    const path = `/api/latest-chat/60/?room=${room}`
    const askers: Record<string, string>[] = [{ accept: 'text/html' }, { 'hx-request': 'true' }]
    const empty = await Promise.all(askers.map((headers) => chatbox.get(path, headers)))
    expect(empty.map(({ status }) => status)).toEqual([200, 204])
    expect(await empty[0]?.text()).toBe('')
    const { id } = await chatbox.say(room, '<b>bold</b>')
    for (const headers of askers) {
      const answer = await chatbox.get(path, headers)
      const html = await answer.text()
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(html).toStartWith(`<li id="m-${id}" class="chat">`)
      expect(html).toContain('&lt;b&gt;bold&lt;/b&gt;')
    }
    const jquery = await chatbox.get(path, {
      accept: 'application/json, text/javascript, */*; q=0.01',
    })
    expect(await jquery.json()).toHaveLength(1)
  })

  test.each(['x', '-1', '1.5', '1e3', '0x10', '01', '%207', '9007199254740992'])(
    'refuses an age of %s, in words, to a script by default',
    async (seconds) => {
      for (const slash of ['', '/']) {
        const answer = await chatbox.get(`/api/latest-chat/${seconds}${slash}`)
        expect(answer.status).toBe(422)
        expect(answer.headers.get('content-type')).toBe('application/problem+json')
        expect((await answer.json()).detail).toStartWith('seconds must be a whole number')
      }
    },
  )

  test('refuses a room that cannot be, or two', async () => {
    const status = async (query: string) =>
      (await chatbox.get(`/api/latest-chat/60/?${query}`)).status
    expect(await status('room=Lobby')).toBe(404)
    expect(await status('room=')).toBe(404)
    expect(await status('room=a&room=b')).toBe(422)
  })
})
