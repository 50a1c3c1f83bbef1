/** The front page and a room's page, as people see them, also under a path. */
import { describe, expect, test } from 'bun:test'
import { freshRoom, KINDS, openChatbox } from './with/stores.ts'

type Found = { tag: string; attributes: Record<string, string> }

/** Every element of an answer, with what it stands in. */
function elementsIn(html: string): (Found & { inside: Found[] })[] {
  const found: (Found & { inside: Found[] })[] = []
  const open: Found[] = []
  const all = {
    element(element: HTMLRewriterTypes.Element) {
      const one = { tag: element.tagName, attributes: Object.fromEntries(element.attributes) }
      found.push({ ...one, inside: [...open] })
      if (!element.canHaveContent) return
      open.push(one)
      element.onEndTag(() => {
        open.pop()
      })
    },
  }
  new HTMLRewriter().on('*', all).transform(html)
  return found
}

describe.each(KINDS)('the front page on %s', async (kind) => {
  const chatbox = await openChatbox(kind)

  test('lists the rooms lately spoken in, the latest first', async () => {
    const rooms = [freshRoom(), freshRoom(), freshRoom()]
    for (const room of rooms) {
      await chatbox.say(room, 'hi')
      await Bun.sleep(2) // SQLite's clock counts whole milliseconds.
    }
    const last = await chatbox.say(rooms[0] ?? '', 'hi again')
    const order = [rooms[0], rooms[2], rooms[1]].map((room) => `/rooms/${room}`)
    const html = await (await chatbox.get('/')).text()
    const links = elementsIn(html).filter(({ inside }) =>
      inside.some((e) => e.attributes.id === 'rooms'),
    )
    const addresses = links.flatMap(({ tag, attributes }) =>
      tag === 'a' ? `${attributes.href}` : [],
    )
    expect(addresses.slice(0, 3)).toEqual(order)

    const list = await (await chatbox.get('/', { accept: 'application/json' })).json()
    expect(Object.keys(list)).toEqual(['rooms'])
    expect(list.rooms[0]).toEqual({ room: rooms[0], spoken: last.created })
    expect(list.rooms.slice(0, 3).map((r: { room: string }) => `/rooms/${r.room}`)).toEqual(order)
  })

  test('has a form that leads into a room', async () => {
    const elements = elementsIn(await (await chatbox.get('/')).text())
    const form = elements.find(({ tag }) => tag === 'form')
    expect(form?.attributes.action).toBe('/rooms')
    expect(form?.attributes.method ?? 'get').toBe('get')
    const input = elements.find(({ tag }) => tag === 'input')
    expect(input?.inside.some(({ tag }) => tag === 'form')).toBe(true)
    expect(input?.attributes.name).toBe('room')
    for (const name of ['lobby', 'Lobby', '+LOBBY%20']) {
      const answer = await chatbox.get(`/rooms?room=${name}`)
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/rooms/lobby'])
    }
  })

  test.each([
    '',
    '?room=',
    '?room=a%20b',
    '?room=-a',
    '?room=a%0d%0ab',
    '?room=..%2F',
    '?room=%C3%A4',
  ])('says in words that /rooms%s names no room', async (query) => {
    const answer = await chatbox.get(`/rooms${query}`)
    expect(answer.status).toBe(422)
    expect(answer.headers.get('location')).toBeNull()
    expect(await answer.text()).toContain('The name of a room is 1 to 64 of a-z, 0-9')
  })
})

describe.each(KINDS)("a room's page on %s", async (kind) => {
  const chatbox = await openChatbox(kind, { pollSeconds: 5 })

  test('has the chatbox in a log, a poller and a composer', async () => {
    const room = freshRoom()
    const { id, created } = await chatbox.say(room, 'Hello World', 'tstone')
    const elements = elementsIn(await (await chatbox.get(`/rooms/${room}`)).text())
    const byId = (id: string) => elements.find(({ attributes }) => attributes.id === id)
    expect(byId('chatbox')?.inside.at(-1)?.attributes.role).toBe('log')

    const item = byId(`m-${id}`)
    expect(item).toMatchObject({ tag: 'li', attributes: { class: 'chat' } })
    expect(item?.inside.at(-1)?.attributes.id).toBe('chatbox')
    const parts = elements.filter((e) =>
      e.inside.some(({ attributes }) => attributes.id === `m-${id}`),
    )
    expect(parts.filter(({ attributes }) => attributes.class === 'user')).toHaveLength(1)
    expect(parts.filter(({ attributes }) => attributes.class === 'text')).toHaveLength(1)
    const time = parts.find(({ tag }) => tag === 'time')
    expect(time?.attributes.datetime).toBe(created)
    expect(time?.inside.at(-1)).toMatchObject({
      tag: 'a',
      attributes: { href: `/rooms/${room}/messages/${id}` },
    })

    expect(byId('poller')?.attributes).toMatchObject({
      'hx-get': `/rooms/${room}/messages.html?after=${id}&every=5&here=1`,
      'hx-trigger': 'every 5s',
    })
    const address = `/rooms/${room}/messages`
    const composer = { method: 'post', action: address, 'hx-post': address }
    expect(byId('composer')).toMatchObject({ tag: 'form', attributes: composer })
    const fields = elements.filter((e) => e.inside.some(({ tag }) => tag === 'form'))
    const names = fields.flatMap(({ attributes }) => attributes.name ?? [])
    expect(names).toEqual(['nonce', 'screenname', 'value'])
    expect(byId('errors')?.attributes.role).toBe('alert')
  })

  test('polls as often as is set', async () => {
    const { get } = await openChatbox(kind, { pollSeconds: 17 })
    expect(await (await get(`/rooms/${freshRoom()}`)).text()).toContain('hx-trigger="every 17s"')
  })

  test('shows the latest 50 and leads, without script, to all older ones and back', async () => {
    const room = freshRoom()
    const ids: string[] = []
    for (let i = 1; i <= 120; i++) ids.push((await chatbox.say(room, String(i))).id)
    const seen: string[][] = []
    let path: string | undefined = `/rooms/${room}`
    let html = ''
    while (path) {
      html = await (await chatbox.get(path)).text()
      const elements = elementsIn(html)
      const items = elements.filter(({ attributes }) => attributes.class === 'chat')
      seen.unshift(items.map(({ attributes }) => `${attributes.id}`.slice(2)))
      path = elements.find((e) => e.inside.at(-1)?.attributes.class === 'older')?.attributes.href
    }
    expect(seen.map(({ length }) => length)).toEqual([20, 50, 50])
    expect(seen.flat()).toEqual(ids)

    const newer = elementsIn(html).find(({ attributes }) => attributes.href?.includes('?after='))
    const [address = ''] = `${newer?.attributes.href}`.split('#')
    const next = await (await chatbox.get(address)).text()
    const items = elementsIn(next).filter(({ attributes }) => attributes.class === 'chat')
    expect(items.map(({ attributes }) => `${attributes.id}`.slice(2))).toEqual(ids.slice(20, 70))
  })
})

describe.each(KINDS)('under a path on %s', async (kind) => {
  const publicUrl = new URL('https://chat.example/some/path/')
  const chatbox = await openChatbox(kind, { publicUrl })
  const room = freshRoom()
  for (let i = 1; i <= 51; i++) await chatbox.say(room, String(i))
  const LINKS = ['href', 'src', 'action', 'hx-get', 'hx-post']

  test.each(['', '/some/path'])('every link works where a proxy leaves %p', async (left) => {
    const { id } = await chatbox.say(room, 'one more')
    const messages = `/rooms/${room}/messages`
    const pages = ['/', `/rooms/${room}`, `${messages}.html`, `${messages}/${id}`, '/nowhere']
    const targets = new Set<string>()
    for (const page of pages) {
      const html = await (await chatbox.get(left + page)).text()
      for (const { attributes } of elementsIn(html))
        for (const name of LINKS)
          if (attributes[name]) targets.add(attributes[name].replace(publicUrl.origin, ''))
    }
    expect(targets.size).toBeGreaterThan(15)
    const poll = `/some/path${messages}.html?after=${id}&every=5&here=`
    expect([...targets].some((target) => target.startsWith(poll))).toBe(true)
    for (const target of targets) {
      if (target.startsWith('#')) continue
      expect(target).toStartWith('/some/path/')
      const entering = target === '/some/path/rooms' ? '?room=lobby' : ''
      const answer = await chatbox.get(left + target.slice('/some/path'.length) + entering)
      // The first poll of all is told that there is one reader.
      const isPoll = target.includes('.html?after=')
      const expected = isPoll ? answer.status : entering ? 303 : 200
      expect([target, answer.status]).toEqual([target, expected])
    }
  })

  test.each(['', '/some/path'])(
    'a post leads back into it where a proxy leaves %p',
    async (left) => {
      const body = new URLSearchParams({ screenname: 'a', value: 'hi' })
      const post = (accept: string) =>
        chatbox.ask(`${left}/rooms/${room}/messages`, { method: 'POST', body, headers: { accept } })
      const page = await post('text/html')
      expect(page.headers.get('location')).toBe(`/some/path/rooms/${room}`)
      const json = await post('application/json')
      const { id } = await json.json()
      const address = `https://chat.example/some/path/rooms/${room}/messages/${id}`
      expect(json.headers.get('location')).toBe(address)
    },
  )

  test('the path itself is the front page, with and without its last slash', async () => {
    for (const path of ['/some/path', '/some/path/', '/'])
      expect([path, (await chatbox.get(path)).status]).toEqual([path, 200])
  })
})
