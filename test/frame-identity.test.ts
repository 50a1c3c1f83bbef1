/** Who speaks from a frame on another site: an identity of its own, proved by the form and kept where browsers let it. */
import { describe, expect, test } from 'bun:test'
import { freshRoom, openChatbox } from './with/stores.ts'
import { BROWSER, HTMX, openVisitor } from './with/visitor.ts'

const HOSTS = ['https://www.example']
const PUBLIC = new URL('https://chat.example')
const COOKIE = '__Host-chatbox-frame'

const tokenIn = (html: string) => /name="token" value="([^"]*)"/.exec(html)?.[1] as string
const markIn = (html: string) => /class="who".*class="mark"[^>]*>([^<]*)</s.exec(html)?.[1]

const settings = { publicUrl: PUBLIC, embedOrigins: HOSTS, secret: 'a secret of thirty letters' }
const { ask, get } = await openChatbox('sqlite', settings)
const marksIn = async (room: string): Promise<string[]> => {
  const { messages } = await (await get(`/rooms/${room}/messages.json`)).json()
  return messages.map(({ mark }: { mark: string }) => mark)
}

/** A frame as a browser without cookies knows it, or with one that it brings. */
async function openFrame(room: string, headers = {}, query = '') {
  const answer = await get(`/rooms/${room}/embed${query}`, { ...BROWSER, ...headers })
  const page = await answer.text()
  const post = (end: string, fields: Record<string, string>, more = {}) =>
    ask(`/rooms/${room}/messages${end}`, {
      method: 'POST',
      headers: { ...BROWSER, 'sec-fetch-site': 'same-origin', ...more },
      body: new URLSearchParams(fields),
    })
  return { answer, post, token: tokenIn(page), mark: markIn(page) as string, page }
}

const said = (token: string, value = 'hello') => ({ screenname: 'Ann', value, token })

describe('a frame', () => {
  test('is the same person with each post, without any cookie', async () => {
    const room = freshRoom()
    const { post, token, mark } = await openFrame(room)
    const first = await post('', said(token), HTMX)
    expect(first.status).toBe(200)
    const composer = await first.text()
    expect([tokenIn(composer), markIn(composer)]).toEqual([token, mark])
    await post('', said(token, 'again'), HTMX)
    expect(await marksIn(room)).toEqual([mark, mark])
  })

  test('corrects and removes what it said, by a header', async () => {
    const room = freshRoom()
    const { post, token } = await openFrame(room)
    const location = (await post('.json', said(token))).headers.get('location') as string
    const id = location.replace(/.*\//, '')
    const proof = { 'chatbox-token': token }
    const form = await get(`/rooms/${room}/messages/${id}/revision`, { ...HTMX, ...proof })
    expect(await form.text()).toContain('class="revision"')
    const stranger = await get(`/rooms/${room}/messages/${id}/revision`, HTMX)
    expect(stranger.status).toBe(403)
    expect((await post(`/${id}/revision`, { value: 'other' }, { ...HTMX, ...proof })).status).toBe(
      200,
    )
    expect((await post(`/${id}/removal`, {}, HTMX)).status).toBe(403)
    expect((await post(`/${id}/removal`, {}, { ...HTMX, ...proof })).status).toBe(200)
  })

  test('is known again by a cookie of its own, one for each site', async () => {
    const room = freshRoom()
    const { answer, post, token, mark } = await openFrame(room)
    const attributes = 'Path=/; Max-Age=34560000; Secure; HttpOnly; SameSite=None; Partitioned'
    expect(answer.headers.getSetCookie()).toEqual([`${COOKIE}=${token}.; ${attributes}`])
    const [kept = ''] = (await post('', said(token), HTMX)).headers.getSetCookie()
    expect(kept).toStartWith(`${COOKIE}=${token}.QW5u; `)
    const again = await openFrame(room, { cookie: kept.split(';')[0] })
    expect([again.token, again.mark]).toEqual([token, mark])
    expect(again.page).toMatch(/name="screenname" value="Ann"/)
    expect(again.answer.headers.getSetCookie()).toEqual([])
  })

  test('is led back into itself without JavaScript, in its theme, also when it was refused', async () => {
    const room = freshRoom()
    const { post, page, token } = await openFrame(room, {}, '?theme=dark')
    expect(page).toContain('<input type="hidden" name="theme" value="dark"/>')
    expect(page).toMatch(/<form id="composer"[^>]* target="_self"/)
    const fields = { ...said(token), theme: 'dark' }
    const answer = await post('', fields)
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      `/rooms/${room}/embed?theme=dark`,
    ])
    const refused = await post('', { ...fields, value: ' ' })
    expect(refused.status).toBe(422)
    expect(refused.headers.get('content-security-policy')).toEndWith(
      "frame-ancestors 'self' https://www.example",
    )
    const form = await refused.text()
    expect(tokenIn(form)).toBe(token)
    expect(form).toContain(`href="/rooms/${room}/embed?theme=dark" target="_self"`)
  })
})

describe('an identity in a frame', () => {
  test('is another than the one of our own pages, and neither brings the other', async () => {
    const room = freshRoom()
    const ann = openVisitor(ask)
    const { mark: own } = await ann.say(room, 'on our page')
    const { post, mark, answer, token } = await openFrame(room, { cookie: ann.cookie() })
    expect(mark).not.toBe(own)
    await post('', said(token), { cookie: ann.cookie() })
    expect(await marksIn(room)).toEqual([own, mark])
    const [frame = ''] = answer.headers.getSetCookie()
    const page = await get(`/rooms/${room}`, { ...BROWSER, cookie: frame.split(';')[0] as string })
    expect(page.headers.getSetCookie().join()).toStartWith('__Host-chatbox=')
    expect(markIn(await page.text())).not.toBe(mark)
  })

  test('is not taken from the cookie alone by anything that is done', async () => {
    const room = freshRoom()
    const { post, answer, mark, token } = await openFrame(room)
    const [kept = ''] = answer.headers.getSetCookie()
    const cookie = kept.split(';')[0] as string
    await post('', { screenname: 'Ann', value: 'by the cookie' }, { cookie })
    await post('', said(''), { cookie })
    for (const one of await marksIn(room)) expect(one).not.toBe(mark)
    const location = (await post('.json', said(token))).headers.get('location') as string
    const path = location.replace(/.*\/messages/, '')
    expect((await post(`${path}/removal`, {}, { cookie })).status).toBe(403)
  })

  test('is somebody new where the token is forged, or of another secret', async () => {
    const room = freshRoom()
    const { post, token, mark } = await openFrame(room)
    const forged = (token.startsWith('A') ? 'B' : 'A') + token.slice(1)
    for (const wrong of [forged, `${token}x`, `${token}.QW5u.x`, '"><b>']) {
      const answer = await post('', said(wrong), HTMX)
      const now = tokenIn(await answer.text())
      expect(now).toMatch(/^[\w-]{22}\.[\w-]{43}$/)
      expect([wrong, token]).not.toContain(now)
    }
    for (const one of await marksIn(room)) expect(one).not.toBe(mark)
  })

  test('does nothing from a page of a site that has no leave', async () => {
    const room = freshRoom()
    const { post, token } = await openFrame(room)
    for (const site of ['cross-site', 'same-site']) {
      const from = { 'sec-fetch-site': site, origin: 'https://evil.example' }
      for (const asked of [BROWSER, HTMX]) {
        const answer = await post('', said(token), { ...asked, ...from, 'chatbox-token': token })
        expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []])
      }
    }
    expect(await marksIn(room)).toEqual([])
  })

  test('gets no cookie where people do not come by https: a browser would keep none', async () => {
    const http = await openChatbox('sqlite', { embedOrigins: HOSTS })
    const answer = await http.get('/rooms/lobby/embed', BROWSER)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(tokenIn(await answer.text())).toBeTruthy()
  })
})
