/** Programs that speak in a name of their own, by a token from the command line. */
import { describe, expect, test } from 'bun:test'
import { command } from './with/commands.ts'
import { expectNobody } from './with/nobody.ts'
import { stopwatch } from './with/stopwatch.ts'
import { freshFile, freshRoom, KINDS, openChatbox } from './with/stores.ts'
import { eventually } from './with/tab.ts'
import { openVisitor } from './with/visitor.ts'

let bots = 0
const freshName = () => `Bot ${process.pid} ${++bots}`

describe.each(KINDS)('a bot on %s', async (kind) => {
  const file = freshFile()
  const servers = [await openChatbox(kind, { file }), await openChatbox(kind, { file })] as const
  const [{ ask, get, store, say: sayAsPerson }] = servers

  const added = async (name = freshName()) => {
    const { printed } = await command(store, ['bot', 'add', name])
    const token = printed.trim()
    // It is known at once, or nearly.
    await eventually(async () => expect((await says(token, freshRoom())).status).toBe(201))
    return { name, token }
  }
  const says = (
    token: string,
    room: string,
    fields: object = { value: 'beep' },
    headers = {},
    by = ask,
  ) =>
    by(`/rooms/${room}/messages`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(fields),
    })

  test('speaks under its own name with one mark, and no cookie is brought or given', async () => {
    const { name, token } = await added()
    const room = freshRoom()
    const answer = await says(token, room)
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([201, []])
    const message = await answer.json()
    expect(message).toMatchObject({ screenname: name, bot: true, value: 'beep' })
    const again = await (await says(token, freshRoom(), { value: 'boop', screenname: name })).json()
    expect(again).toMatchObject({ screenname: name, mark: message.mark })
    const other = await (await says((await added()).token, room)).json()
    expect(other.mark).not.toBe(message.mark)
    const person = await sayAsPerson(room, 'hello', name)
    expect(person).not.toHaveProperty('bot')
    expect(person).not.toMatchObject({ mark: message.mark })
  })

  test('may have no other name', async () => {
    const { name, token } = await added()
    const room = freshRoom()
    const refused = await says(token, room, { value: 'beep', screenname: 'Ann' })
    expect(refused.status).toBe(422)
    expect((await refused.json()).detail).toContain(name)
    expect((await store.stand(room)).head).toBe(0)
  })

  test('is told from people in every form but plain text', async () => {
    const { name, token } = await added()
    const room = freshRoom()
    const { id } = await (await says(token, room)).json()
    await sayAsPerson(room, 'hello')
    const path = `/rooms/${room}/messages`
    for (const suffix of ['.json', '.json?after=0', `/${id}.json`]) {
      const json = await (await get(path + suffix)).json()
      const [first, second] = json.messages ?? [json]
      expect(first).toMatchObject({ id, bot: true })
      if (second) expect(second).not.toHaveProperty('bot')
    }
    const sign = /<span class="bot" role="img" aria-labelledby="bot">⚙<\/span>/g
    for (const suffix of ['.html', '.html?after=0', `/${id}.html`, '', `/${id}`])
      expect((await (await get(path + suffix)).text()).match(sign)).toHaveLength(1)
    expect(await (await get(`${path}.yaml`)).text()).toMatch(/bot: true/)
    expect(
      (await (await get(`${path}.atom`)).text()).match(/<category term="bot"\/>/g),
    ).toHaveLength(1)
    expect(await (await get(`${path}.txt`)).text()).toContain(` <${name}> beep\n`)
  })

  test.each([
    ['en', 'said by a bot'],
    ['de', 'von einem Bot gesagt'],
    ['es', 'dicho por un bot'],
    ['ar', 'قاله بوت'],
  ])('is called so in %s', async (language, words) => {
    const { token } = await added()
    const room = freshRoom()
    const { id } = await (await says(token, room)).json()
    for (const path of [`/rooms/${room}`, `/rooms/${room}/messages/${id}`]) {
      const page = await (await get(path, { 'accept-language': language })).text()
      expect(page).toContain(`<span id="bot" hidden role="img" aria-label="${words}"></span>`)
    }
  })

  test('corrects and removes what it said, and nothing else; nobody else does', async () => {
    const { token } = await added()
    const { token: other } = await added()
    const room = freshRoom()
    const { id } = await (await says(token, room)).json()
    const { id: persons } = await sayAsPerson(room, 'hello')
    const change = (token: string, method: string, id: string) =>
      ask(`/rooms/${room}/messages/${id}`, {
        method,
        headers: { authorization: `bearer ${token}` },
        ...(method === 'PATCH' && { body: new URLSearchParams({ value: 'boop' }) }),
      })
    for (const method of ['PATCH', 'DELETE']) {
      expect((await change(other, method, id)).status).toBe(403)
      expect((await change(token, method, persons)).status).toBe(403)
      const visitor = openVisitor(ask)
      expect((await visitor(`/rooms/${room}/messages/${id}`, { method })).status).toBe(403)
    }
    const revised = await change(token, 'PATCH', id)
    expect([revised.status, revised.headers.getSetCookie()]).toEqual([200, []])
    expect(await revised.json()).toMatchObject({ id, value: 'boop', bot: true })
    expect((await change(token, 'DELETE', id)).status).toBe(204)
  })

  test('says a thing once under a key, and is the one who said it', async () => {
    const { name, token } = await added()
    const room = freshRoom()
    const key = { 'idempotency-key': 'k' }
    const first = await (await says(token, room, { value: 'once' }, key)).json()
    expect(await (await says(token, room, { value: 'once' }, key)).json()).toEqual(first)
    const repeat = await ask(`/rooms/${room}/messages.json`, {
      method: 'POST',
      headers: key,
      body: new URLSearchParams({ screenname: name, value: 'once' }),
    })
    expect(await repeat.json()).toEqual(first)
  })

  test('is held back by itself, wherever it and others come from', async () => {
    const { ask } = await openChatbox(kind, { file, perMinute: 2 })
    const room = freshRoom()
    const [one, two] = [(await added()).token, (await added()).token]
    const statuses = []
    for (const token of [one, one, one, two])
      statuses.push((await says(token, room, undefined, {}, ask)).status)
    expect(statuses).toEqual([201, 201, 429, 201])
  })

  test.each([
    ['', 'Bearer'],
    ['', 'Bearer '],
    ['', 'bearer not-a-token'],
    ['', `Bearer ${'A'.repeat(43)}`],
    ['', 'Bearer a b c'],
    ['with a cookie too, ', 'Bearer not-a-token'],
  ])('is nobody with a wrong token: %p%p is a 401', async (cookie, authorization) => {
    await expectNobody(
      { ask, store },
      (person) => ({ authorization, ...(cookie && { cookie: person.cookie() }) }),
      'Bearer error="invalid_token"',
      /^This token is not known here, or no longer\.$/,
    )
  })

  test('is no bot by another scheme: what a proxy asks for is none of ours', async () => {
    const answer = await ask(`/rooms/${freshRoom()}/messages.json`, {
      method: 'POST',
      headers: { authorization: 'Basic YTpi' },
      body: new URLSearchParams({ screenname: 'Ann', value: 'hello' }),
    })
    expect(answer.status).toBe(201)
    expect(await answer.json()).not.toHaveProperty('bot')
  })

  test('whose token is withdrawn is nobody on any server within seconds, and a new token is the same bot', async () => {
    const { name, token } = await added()
    const { mark } = await (await says(token, freshRoom())).json()
    for (const { ask } of servers)
      await eventually(async () =>
        expect((await says(token, freshRoom(), undefined, {}, ask)).status).toBe(201),
      )
    const took = stopwatch()
    expect((await command(store, ['bot', 'remove', name])).declined).toBeUndefined()
    for (const { ask } of servers)
      await eventually(async () =>
        expect((await says(token, freshRoom(), undefined, {}, ask)).status).toBe(401),
      )
    expect(took()).toBeLessThan(3000)
    const renewed = await added(name)
    expect(renewed.token).not.toBe(token)
    expect((await (await says(renewed.token, freshRoom())).json()).mark).toBe(mark)
  })

  test('is listed by name, and has one token, of which the store keeps a hash alone', async () => {
    const { name, token } = await added()
    expect(token).toMatch(/^[\w-]{43}$/)
    const listed = async () => (await command(store, ['bot', 'list'])).printed.split('\n')
    expect(await listed()).toContain(name)
    expect(await listed()).not.toContain(expect.stringContaining(token))
    expect((await command(store, ['bot', 'add', ` ${name}\n`])).declined).toBe(
      `there is a bot called ${name} already`,
    )
    const kept = JSON.stringify([...(await store.registered('bots'))])
    expect(kept).toContain(name)
    expect(kept).not.toContain(token)
    expect((await command(store, ['bot', 'remove', name])).declined).toBeUndefined()
    expect(await listed()).not.toContain(name)
    expect((await command(store, ['bot', 'remove', name])).declined).toBe(
      `there is no bot called ${name}`,
    )
    for (const [wrong, why] of [
      ['', 'The name is empty.'],
      ['x'.repeat(41), 'The name is 41 characters long; 40 is the most.'],
    ] as const)
      expect((await command(store, ['bot', 'add', wrong])).declined).toBe(why)
  })

  test('is still a bot after its room went to another store', async () => {
    const { token } = await added()
    const room = freshRoom()
    const message = await (await says(token, room)).json()
    const { printed } = await command(store, ['export', room])
    const there = await openChatbox(kind === 'sqlite' ? 'redis' : 'sqlite')
    await command(there.store, ['import'], printed)
    const page = await (await there.get(`/rooms/${room}/messages.json`)).json()
    expect(page.messages).toEqual([message])
  })
})
