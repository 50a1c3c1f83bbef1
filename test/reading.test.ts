/** Reading a room, in order and up to date. */
import { describe, expect, test } from 'bun:test'
import { freshRoom, KINDS, openChatbox } from './with/stores.ts'

describe.each(KINDS)('reading a room on %s', async (kind) => {
  const chatbox = await openChatbox(kind)
  const read = async (path: string) => (await chatbox.get(path)).json()
  const values = ({ messages }: { messages: { value: string }[] }) => messages.map((m) => m.value)

  async function roomOf(count: number) {
    const room = freshRoom()
    const ids: string[] = []
    for (let i = 1; i <= count; i++) ids.push((await chatbox.say(room, String(i))).id)
    return { room, ids, address: `/rooms/${room}/messages.json` }
  }

  test('is no error before anyone spoke', async () => {
    const room = freshRoom()
    const answer = await chatbox.get(`/rooms/${room}/messages.json`)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ room, messages: [], cursor: '0', more: false })
  })

  test('is answered at once where all is known, without a promise', async () => {
    const { room, ids } = await roomOf(3)
    const messages = `/rooms/${room}/messages`
    const polls = [`${messages}.html?after=${ids[2]}`, `${messages}.json?after=${ids[1]}`]
    for (const path of [`/rooms/${room}`, ...polls]) {
      await chatbox.get(path)
      // By then the room is listened to, and was read since.
      await Bun.sleep(50)
      await chatbox.get(path)
      expect(chatbox.fetch(path)).toBeInstanceOf(Response)
    }
  })

  test('shows the latest 50, the oldest of them first', async () => {
    const { ids, address } = await roomOf(120)
    const page = await read(address)
    expect(values(page)).toEqual(Array.from({ length: 50 }, (_, i) => String(71 + i)))
    expect(page).toMatchObject({ cursor: ids[119], more: false, missed: false, reset: false })
    expect(page.links.older).toEndWith(`?before=${ids[70]}`)
  })

  test('after a cursor brings the oldest of what is newer, and says whether more waits', async () => {
    const { ids, address } = await roomOf(5)
    const first = await read(`${address}?after=${ids[0]}&limit=2`)
    expect(values(first)).toEqual(['2', '3'])
    expect(first).toMatchObject({ cursor: ids[2], more: true })
    const last = await read(`${address}?after=${first.cursor}&limit=2`)
    expect(values(last)).toEqual(['4', '5'])
    expect(last).toMatchObject({ cursor: ids[4], more: false })
  })

  test('following the cursor from 0 brings each message once, also those said on the way', async () => {
    const { room, ids, address } = await roomOf(20)
    const seen: string[] = []
    let page = { cursor: '0', more: true }
    while (page.more) {
      page = await read(`${address}?after=${page.cursor}&limit=3`)
      seen.push(...(page as unknown as { messages: { id: string }[] }).messages.map((m) => m.id))
      if (ids.length < 25) ids.push((await chatbox.say(room, 'later')).id)
    }
    expect(seen).toEqual(ids)
  })

  test('before an id brings the page just older, ascending, down to the first message', async () => {
    const { ids, address } = await roomOf(7)
    const page = await read(`${address}?before=${ids[6]}&limit=4`)
    expect(values(page)).toEqual(['3', '4', '5', '6'])
    const oldest = await read(`${address}?before=${page.messages[0].id}&limit=4`)
    expect(values(oldest)).toEqual(['1', '2'])
    expect(oldest.more).toBe(false)
    expect(oldest.links.older).toBeUndefined()
    // The other side of the same id, and as many of it: one is not the answer to the other.
    expect((await read(`${address}?after=0&limit=4`)).messages).toHaveLength(4)
    expect(await read(`${address}?before=0&limit=4`)).toMatchObject({ messages: [], more: false })
  })

  test('since so many seconds is a window, not a cursor', async () => {
    const { room, address } = await roomOf(1)
    await Bun.sleep(2100)
    const { id } = await chatbox.say(room, 'new')
    expect(values(await read(`${address}?since=2`))).toEqual(['new'])
    expect(values(await read(`${address}?since=3600`))).toEqual(['1', 'new'])
    expect(values(await read(`${address}?since=3600&limit=1`))).toEqual(['new'])
    const empty = await read(`${address}?since=0`)
    expect(values(empty)).toEqual([])
    for (const page of [await read(`${address}?since=2`), empty])
      expect(page).toMatchObject({ more: false, cursor: id })
    const older = new URL(empty.links.older)
    expect(values(await read(older.pathname + older.search))).toEqual(['1', 'new'])
  })

  test('takes a limit from 1 to 200', async () => {
    const { address } = await roomOf(205)
    expect(values(await read(`${address}?limit=1`))).toEqual(['205'])
    expect(values(await read(`${address}?limit=200`))).toHaveLength(200)
    for (const limit of ['0', '201']) {
      const answer = await chatbox.get(`${address}?limit=${limit}`)
      expect([limit, answer.status]).toEqual([limit, 422])
      expect((await answer.json()).detail).toContain('limit must be a whole number from 1 to 200')
    }
  })

  test('has these fields and no others', async () => {
    const room = freshRoom()
    const message = await chatbox.say(room, 'Hello World', 'tstone')
    const page = await read(`/rooms/${room}/messages.json`)
    const address = `http://localhost/rooms/${room}/messages.json`
    expect(page).toEqual({
      room,
      messages: [message],
      revised: [],
      removed: [],
      cursor: message.id,
      more: false,
      missed: false,
      reset: false,
      links: { self: address, next: `${address}?after=${message.id}` },
    })
    expect(Object.keys(message).sort()).toEqual(['created', 'id', 'mark', 'screenname', 'value'])
    expect(message.id).toMatch(/^[1-9][0-9]{15}$/)
    expect(message.created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
    const seconds = Date.parse(`${message.created.slice(0, 19)}Z`) / 1000
    expect(message.id).toBe(seconds + message.created.slice(20, 26))
  })

  test('shows a new text in its old place, and tells it to those who have passed it', async () => {
    const { room, ids, address } = await roomOf(3)
    await chatbox.store.revise(room, Number(ids[1]), 'two')
    expect(values(await read(address))).toEqual(['1', 'two', '3'])
    const news = await read(`${address}?after=${ids[2]}`)
    expect(news).toMatchObject({ messages: [], removed: [], more: false })
    expect(news.revised).toEqual([
      expect.objectContaining({ id: ids[1], value: 'two', screenname: 'tester' }),
    ])
    expect(news.revised[0].revised).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
    expect(news.revised[0].revised > news.revised[0].created).toBe(true)
    expect(await read(`${address}?after=${news.cursor}`)).toMatchObject({ revised: [] })
    expect(await read(`${address}?after=${ids[0]}`)).toMatchObject({ revised: [] })

    const fragment = await (
      await chatbox.get(`/rooms/${room}/messages.html?after=${ids[2]}`)
    ).text()
    expect(fragment).toContain(`<hx-partial hx-target="#m-${ids[1]}" hx-swap="outerHTML">`)
    expect(fragment).toContain('two</span>')
  })

  test('tells of a removal once', async () => {
    const { room, ids, address } = await roomOf(3)
    await chatbox.store.remove(room, Number(ids[1]))
    expect(values(await read(address))).toEqual(['1', '3'])
    const news = await read(`${address}?after=${ids[2]}`)
    expect(news).toMatchObject({ messages: [], revised: [], removed: [ids[1]] })
    expect(await read(`${address}?after=${news.cursor}`)).toMatchObject({ removed: [] })

    const fragment = await (
      await chatbox.get(`/rooms/${room}/messages.html?after=${ids[2]}`)
    ).text()
    expect(fragment).toContain(`<hx-partial hx-target="#m-${ids[1]}" hx-swap="delete">`)
  })

  test('answers an empty poll with 204 to htmx and with empty lists to scripts', async () => {
    const { room, ids, address } = await roomOf(1)
    const polls = [
      await chatbox.get(`/rooms/${room}/messages.html?after=${ids[0]}`),
      await chatbox.get(`/rooms/${room}/messages?after=${ids[0]}`, { 'hx-request': 'true' }),
      await chatbox.get(`/rooms/${freshRoom()}/messages.html?after=0`),
    ]
    for (const poll of polls) {
      expect(poll.status).toBe(204)
      expect(await poll.text()).toBe('')
    }
    const answer = await chatbox.get(`${address}?after=${ids[0]}`)
    expect(answer.status).toBe(200)
    const nothing = { messages: [], revised: [], removed: [], cursor: ids[0], more: false }
    expect(await answer.json()).toMatchObject(nothing)
  })

  test('tells a reader whose cursor the room never gave out, and shows the latest page', async () => {
    const { room, ids, address } = await roomOf(3)
    const ahead = Number(ids[2]) + 1_000_000_000
    const page = await read(`${address}?after=${ahead}&limit=2`)
    expect(values(page)).toEqual(['2', '3'])
    expect(page).toMatchObject({ reset: true, missed: false, cursor: ids[2] })
    expect(await read(`/rooms/${freshRoom()}/messages.json?after=7`)).toMatchObject({
      reset: true,
      messages: [],
      cursor: '0',
    })

    const fragment = await (await chatbox.get(`/rooms/${room}/messages.html?after=${ahead}`)).text()
    expect(fragment).toContain('<hx-partial hx-target="#chatbox" hx-swap="innerHTML">')
    expect(fragment).toContain('This room was reset')
    for (const id of ids) expect(fragment).toContain(`id="m-${id}"`)
  })
})

describe.each(KINDS)('a room on %s that keeps five messages', async (kind) => {
  const chatbox = await openChatbox(kind, { keep: { messages: 5 } })
  const room = freshRoom()
  const ids: string[] = []
  for (let i = 1; i <= 8; i++) ids.push((await chatbox.say(room, String(i))).id)
  const after = async (id?: string) =>
    (await chatbox.get(`/rooms/${room}/messages.json?after=${id}`)).json()

  test('tells a reader who comes back too late that something was missed', async () => {
    const page = await after(ids[0])
    expect(page).toMatchObject({ missed: true, reset: false, cursor: ids[7] })
    expect(page.messages.map((m: { value: string }) => m.value)).toEqual(['4', '5', '6', '7', '8'])
    expect(await after(ids[2])).toMatchObject({ missed: false })
    expect(await after(ids[5])).toMatchObject({ missed: false })
  })

  test('draws the chatbox anew for people and says so', async () => {
    const answer = await chatbox.get(`/rooms/${room}/messages.html?after=${ids[0]}`)
    const fragment = await answer.text()
    expect(fragment).toContain('<hx-partial hx-target="#chatbox" hx-swap="innerHTML">')
    expect(fragment).toContain('Some messages are gone')
    for (const id of ids.slice(3)) expect(fragment).toContain(`id="m-${id}"`)
  })
})
