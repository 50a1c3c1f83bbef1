/** The page on which one chooses how a room is shown on another site (`/rooms/:room/share`). */
import { expect, test } from 'bun:test'
import { freshRoom, openChatbox } from './with/stores.ts'
import { BROWSER } from './with/visitor.ts'

const WAYS = ['frame', 'script', 'element', 'htmx', 'include']

const { get } = await openChatbox('sqlite', { publicUrl: new URL('http://127.0.0.1:3000') })
const shared = (room: string, query = '') => get(`/rooms/${room}/share${query}`, BROWSER)
const unescaped = (html: string) =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&')
const snippetIn = async (answer: Response) =>
  unescaped(/<textarea[^>]*>\n([^<]*)</.exec(await answer.text())?.[1] ?? '')

test('the README has the same to paste, for each way', async () => {
  const readme = await Bun.file(new URL('../README.md', import.meta.url)).text()
  for (const way of WAYS) {
    const snippet = await snippetIn(await shared('lobby', `?way=${way}`))
    expect(snippet).toContain('lobby')
    expect(readme).toContain(`\n${snippet}\n\`\`\``)
  }
})

test('what is chosen is in what is pasted, and still chosen', async () => {
  const room = freshRoom()
  const query = '?theme=dark&readonly=on&way='
  const base = 'http://127.0.0.1:3000'
  const embed = `src="${base}/embed.js"`
  for (const [way, expected] of [
    ['frame', `src="${base}/rooms/${room}/embed?readonly&amp;theme=dark"`],
    ['script', `<script ${embed} data-room="${room}" data-readonly data-theme="dark">`],
    ['element', `<chat-box room="${room}" readonly theme="dark">`],
    ['htmx', `<div hx-get="${base}/rooms/${room}/messages.html" hx-trigger="load"></div>`],
    ['include', `proxy_pass ${base}/rooms/${room}/messages.html;`],
  ] as const) {
    const page = await (await shared(room, query + way)).text()
    const snippet = await snippetIn(await shared(room, query + way))
    expect(snippet).toContain(expected)
    expect(snippet).not.toContain('<form')
    expect(page).toContain(`<option value="${way}" selected`)
    expect(page).toContain('<option value="dark" selected')
    expect(page).toContain('name="readonly" checked')
  }
})

test('another room that is chosen leads on to its page', async () => {
  const answer = await shared('lobby', '?room=+Other&way=script&theme=')
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe('/rooms/other/share?way=script&theme=')
  expect((await shared('lobby', '?room=no+room')).status).toBe(422)
  expect((await shared('lobby', '?room=lobby')).status).toBe(200)
})

test('what is no way and no theme is as if nothing was chosen', async () => {
  const plain = await (await shared('lobby')).text()
  expect(await (await shared('lobby', '?way=toString&theme=pink')).text()).toBe(plain)
})

test('the page of the room leads to it', async () => {
  const room = freshRoom()
  expect(await (await get(`/rooms/${room}`, BROWSER)).text()).toContain(
    `href="/rooms/${room}/share"`,
  )
})
