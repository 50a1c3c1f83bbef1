/** Addresses to which tools made for Slack post (`POST /hooks/:token`). */
import { describe, expect, test } from 'bun:test'
import { command } from './with/commands.ts'
import { freshFile, freshRoom, KINDS, openChatbox } from './with/stores.ts'
import { eventually } from './with/tab.ts'

describe.each(KINDS)('a hook on %s', async (kind) => {
  const file = freshFile()
  const logged: string[] = []
  const log = (...line: unknown[]) => void logged.push(JSON.stringify(line))
  const servers = [
    await openChatbox(kind, { file, log }),
    await openChatbox(kind, { file }),
  ] as const
  const [{ ask, get, store }] = servers

  const added = async (name = 'Deploys', room = freshRoom()) => {
    const { printed } = await command(store, ['hook', 'add', room, name])
    const path = printed.trim().replace('https://chat.example', '')
    expect(path).toMatch(/^\/hooks\/[\w-]{43}$/)
    await eventually(async () => expect((await post(path, '')).status).not.toBe(404))
    return { path, room, name }
  }
  const post = (path: string, body: string | FormData, headers: object = {}, by = ask) =>
    by(path, { method: 'POST', body, headers: { ...headers } })
  const said = async (room: string) =>
    (await (await get(`/rooms/${room}/messages.json`)).json()).messages

  test.each([
    ['JSON', '{"text":"Hello"}', 'application/json'],
    ['JSON with no type', '{"text":"Hello"}', 'text/plain'],
    ['JSON as curl sends it', '{"text":"Hello"}', 'application/x-www-form-urlencoded'],
    ['a form', 'payload=%7B%22text%22%3A+%22Hello%22%7D', 'application/x-www-form-urlencoded'],
  ])('takes %s, says it in its room, and answers ok', async (_, body, type) => {
    const { path, room, name } = await added()
    const answer = await post(path, body, { 'content-type': type })
    expect([answer.status, await answer.text()]).toEqual([200, 'ok'])
    expect(answer.headers.get('content-type')).toStartWith('text/plain')
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await said(room)).toMatchObject([{ screenname: name, value: 'Hello', bot: true }])
  })

  test('speaks under the name it is given, and is the same author all the while', async () => {
    const { path, room, name } = await added()
    for (const username of ['Grafana', '', undefined])
      await post(path, JSON.stringify({ text: 'Hello', username }))
    const messages = await said(room)
    const names = messages.map(({ screenname }: { screenname: string }) => screenname)
    expect(names).toEqual(['Grafana', name, name])
    expect(new Set(messages.map(({ mark }: { mark: string }) => mark)).size).toBe(1)
    const other = await added(name)
    await post(other.path, '{"text":"Hello"}')
    expect((await said(other.room))[0].mark).not.toBe(messages[0].mark)
  })

  test.each([
    ['a &amp; b &lt;c&gt; &amp;lt; &quot;', 'a & b <c> &lt; &quot;'],
    ['<http://example.org>', 'http://example.org'],
    [
      'see <https://example.org/?a=1&amp;b=2|the site>.',
      'see the site (https://example.org/?a=1&b=2).',
    ],
    ['<http://example.org|example.org>', 'http://example.org'],
    ['<http://example.org|http://example.org>', 'http://example.org'],
    ['<https://example.org|a &lt;b&gt;>', 'a <b> (https://example.org)'],
    [
      '<mailto:ann@example.org|ann@example.org> <mailto:bob@example.org>',
      'ann@example.org bob@example.org',
    ],
    ['<mailto:ann@example.org|Ann> <tel:+1555|+1555>', 'Ann (ann@example.org) +1555'],
    ['<!here> <!channel> <!subteam^S1|@team>', '@here @channel @team'],
    ['<!date^1392734382^{date}|18 February 2014>', '18 February 2014'],
    ['<@U1|ann> <@U1> <#C1|general>', '@ann @U1 #general'],
    [
      '1 < 2, 3 > 2, a <b> c, <>, <|>, <javascript:alert(1)|x>',
      '1 < 2, 3 > 2, a <b> c, <>, <|>, <javascript:alert(1)|x>',
    ],
    ['{"text":"a&payload=b"}', '{"text":"a&payload=b"}'],
    ['line\none', 'line\none'],
  ])('reads %p as %p', async (text, value) => {
    const { path, room } = await added()
    expect((await post(path, JSON.stringify({ text }))).status).toBe(200)
    expect((await said(room))[0].value).toBe(value)
  })

  test('reads what is made to be slow as quickly as anything', async () => {
    const { path } = await added()
    for (const part of ['<', '<http:', '<a|', '&', '<!'])
      expect((await post(path, JSON.stringify({ text: part.repeat(9000) }))).status).toBe(422)
  })

  test.each([
    ['', 400, 'The body is not JSON.'],
    ['text=Hello', 400, 'The body is not JSON.'],
    ['payload=Hello', 400, 'The body is not JSON.'],
    ['payload=%ff', 400, 'What was sent is not UTF-8.'],
    ['[]', 422, 'The JSON must be an object.'],
    ['{"text":', 400, 'The body is not JSON.'],
    ['{}', 422, 'The message is empty.'],
    ['{"text":7}', 422, 'text must be a string.'],
    ['{"text":"a","username":["b"]}', 422, 'username must be a string.'],
    [`{"text":"${'x'.repeat(1001)}"}`, 422, 'The message is 1001 characters long'],
    [`{"text":"a","username":"${'x'.repeat(41)}"}`, 422, 'The name is 41 characters long'],
    [`{"text":"${'x'.repeat(70_000)}"}`, 413, 'A request may bring 64 KiB'],
  ])('refuses %p with %d, in words', async (body, status, words) => {
    const { path, room } = await added()
    const answer = await post(path, body)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      status,
      'text/plain; charset=utf-8',
    ])
    expect(await answer.text()).toStartWith(words)
    expect((await store.stand(room)).head).toBe(0)
  })

  test('says a thing once under a key, and not more in a minute than others may', async () => {
    const { path, room } = await added()
    for (let i = 0; i < 2; i++)
      expect((await post(path, '{"text":"once"}', { 'idempotency-key': 'k' })).status).toBe(200)
    expect(await said(room)).toHaveLength(1)
    const slow = await openChatbox(kind, { file, perMinute: 1 })
    expect((await post(path, '{"text":"a"}', {}, slow.ask)).status).toBe(200)
    const refused = await post(path, '{"text":"b"}', {}, slow.ask)
    expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([429, 60])
    expect(await refused.text()).toStartWith('That is too much at once.')
  })

  test('that was removed is nowhere on any server within seconds, like one that never was', async () => {
    const { path, room, name } = await added()
    for (const { ask } of servers)
      await eventually(async () =>
        expect((await post(path, '{"text":"a"}', {}, ask)).status).toBe(200),
      )
    expect((await command(store, ['hook', 'remove', room, name])).declined).toBeUndefined()
    for (const { ask } of servers) {
      await eventually(async () =>
        expect((await post(path, '{"text":"a"}', {}, ask)).status).toBe(404),
      )
      const answer = await post(`/hooks/${'A'.repeat(43)}`, '{"text":"a"}', {}, ask)
      expect([answer.status, await answer.text()]).toEqual([
        404,
        'This token is not known here, or no longer.',
      ])
    }
    for (const broken of ['%ff', '%00', '%', '..%2f'])
      expect((await post(`/hooks/${broken}`, '{"text":"a"}')).status).toBe(404)
    const before = await store.stand(room)
    await post(path, '{"text":"a"}')
    expect(await store.stand(room)).toEqual(before)
    const bot = (await command(store, ['bot', 'add', `bot of ${room}`])).printed.trim()
    expect((await post(`/hooks/${bot}`, '{"text":"a"}')).status).toBe(404)
  })

  test('is listed by room and name, and its address is neither kept nor logged', async () => {
    const { path, room, name } = await added('Alerts 2')
    expect((await command(store, ['hook', 'list'])).printed.split('\n')).toContain(
      `${room} ${name}`,
    )
    const token = path.replace('/hooks/', '')
    expect(JSON.stringify([...(await store.registered('hooks'))])).not.toContain(token)
    const broken = await openChatbox(kind, { file, log })
    const fails = () => Promise.reject(new Error('broken'))
    broken.store.append = fails
    expect((await post(path, '{"text":"a"}', {}, broken.ask)).status).toBe(500)
    expect(logged.join()).toContain('/hooks/…')
    expect(logged.join()).not.toContain(token)
    for (const [args, why] of [
      [['add', room, name], `there is a hook ${room} ${name} already`],
      [['remove', room, 'nobody'], `there is no hook ${room} nobody`],
      [['add', 'No Room', name], 'The name of a room is 1 to 64 of a-z, 0-9 and inner hyphens.'],
      [['add', room, ''], 'The name is empty.'],
      [['add', room], expect.stringContaining('there is no such command')],
    ] as const)
      expect((await command(store, ['hook', ...args])).declined).toEqual(why as string)
  })
})
