/** Who is a moderator: by the key, in a browser for twelve hours, or as bearer. */
import { describe, expect, setSystemTime, test } from 'bun:test'
import { BEARER, KEY, openModerator, openScript } from './with/moderators.ts'
import { startServer, storeSettings } from './with/server.ts'
import { freshFile, freshRoom, KINDS, openChatbox } from './with/stores.ts'
import { BROWSER, openVisitor, SCRIPT } from './with/visitor.ts'

const HOUR = 60 * 60 * 1000

describe.each(KINDS)('a moderator on %s', async (kind) => {
  const file = freshFile()
  const { ask, get } = await openChatbox(kind, { file, moderatorKey: KEY })
  const isModerator = async (who: typeof ask) =>
    (await who(`/rooms/${freshRoom()}/moderation`)).status === 200

  test('signs in with the key, is led to the room, and signs out', async () => {
    const room = freshRoom()
    const person = openVisitor(ask)
    const asked = await person(`/rooms/${room}/moderation`)
    expect([asked.status, asked.headers.get('location')]).toEqual([303, `/moderator?room=${room}`])
    const form = await (await person(`/moderator?room=${room}`)).text()
    expect(form).toContain(`<input type="hidden" name="room" value="${room}"`)
    const signed = await person.post('/moderator', { key: KEY, room })
    expect([signed.status, signed.headers.get('location')]).toEqual([
      303,
      `/rooms/${room}/moderation`,
    ])
    expect(signed.headers.get('set-cookie')).toMatch(
      /^chatbox-moderator=[0-9a-z]{6}\.\d{10}\.[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/,
    )
    expect(await isModerator(person)).toBe(true)
    const stolen = person.cookie()
    const second = await openModerator(ask)
    const left = await person.post('/moderator/leaving', {})
    expect(left.headers.get('set-cookie')).toStartWith('chatbox-moderator=; Max-Age=0;')
    expect(await isModerator(person)).toBe(false)
    const other = await openChatbox(kind, { file, moderatorKey: KEY })
    for (const server of [ask, other.ask])
      expect(await isModerator(openVisitor(server, stolen))).toBe(false)
    expect(await isModerator(second)).toBe(true)
    // Who was signed in no more is let go, too.
    expect((await openVisitor(ask, stolen).post('/moderator/leaving', {})).status).toBe(303)
  })

  test('is nobody with another key, and is told so beside the form', async () => {
    for (const key of ['', 'wrong', `${KEY} `, KEY.slice(1)]) {
      const refused = await ask('/moderator', {
        method: 'POST',
        body: new URLSearchParams({ key }),
      })
      expect([refused.status, refused.headers.getSetCookie()]).toEqual([403, []])
      expect(await refused.text()).toMatch(/role="alert"><p>That is not the key\.<\/p>/)
    }
  })

  test('is one for twelve hours, and until the key is another', async () => {
    const moderator = await openModerator(ask)
    const changed = await openChatbox(kind, { file, moderatorKey: `another ${KEY}` })
    const cookie = { headers: { cookie: moderator.cookie() } }
    expect(await isModerator((path) => changed.ask(path, cookie))).toBe(false)
    try {
      setSystemTime(Date.now() + 11.9 * HOUR)
      expect(await isModerator(moderator)).toBe(true)
      setSystemTime(Date.now() + 0.2 * HOUR)
      expect(await isModerator(moderator)).toBe(false)
    } finally {
      setSystemTime()
    }
  })

  test('cannot be made up from a cookie', async () => {
    const cookie = (await openModerator(ask)).cookie()
    const [, session = '', ends = '', proof = ''] = /=(.*)\.(.*)\.(.*)$/.exec(cookie) ?? []
    const forged = [
      `${session}.${Number(ends) + 1}.${proof}`,
      `aaaaaa.${ends}.${proof}`,
      `${session}.${ends}.${proof.slice(1)}`,
      `${session}.${ends}.`,
      `${session}.${ends}`,
      KEY,
    ]
    for (const value of forged) {
      const headers = { ...BROWSER, cookie: `chatbox-moderator=${value}` }
      expect([value, await isModerator((path) => ask(path, { headers }))]).toEqual([value, false])
    }
  })

  test('has a cookie of its own under https, and on a path', async () => {
    const publicUrl = new URL('https://chat.example/talk')
    const { ask } = await openChatbox(kind, { moderatorKey: KEY, publicUrl })
    const signed = await ask('/moderator', {
      method: 'POST',
      body: new URLSearchParams({ key: KEY }),
    })
    expect(signed.headers.get('set-cookie')).toMatch(
      /^__Host-chatbox-talk-moderator=.*; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    )
  })

  test('is known by the key as bearer, which no other token is', async () => {
    const path = `/rooms/${freshRoom()}/moderation`
    expect((await get(path, BEARER)).status).toBe(200)
    for (const authorization of ['Bearer wrong', 'Bearer ', `Bearer ${KEY}x`])
      for (const method of ['GET', 'POST']) {
        const refused = await ask(path, { method, headers: { authorization } })
        expect(refused.status).toBe(401)
        expect(refused.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
      }
    const nobody = await get(path, SCRIPT)
    expect([nobody.status, (await nobody.json()).detail]).toEqual([
      403,
      'That is for moderators. Sign in as one, or send the key as bearer.',
    ])
  })

  test('speaks as one, in every form but plain text, and nobody else does', async () => {
    const room = freshRoom()
    const path = `/rooms/${room}/messages`
    const { id, ...said } = await (
      await openScript(ask).post(path, { screenname: 'Mo', value: 'hi' })
    ).json()
    expect(said).toMatchObject({ screenname: 'Mo', moderator: true })
    const moderator = await openModerator(ask)
    expect(await moderator.say(room, 'hi', 'Mo')).toMatchObject({ moderator: true })
    const person = openVisitor(ask)
    const { messages } = (await (await get(`${path}.json`)).json()) as { messages: object[] }
    expect(messages.filter((message) => 'moderator' in message)).toHaveLength(2)
    expect(
      await (
        await person.post(path, { screenname: 'Mo', value: 'x', moderator: 'true' }, SCRIPT)
      ).json(),
    ).not.toHaveProperty('moderator')
    const sign = '<span class="moderator" role="img" aria-labelledby="moderator">★</span>'
    for (const end of ['.html', `/${id}.html`, '', `/${id}`]) {
      const text = await (await get(path + end)).text()
      expect(text.split(sign).length - 1).toBe(end === `/${id}.html` ? 1 : 2)
    }
    for (const own of [`/rooms/${room}`, `/rooms/${room}?refresh=15`, path]) {
      const text = await (await moderator(own)).text()
      expect(text).toMatch(/<form id="composer"[\s\S]*★/)
      expect(text).toContain(`href="/rooms/${room}/moderation"`)
    }
    const others = await (await person(`/rooms/${room}`)).text()
    expect(others).not.toMatch(/<form id="composer"[\s\S]*★/)
    expect(others).not.toContain('/moderation"')
  })

  test('is nobody where there is no key, and that is told', async () => {
    const { ask } = await openChatbox(kind)
    const room = freshRoom()
    for (const [path, method] of [
      ['/moderator', 'GET'],
      ['/moderator', 'POST'],
      [`/rooms/${room}/moderation`, 'GET'],
      [`/rooms/${room}/clearing`, 'POST'],
    ] as const) {
      const answer = await ask(path, { method, headers: BROWSER })
      expect([path, answer.status]).toEqual([path, 404])
      expect(await answer.text()).toContain('There are no moderators here')
    }
  })

  test('does nothing for a page of another site', async () => {
    const moderator = await openModerator(ask)
    const room = freshRoom()
    const { id } = await openVisitor(ask).say(room, 'hello')
    const messages = `/rooms/${room}/messages`
    for (const path of [
      `/rooms/${room}/moderation`,
      `/rooms/${room}/clearing`,
      `/rooms/${room}/unmuting`,
      `${messages}/${id}/removal`,
      `${messages}/${id}/clearing`,
      `${messages}/${id}/muting`,
      '/moderator/leaving',
      '/moderator',
    ]) {
      const fields = { sure: 'yes', for: 'hour', key: KEY }
      const refused = await moderator.post(path, fields, { 'sec-fetch-site': 'cross-site' })
      expect([path, refused.status]).toEqual([path, 403])
    }
    expect((await get(`${messages}/${id}.json`)).status).toBe(200)
    const host = await openChatbox(kind, {
      file,
      moderatorKey: KEY,
      embedOrigins: ['https://host.example'],
    })
    const headers = { origin: 'https://host.example', cookie: moderator.cookie() }
    const body = new URLSearchParams({ sure: 'yes' })
    for (const path of [`${messages}/${id}/removal`, `/rooms/${room}/clearing`])
      expect((await host.ask(path, { method: 'POST', headers, body })).status).toBe(403)
    const token = { screenname: 'Mo', value: 'by a form in a frame', token: '' }
    const said = await (await moderator.post(messages, token, SCRIPT)).json()
    expect(said).not.toHaveProperty('moderator')
  })
})

describe.each(KINDS)('wrong keys, on %s', async (kind) => {
  const settings = {
    ...(await storeSettings(kind)),
    MODERATOR_KEY: KEY,
    TRUSTED_PROXIES: '127.0.0.1',
  }
  const servers = [await startServer(settings), await startServer(settings)]
  let tried = 0
  const attempt = async (key: string, from: string) => {
    const server = servers[tried++ % 2]
    const answer = await fetch(`${server?.url}/moderator`, {
      method: 'POST',
      headers: { 'x-forwarded-for': from },
      body: new URLSearchParams({ key }),
      redirect: 'manual',
    })
    return [answer.status, answer.headers.has('retry-after')]
  }
  const bearer = async (key: string, from: string) =>
    (
      await fetch(`${servers[0]?.url}/rooms/lobby/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'x-forwarded-for': from },
        body: new URLSearchParams({ screenname: 'a', value: 'b' }),
      })
    ).status

  test('are five a minute for a client on all servers together, and then the right one waits, too', async () => {
    for (let i = 0; i < 5; i++) expect(await attempt('wrong', '192.0.2.1')).toEqual([403, false])
    expect(await attempt('wrong', '192.0.2.1')).toEqual([429, true])
    expect(await attempt(KEY, '192.0.2.1')).toEqual([429, true])
    expect(await bearer(KEY, '192.0.2.1')).toBe(429)
    expect(await attempt(KEY, '192.0.2.2')).toEqual([303, false])
  })

  test('as bearers count as those in the form do, and right ones do not', async () => {
    for (let i = 0; i < 8; i++) expect(await bearer(KEY, '192.0.2.3')).toBe(201)
    for (let i = 0; i < 5; i++) expect(await bearer('wrong', '192.0.2.3')).toBe(401)
    expect(await bearer('wrong', '192.0.2.3')).toBe(429)
    expect(await attempt(KEY, '192.0.2.3')).toEqual([429, true])
  })
})
