/** Readers who are answered when there is news: by an answer that is held back, or by one that goes on. */
import { describe, expect, test } from 'bun:test'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Server, startServer, storeSettings } from './with/server.ts'
import { freshRoom, KINDS, openChatbox } from './with/stores.ts'
import { eventually } from './with/tab.ts'

type Page = { messages: { id: string; value: string }[]; removed: string[]; cursor: string }

const say = async (server: Server, room: string, value: string): Promise<string> => {
  const body = new URLSearchParams({ screenname: 'tester', value })
  const answer = await fetch(`${server.url}/rooms/${room}/messages.json`, { method: 'POST', body })
  return ((await answer.json()) as { id: string }).id
}

const messagesOf = (server: Server, room: string, suffix = '.json') =>
  `${server.url}/rooms/${room}/messages${suffix}`

/** Asks on a connection of its own: `fetch` has no more than 256 of them. */
async function ask(address: string): Promise<Socket> {
  const { hostname, port, host, pathname, search } = new URL(address)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  return socket
}

/** Resolves when this comes; rejects when the connection ends before. */
async function heard(socket: Socket, text: string): Promise<true> {
  let seen = ''
  for await (const part of socket) {
    seen += part
    if (seen.includes(text)) return true
  }
  throw new Error(`the connection ended after ${seen}`)
}

/** The events of a stream, one after another: the cursor of each, and what it brings. */
async function* eventsOf(answer: Response): AsyncGenerator<{ id: string; data: string }> {
  let text = ''
  for await (const part of (answer.body as ReadableStream).pipeThrough(new TextDecoderStream())) {
    text += part
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const id = /^id: (.*)$/m.exec(event)?.[1]
      const data = [...event.matchAll(/^data: ?(.*)$/gm)].map(([, line]) => line).join('\n')
      if (id !== undefined) yield { id, data }
    }
  }
}

const next = async (events: AsyncGenerator<{ id: string; data: string }>) => {
  const { value } = await events.next()
  if (!value) throw new Error('the stream ended')
  return value
}

describe.each(KINDS)('two servers on %s', async (kind) => {
  const settings = await storeSettings(kind)
  const [one, other] = await Promise.all([startServer(settings), startServer(settings)])

  test('answer who waits as soon as something is said on either', async () => {
    for (const asked of [one, other]) {
      const room = freshRoom()
      const cursor = await say(one, room, 'before')
      const waiting = fetch(`${messagesOf(asked, room)}?after=${cursor}&wait=30`)
      const preferring = fetch(`${messagesOf(asked, room)}?after=${cursor}`, {
        headers: { prefer: 'respond-async, wait=30' },
      })
      const page = fetch(`${messagesOf(asked, room, '.html')}?after=${cursor}&wait=30`)
      expect(await Promise.race([waiting, preferring, page, Bun.sleep(300)])).toBeUndefined()
      const id = await say(one, room, 'news')
      for (const answer of [waiting, preferring]) {
        const { messages, cursor } = (await (await answer).json()) as Page
        expect(messages.map(({ value }) => value)).toEqual(['news'])
        expect(cursor).toBe(id)
      }
      expect((await preferring).headers.get('preference-applied')).toBe('wait=30')
      expect(await (await page).text()).toContain(`id="m-${id}"`)
    }
  })

  test('tell who follows by events what is said, once and in order, and go on where it broke off', async () => {
    const room = freshRoom()
    await say(one, room, 'a')
    const first = await fetch(messagesOf(one, room, '.events'))
    expect(first.headers.get('content-type')).toBe('text/event-stream')
    const events = eventsOf(first)
    const read: string[] = []
    const take = async (from: AsyncGenerator<{ id: string; data: string }>) => {
      const { id, data } = await next(from)
      read.push(...(JSON.parse(data) as Page).messages.map(({ value }) => value))
      return id
    }
    await take(events)
    await say(other, room, 'b')
    const last = await take(events)
    await events.return(undefined)
    await say(one, room, 'c')
    const again = await fetch(messagesOf(other, room, '.events'), {
      headers: { 'last-event-id': last },
    })
    const more = eventsOf(again)
    await take(more)
    await say(one, room, 'd')
    await take(more)
    await more.return(undefined)
    expect(read).toEqual(['a', 'b', 'c', 'd'])
  })

  /** All connections are there before anything is said; answers how many were told. */
  async function tellThousands(): Promise<number> {
    const room = freshRoom()
    const cursor = await say(one, room, 'before')
    const asked = [one, other].flatMap((server) =>
      Array.from({ length: 1000 }).flatMap(() => [
        ask(`${messagesOf(server, room)}?after=${cursor}&wait=30`),
        ask(`${messagesOf(server, room, '.events')}?after=${cursor}`),
      ]),
    )
    const sockets = await Promise.all(asked)
    const told = sockets.map((socket) => heard(socket, '"value":"news"'))
    // Of many that fail, one is told.
    for (const one of told) one.catch(() => {})
    expect(await Promise.race([...told, Bun.sleep(300)])).toBeUndefined()
    await say(one, room, 'news')
    const count = (await Promise.all(told)).length
    for (const socket of sockets) socket.destroy()
    return count
  }

  // Where the machine stands still, Redis is late for some, and another try shows it.
  test('tell two thousand who wait and two thousand who follow of one message', () =>
    eventually(async () => expect(await tellThousands()).toBe(4000)))

  test('answer who waits, and end what goes on, when they are stopped', async () => {
    const stopped = await startServer(settings)
    const room = freshRoom()
    const cursor = await say(stopped, room, 'before')
    const waiting = fetch(`${messagesOf(stopped, room)}?after=${cursor}&wait=30`)
    const stream = await fetch(`${messagesOf(stopped, room, '.events')}?after=${cursor}`)
    const events = eventsOf(stream)
    expect(await Promise.race([waiting, Bun.sleep(300)])).toBeUndefined()
    const ended = events.next()
    await stopped.stop()
    expect((await waiting).status).toBe(200)
    expect((await ended).done).toBe(true)
  })
})

describe.each(KINDS)('waiting on %s', async (kind) => {
  const chatbox = await openChatbox(kind)
  const room = freshRoom()
  const { id } = await chatbox.say(room, 'first')
  const address = `/rooms/${room}/messages`

  test('ends with the time, and with nothing', async () => {
    const json = await chatbox.get(`${address}.json?after=${id}&wait=1`)
    expect(json.status).toBe(200)
    expect(((await json.json()) as Page).messages).toEqual([])
    expect((await chatbox.get(`${address}.html?after=${id}&wait=1`)).status).toBe(204)
    const preferred = await chatbox.get(`${address}.html?after=${id}`, { prefer: 'wait=1' })
    expect([preferred.status, preferred.headers.get('preference-applied')]).toEqual([204, 'wait=1'])
  })

  test('is for nobody for whom something waits already', async () => {
    for (const query of ['after=0&wait=30', 'after=0&wait=30&limit=1', 'after=0&wait=0']) {
      const { messages } = (await (await chatbox.get(`${address}.json?${query}`)).json()) as Page
      expect(messages).toHaveLength(1)
    }
  })

  test('ends with a removal, too', async () => {
    const other = freshRoom()
    const said = await chatbox.say(other, 'to be removed')
    const waiting = chatbox.get(`/rooms/${other}/messages.json?after=${said.id}&wait=30`)
    await chatbox.store.remove(other, Number(said.id))
    expect(((await (await waiting).json()) as Page).removed).toEqual([said.id])
  })

  test.each([
    ['wait=1', 'wait goes with after'],
    [`before=${id}&wait=1`, 'wait goes with after'],
    ['after=0&wait=31', 'wait must be a whole number from 0 to 30'],
    ['after=0&wait=-1', 'wait must be a whole number from 0 to 30'],
    ['after=0&wait=1&wait=1', 'wait is given 2 times'],
  ])('%s is refused', async (query, words) => {
    const answer = await chatbox.get(`${address}.json?${query}`)
    expect(answer.status).toBe(422)
    expect((await answer.json()).detail).toContain(words)
  })

  test('is not done for a preference that makes no sense', async () => {
    for (const prefer of ['wait=x', 'wait', 'waiting=30', 'return=minimal']) {
      const answer = await chatbox.get(`${address}.json?after=${id}`, { prefer })
      expect([answer.status, answer.headers.get('preference-applied')]).toEqual([200, null])
    }
    const latest = await chatbox.get(`${address}.json`, { prefer: 'wait=30' })
    expect(latest.headers.get('preference-applied')).toBeNull()
  })
})

describe.each(KINDS)('events on %s', async (kind) => {
  const chatbox = await openChatbox(kind)
  const room = freshRoom()
  const { id } = await chatbox.say(room, 'two\nlines')
  const address = `/rooms/${room}/messages`

  test('begin with the latest page, as JSON or as the fragment that a poll gets', async () => {
    const json = eventsOf(await chatbox.get(address, { accept: 'text/event-stream' }))
    const event = await next(json)
    expect(event.id).toBe(id)
    expect((JSON.parse(event.data) as Page).messages[0]?.value).toBe('two\nlines')
    await json.return(undefined)
    const html = eventsOf(await chatbox.get(`${address}.events?data=html`))
    const { data } = await next(html)
    expect(data).toContain(`id="m-${id}"`)
    expect(data).toContain('two<br>\nlines')
    await html.return(undefined)
  })

  test('begin anew with a cursor that the room never gave', async () => {
    const events = eventsOf(await chatbox.get(`${address}.events?after=${Number(id) + 1e9}`))
    const page = JSON.parse((await next(events)).data)
    expect([page.reset, page.messages.length]).toEqual([true, 1])
    await events.return(undefined)
  })

  test('are had of no past', async () => {
    for (const query of [`before=${id}`, 'since=60'])
      expect((await chatbox.get(`${address}.events?${query}`)).status).toBe(422)
    expect((await chatbox.get(`${address}.events?data=xml`)).status).toBe(422)
    const last = await chatbox.get(`${address}.events`, { 'last-event-id': 'x' })
    expect(last.status).toBe(422)
    const head = await chatbox.ask(`${address}.events`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })
})
