/** One message, at the address its time links to. */
import { describe, expect, test } from 'bun:test'
import { freshRoom, KINDS, openChatbox } from './with/stores.ts'

describe.each(KINDS)('one message on %s', async (kind) => {
  const chatbox = await openChatbox(kind)

  test('is a page, a fragment and JSON', async () => {
    const room = freshRoom()
    const message = await chatbox.say(room, 'Hello World', 'tstone')
    const address = `/rooms/${room}/messages/${message.id}`
    for (const path of [address, `${address}.html`]) {
      const answer = await chatbox.get(path)
      const html = await answer.text()
      expect(answer.status).toBe(200)
      expect(html).toContain(`<li id="m-${message.id}" class="chat">`)
      expect(html.includes('<!doctype html>')).toBe(path === address)
    }
    const accept = { accept: 'application/json' }
    expect(await (await chatbox.get(address, accept)).json()).toEqual(message)
    expect(await (await chatbox.get(`${address}.json`)).json()).toEqual(message)
  })

  test('is 404 if it never existed and 410 once removed, in words', async () => {
    const room = freshRoom()
    const { id } = await chatbox.say(room, 'soon gone')
    await chatbox.store.remove(room, Number(id))
    const cases = [
      { id: '1', status: 404, words: 'There is no such message, or it is too old to be kept.' },
      { id, status: 410, words: 'This message was removed.' },
    ]
    for (const { id, status, words } of cases) {
      const page = await chatbox.get(`/rooms/${room}/messages/${id}`)
      expect(page.status).toBe(status)
      expect(await page.text()).toContain(words)
      const json = await chatbox.get(`/rooms/${room}/messages/${id}.json`)
      expect(json.status).toBe(status)
      expect(await json.json()).toMatchObject({ status, detail: words })
    }
  })

  test.each(['0', '01', 'x', '-1', '9007199254740992', '1.txt', '1e3'])(
    'has no address that ends in %s',
    async (id) => {
      expect((await chatbox.get(`/rooms/lobby/messages/${id}`)).status).toBe(404)
    },
  )
})
