/** People whom the site around the chatbox knows, and signs. */
import { describe, expect, test } from 'bun:test'
import { command } from './with/commands.ts'
import { ann, FORGED, KEY, OTHER_KEY, signed, soon } from './with/identity.ts'
import { expectNobody } from './with/nobody.ts'
import { freshFile, freshRoom, KINDS, openChatbox, openStore } from './with/stores.ts'
import { BROWSER, HTMX, openVisitor, SCRIPT } from './with/visitor.ts'

const HOST = 'https://www.example'

describe.each(KINDS)('a person whom the site signs, on %s', async (kind) => {
  const file = freshFile()
  const shared = { file, identityKeys: [KEY], embedOrigins: [HOST], secret: 'a secret of letters' }
  const { ask, get, store, say } = await openChatbox(kind, shared)

  const says = (
    identity: string,
    room: string,
    fields: object = { value: 'hello' },
    headers: Record<string, string> = SCRIPT,
    by = ask,
  ) =>
    by(`/rooms/${room}/messages`, {
      method: 'POST',
      headers: {
        'chatbox-identity': identity,
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(fields),
    })
  const frame = (room: string, fields: Record<string, string>, headers = {}) =>
    ask(`/rooms/${room}/messages`, {
      method: 'POST',
      headers: { ...BROWSER, 'sec-fetch-site': 'same-origin', ...headers },
      body: new URLSearchParams(fields),
    })

  test.concurrent('speaks under the signed name with one mark on every device, and gets no cookie', async () => {
    const room = freshRoom()
    const answer = await says(signed(ann), room)
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([201, []])
    const message = await answer.json()
    expect(message).toMatchObject({ screenname: 'Ann', verified: true, value: 'hello' })
    expect(message).not.toHaveProperty('bot')
    const renamed = signed({ sub: '42', screenname: 'Ann-Marie', exp: soon() + 9 })
    const visitor = openVisitor(ask)
    await visitor.say(room, 'somebody else', 'Ann')
    const again = await says(
      renamed,
      freshRoom(),
      { value: 'x' },
      { ...SCRIPT, cookie: visitor.cookie() },
    )
    expect(await again.json()).toMatchObject({ screenname: 'Ann-Marie', mark: message.mark })
    const others = [
      await (await says(signed({ ...ann, sub: '43' }), room)).json(),
      await say(room, 'hello', 'Ann'),
      await visitor.say(room, 'hello', 'Ann'),
    ]
    for (const other of others) expect(other.mark).not.toBe(message.mark)
    for (const other of others.slice(1)) expect(other).not.toHaveProperty('verified')
  })

  test.concurrent('is another with another secret of the server, and the same on all servers with one', async () => {
    const room = freshRoom()
    const markBy = async (more: object) => {
      const { ask } = await openChatbox(kind, { ...shared, ...more })
      return (await (await says(signed(ann), room, { value: 'x' }, SCRIPT, ask)).json()).mark
    }
    const mark = await markBy({})
    expect(await markBy({})).toBe(mark)
    expect(await markBy({ secret: 'another secret of letters' })).not.toBe(mark)
  })

  test.concurrent('may have no other name', async () => {
    const room = freshRoom()
    const refused = await says(signed(ann), room, { value: 'x', screenname: 'Bob' })
    expect([refused.status, (await refused.json()).detail]).toEqual([
      422,
      'Here you speak as Ann: send that screenname, or none.',
    ])
    expect((await says(signed(ann), room, { value: 'x', screenname: ' Ann ' })).status).toBe(201)
    const long = await says(signed({ ...ann, screenname: 'x'.repeat(41) }), room)
    expect([long.status, (await long.json()).detail]).toEqual([
      422,
      'The name is 41 characters long; 40 is the most.',
    ])
  })

  test.concurrent('is told from others in every form but plain text', async () => {
    const room = freshRoom()
    const { id } = await (await says(signed(ann), room)).json()
    await say(room, 'hello', 'Ann')
    const path = `/rooms/${room}/messages`
    for (const suffix of ['.json', '.json?after=0', `/${id}.json`]) {
      const json = await (await get(path + suffix)).json()
      const [first, second] = json.messages ?? [json]
      expect(first).toMatchObject({ id, verified: true })
      if (second) expect(second).not.toHaveProperty('verified')
    }
    const sign = /<span class="verified" role="img" aria-labelledby="verified">✓<\/span>/g
    for (const suffix of ['.html', '.html?after=0', `/${id}.html`, '', `/${id}`])
      expect((await (await get(path + suffix)).text()).match(sign)).toHaveLength(1)
    expect(await (await get(`${path}.yaml`)).text()).toMatch(/verified: true/)
    expect(
      (await (await get(`${path}.atom`)).text()).match(/<category term="verified"\/>/g),
    ).toHaveLength(1)
    expect(await (await get(`${path}.txt`)).text()).toContain(' <Ann> hello\n')
  })

  test.concurrent.each([
    ['en', 'verified by the site'],
    ['de', 'von der Website bestätigt'],
    ['es', 'verificado por el sitio'],
    ['ar', 'موثَّق من الموقع'],
  ])('is called so in %s', async (language, words) => {
    const room = freshRoom()
    const { id } = await (await says(signed(ann), room)).json()
    for (const path of [`/rooms/${room}`, `/rooms/${room}/messages/${id}`]) {
      const page = await (await get(path, { 'accept-language': language })).text()
      expect(page).toContain(`<span id="verified" hidden role="img" aria-label="${words}"></span>`)
    }
  })

  test.concurrent('corrects and removes from everywhere what they said, and nobody else does', async () => {
    const room = freshRoom()
    const { id } = await (await says(signed(ann), room)).json()
    const path = `/rooms/${room}/messages/${id}`
    const change = (method: string, headers: Record<string, string>) =>
      ask(path, {
        method,
        headers: { ...SCRIPT, ...headers },
        ...(method === 'PATCH' && { body: new URLSearchParams({ value: 'again' }) }),
      })
    const by = (claims: object) => ({ 'chatbox-identity': signed({ ...claims }) })
    for (const method of ['PATCH', 'DELETE']) {
      expect((await change(method, by({ ...ann, sub: '43' }))).status).toBe(403)
      expect((await change(method, {})).status).toBe(403)
    }
    expect((await get(`${path}/revision`, { ...HTMX, ...by({ ...ann, sub: '43' }) })).status).toBe(
      403,
    )
    const form = await get(`${path}/revision`, { ...HTMX, ...by(ann) })
    expect(await form.text()).toContain('class="revision"')
    const revised = await change('PATCH', by({ ...ann, screenname: 'Another name' }))
    expect([revised.status, revised.headers.getSetCookie()]).toEqual([200, []])
    expect(await revised.json()).toMatchObject({
      id,
      value: 'again',
      verified: true,
      screenname: 'Ann',
    })
    expect((await change('DELETE', by(ann))).status).toBe(204)
  })

  test.concurrent('says a thing once under a key, and stays the one who said it', async () => {
    const room = freshRoom()
    const key = { ...SCRIPT, 'idempotency-key': 'k' }
    const first = await (await says(signed(ann), room, { value: 'once' }, key)).json()
    expect(await (await says(signed(ann), room, { value: 'once' }, key)).json()).toEqual(first)
    const repeat = await ask(`/rooms/${room}/messages.json`, {
      method: 'POST',
      headers: key,
      body: new URLSearchParams({ screenname: 'Ann', value: 'once' }),
    })
    expect(await repeat.json()).toEqual(first)
  })

  test.concurrent('is held back alone, wherever they and others come from', async () => {
    const { ask } = await openChatbox(kind, { ...shared, perMinute: 2, file: freshFile() })
    const room = freshRoom()
    const statuses = []
    for (const [i, sub] of ['42', '42', '42', '43'].entries()) {
      const identity = signed({ ...ann, sub })
      statuses.push((await says(identity, room, { value: `${i}` }, SCRIPT, ask)).status)
    }
    expect(statuses).toEqual([201, 201, 429, 201])
  })

  test.concurrent('speaks in a frame by a field of its form, under a name that stays, and is led back', async () => {
    const room = freshRoom()
    const identity = signed(ann)
    const page = await (await get(`/rooms/${room}/embed`, BROWSER)).text()
    expect(page).toContain('<input id="identity" type="hidden" name="identity" value=""/>')
    const fields = { value: 'hello', token: 'x', identity }
    const answer = await frame(room, fields, HTMX)
    const composer = await answer.text()
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []])
    expect(composer).toContain(`name="identity" value="${identity}"`)
    expect(composer).toMatch(/<input id="screenname"[^>]* value="Ann"[^>]* readonly/)
    const [{ mark }] = (await (await get(`/rooms/${room}/messages.json`)).json()).messages
    expect(composer).toMatch(
      new RegExp(`${mark}<span class="verified" role="img" aria-label="verified by the site">`),
    )
    const plain = await frame(room, fields)
    expect([plain.status, plain.headers.get('location')]).toEqual([303, `/rooms/${room}/embed`])
    const refused = await frame(room, { ...fields, value: ' ' })
    expect(refused.status).toBe(422)
    const again = await refused.text()
    expect(again).toContain(`name="identity" value="${identity}"`)
    expect(again).toMatch(/<input id="screenname"[^>]* readonly/)
  })

  test.concurrent.each(FORGED)('is nobody by %s', async (_, identity, told) => {
    await expectNobody(
      { ask, store },
      (person) => ({ ...SCRIPT, 'chatbox-identity': identity, cookie: person.cookie() }),
      'Chatbox-Identity error="invalid_token"',
      told,
    )
  })

  test.concurrent('is told of what has run out in the form asked for, and keeps what they wrote', async () => {
    const room = freshRoom()
    const fields = {
      screenname: 'Ann',
      value: 'my words',
      token: 'x',
      identity: signed({ ...ann, exp: 1 }),
    }
    const fragment = await frame(room, fields, HTMX)
    expect([fragment.status, await fragment.text()]).toEqual([
      401,
      '<p>What says who you are has run out. Load the page anew to go on.</p>',
    ])
    const page = await frame(room, fields, { 'accept-language': 'de' })
    expect(page.status).toBe(401)
    const html = await page.text()
    expect(html).toContain('abgelaufen')
    expect(html).toContain('my words</textarea>')
    expect(html).toContain(`name="identity" value="${fields.identity}"`)
    expect((await store.stand(room)).head).toBe(0)
  })

  test.concurrent('is told to who signs, and to the script of a frame', async () => {
    const room = freshRoom()
    const by = { 'chatbox-identity': signed(ann) }
    const { mark } = await (await says(signed(ann), room)).json()
    for (const headers of [by, { ...by, ...SCRIPT }, { ...by, ...BROWSER }]) {
      const answer = await get('/api/identity', headers)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(await answer.json()).toEqual({ screenname: 'Ann', mark, verified: true })
    }
    const who = await (await get('/api/identity', { ...by, ...HTMX })).text()
    expect(who).toStartWith('<p class="who">')
    expect(who).toMatch(new RegExp(`value="Ann"[^>]* readonly.*>${mark}<span class="verified"`))
    for (const headers of [SCRIPT, { 'chatbox-identity': 'x' }])
      expect((await get('/api/identity', headers)).status).toBe(401)
    const told = await get('/api/identity', { ...HTMX, 'chatbox-identity': 'x' })
    expect([told.status, await told.text()]).toEqual([
      401,
      '<p>This identity is not signed with a key that is known here.</p>',
    ])
  })

  test.concurrent('is taken by each of the keys, and by none that was taken away', async () => {
    const room = freshRoom()
    const statuses = async (identityKeys: string[]) => {
      const { ask } = await openChatbox(kind, { ...shared, identityKeys })
      return Promise.all(
        [KEY, OTHER_KEY].map(
          async (key) => (await says(signed(ann, key), room, undefined, SCRIPT, ask)).status,
        ),
      )
    }
    expect(await statuses([KEY, OTHER_KEY])).toEqual([201, 201])
    expect(await statuses([OTHER_KEY])).toEqual([401, 201])
    expect(await statuses([])).toEqual([401, 401])
  })

  test.concurrent('may be brought by a page of the site, and by none of another', async () => {
    const room = freshRoom()
    const preflight = await ask(`/rooms/${room}/messages.html`, {
      method: 'OPTIONS',
      headers: {
        origin: HOST,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'chatbox-identity',
      },
    })
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Chatbox-Identity')
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST')
    const from = (origin: string) => ({ ...HTMX, origin, 'sec-fetch-site': 'cross-site' })
    const answer = await says(signed(ann), room, { value: 'hello' }, from(HOST))
    expect(answer.status).toBe(200)
    expect(await answer.text()).toMatch(/<input id="screenname"[^>]* readonly/)
    const identity = signed(ann)
    const byField = await ask(`/rooms/${room}/messages`, {
      method: 'POST',
      headers: from(HOST),
      body: new URLSearchParams({ value: 'hello', identity }),
    })
    expect(await byField.text()).toContain(`name="identity" value="${identity}"`)
    const evil = await says(signed(ann), room, { value: 'hello' }, from('https://evil.example'))
    expect(evil.status).toBe(403)
  })

  test.concurrent('is still vouched for after their room went to another store, line by line the same', async () => {
    const room = freshRoom()
    const message = await (await says(signed(ann), room)).json()
    const { printed } = await command(store, ['export', room])
    expect(printed).toContain('"verified":true')
    const there = await openChatbox(kind === 'sqlite' ? 'redis' : 'sqlite')
    await command(there.store, ['import'], printed)
    const page = await (await there.get(`/rooms/${room}/messages.json`)).json()
    expect(page.messages).toEqual([message])
    expect((await command(there.store, ['export', room])).printed).toBe(printed)
  })
})

test('a SQLite file of before goes on', async () => {
  const { Database } = await import('bun:sqlite')
  const file = freshFile()
  const room = freshRoom()
  const before = await openChatbox('sqlite', { file })
  const { id } = await before.say(room, 'before')
  await before.store.close()
  const old = new Database(file)
  old.run('ALTER TABLE entries DROP COLUMN verified')
  old.close()
  const store = await openStore('sqlite', {}, undefined, file)
  await store.append(room, { screenname: 'Ann', value: 'after', isVerified: true })
  const { entries } = await store.read(room, { after: 0, limit: 9 })
  expect(
    entries.map((entry) => 'said' in entry && [entry.said.value, entry.said.isVerified]),
  ).toEqual([
    ['before', undefined],
    ['after', true],
  ])
  expect(Number(id)).toBe(entries[0]?.id as number)
})
