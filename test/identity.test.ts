/** Each browser's signed identity, the mark it is shown by, and the name it keeps. */
import { describe, expect, test } from 'bun:test'
import { freshRoom, KINDS, openChatbox } from './with/stores.ts'
import { unescaped } from './with/unescaped.ts'
import { type Ask, BROWSER, HTMX, openVisitor, SCRIPT } from './with/visitor.ts'

const MARK = /^[0-9a-hjkmnp-tv-z]{6}$/
const FAMILY = '👨‍👩‍👧‍👦'
/** The names that take the most characters, and the most bytes. */
const LONGEST: Record<string, string> = {
  [`40 times ${FAMILY}`]: FAMILY.repeat(40),
  '2 KiB': `e${'\u0327'.repeat(1023)}`,
}
const marksIn = (html: string) =>
  [...html.matchAll(/<small class="mark"[^>]*>([^<]*)</g)].map((match) => match[1])

describe.each(KINDS)('an identity on %s', async (kind) => {
  const chatbox = await openChatbox(kind)
  const { ask, store } = chatbox
  const cookieOf = (answer: Response) => {
    const [cookie = '', ...others] = answer.headers.getSetCookie()
    expect(others).toEqual([])
    const [pair = '', ...attributes] = cookie.split('; ')
    return { pair, attributes: attributes.toSorted() }
  }

  test('comes in one cookie with the first answer, and is not given again', async () => {
    const room = freshRoom()
    const paths = [`/rooms/${room}`, `/rooms/${room}/messages`, `/rooms/${room}?refresh=15`]
    const body = new URLSearchParams({ screenname: 'a', value: 'hi' })
    const posts = [BROWSER, HTMX, SCRIPT].map((headers) =>
      ask(`/rooms/${room}/messages`, { method: 'POST', body, headers }),
    )
    const refused = ask(`/rooms/${room}/messages`, { method: 'POST', body: 'value=' })
    for (const answer of [...paths.map((path) => ask(path)), ...posts, refused]) {
      const { pair, attributes } = cookieOf(await answer)
      expect(pair).toMatch(/^chatbox=[\w.-]+$/)
      expect(attributes).toEqual(['HttpOnly', 'Max-Age=34560000', 'Path=/', 'SameSite=Lax'])
      for (const path of paths)
        expect((await chatbox.get(path, { cookie: pair })).headers.getSetCookie()).toEqual([])
    }
  })

  test('is given by no fragment and nothing that is only read by scripts', async () => {
    const address = `/rooms/${freshRoom()}/messages`
    for (const path of ['/', `${address}.html`, `${address}.json`, `${address}.txt`, '/healthz'])
      expect((await chatbox.get(path)).headers.getSetCookie()).toEqual([])
  })

  test.each([
    ['https://chat.example', '__Host-chatbox', ['Secure']],
    ['https://chat.example/talk/now/', '__Host-chatbox-talk-now', ['Secure']],
    ['http://chat.example', 'chatbox', []],
  ])('is kept at %s in %s', async (url, name, secure) => {
    const { get } = await openChatbox(kind, { publicUrl: new URL(url) })
    const { pair, attributes } = cookieOf(await get('/rooms/lobby'))
    expect(pair).toStartWith(`${name}=`)
    const always = ['HttpOnly', 'Max-Age=34560000', 'Path=/', 'SameSite=Lax']
    expect(attributes).toEqual([...always, ...secure].toSorted())
    expect((await get('/rooms/lobby', { cookie: pair })).headers.getSetCookie()).toEqual([])
  })

  test('has the same mark wherever it is seen, and another browser another', async () => {
    const [room, other] = [freshRoom(), freshRoom()]
    const [ann, stranger] = [openVisitor(ask), openVisitor(ask)]
    const { mark, id } = await ann.say(room, 'mine', 'Ann')
    expect(mark).toMatch(MARK)
    expect((await ann.say(other, 'mine, elsewhere', 'Bob')).mark).toBe(mark)
    const another = (await stranger.say(room, 'not mine', 'Ann')).mark
    expect(another).toMatch(MARK)
    expect(another).not.toBe(mark)

    const address = `/rooms/${room}/messages`
    const { messages } = await (await chatbox.get(`${address}.json`)).json()
    expect(messages.map((message: { mark: string }) => message.mark)).toEqual([mark, another])
    expect((await (await chatbox.get(`${address}/${id}.json`)).json()).mark).toBe(mark)
    for (const path of [`${address}.html`, `${address}.html?after=0`])
      expect(marksIn(await (await chatbox.get(path)).text())).toEqual([mark, another])
    // Beside the messages, the composer shows whose it is.
    expect(marksIn(await (await ann(address)).text())).toEqual([mark, another, mark])
    expect(marksIn(await (await stranger(address)).text())).toEqual([mark, another, another])
  })

  test('that was tampered with is none: the browser gets a fresh one, and no error', async () => {
    const ann = openVisitor(ask)
    const { mark } = await ann.say(freshRoom(), 'signed', 'Ann')
    const good = ann.cookie()
    const [, random = '', signature = '', name = ''] = /=(.*)\.(.*)\.(.*)/.exec(good) ?? []
    const turned = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1)
    const foreign = openVisitor((await openChatbox(kind, { secret: 'another' })).ask)
    await foreign('/rooms/lobby')
    const bad = [
      foreign.cookie(),
      ...['chatbox', 'chatbox=', 'chatbox=%', 'chatbox=%zz', 'chatbox=%FF', 'chatbox="', ';;;=;'],
      ...[
        'chatbox=..',
        'chatbox=\u00ff\u00fe',
        'other=1',
        '=',
        '%=',
        `chatbox=${'x'.repeat(8000)}`,
      ],
      `chatbox=${turned(random)}.${signature}.${name}`,
      `chatbox=${random}.${turned(signature)}.${name}`,
      `chatbox=${random}.${signature.slice(0, -1)}.${name}`,
      `chatbox=${random}.${signature}`,
      `chatbox=${random}.${name}`,
      `chatbox=.${signature}.${name}`,
      `${good}.${name}`,
      `${good}${good}`,
      `${good.replace('chatbox', 'Chatbox')}`,
      `${good.replace('chatbox', '__Host-chatbox')}`,
    ]
    for (const cookie of bad) {
      const page = await chatbox.get('/rooms/lobby', { cookie })
      expect([cookie, page.status]).toEqual([cookie, 200])
      const { pair } = cookieOf(page)
      expect(pair).toMatch(/^chatbox=[\w-]{22}\.[\w-]{43}\.$/)
      const said = await openVisitor(ask, cookie).say(freshRoom(), 'forged', 'Ann')
      expect(said.mark).toMatch(MARK)
      expect([cookie, said.mark]).not.toEqual([cookie, mark])
    }
    for (const cookie of [`a=b; ${good}`, `${good}; a=b`, `${good}; ${good}`, `%=; ${good};;`])
      expect((await openVisitor(ask, cookie).say(freshRoom(), 'mine', 'Ann')).mark).toBe(mark)
  })

  test('is one on all servers with the same SECRET, whatever their stores', async () => {
    const secret = crypto.randomUUID()
    const [one, two] = [await openChatbox(kind, { secret }), await openChatbox(kind, { secret })]
    const third = await openChatbox(kind === 'redis' ? 'sqlite' : 'redis', { secret })
    const ann = openVisitor(one.ask)
    const { mark } = await ann.say(freshRoom(), 'here', 'Ann')
    for (const { ask } of [two, third]) {
      const elsewhere = openVisitor(ask, ann.cookie())
      expect((await elsewhere('/rooms/lobby')).headers.getSetCookie()).toEqual([])
      expect((await elsewhere.say(freshRoom(), 'there', 'Ann')).mark).toBe(mark)
    }
  })

  test('of a message stays with whoever said it first, and no repeat makes anybody of it', async () => {
    const room = freshRoom()
    const say = (who: Ask) =>
      who(`/rooms/${room}/messages.json`, {
        method: 'POST',
        headers: { 'idempotency-key': 'k' },
        body: new URLSearchParams({ screenname: 'Ann', value: 'once' }),
      })
    const first = await say(ask)
    expect(first.headers.getSetCookie()).toHaveLength(1)
    const repeat = await say(ask)
    expect(await repeat.json()).toEqual(await first.json())
    expect(repeat.headers.getSetCookie()).toEqual([])
  })

  test.each([
    ...['Ann', 'Zoë', '李雷', 'مريم', 'می\u200cخواهم', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '😀', `40 times ${FAMILY}`, '2 KiB'],
    ...['a; Path=/x, b="c"', '%3B%00%', '"&lt;\' <b>', '=', 'a.b.c', 'null'],
  ])('keeps the name %p for the next time', async (name) => {
    const screenname = LONGEST[name] ?? name
    const ann = openVisitor(ask)
    const room = freshRoom()
    const { screenname: kept } = await ann.say(room, 'hi', screenname)
    for (const path of [`/rooms/${room}`, `/rooms/${freshRoom()}?refresh=15`]) {
      const html = await (await ann(path)).text()
      const box = /<input id="screenname"[^>]* value="([^"]*)"/.exec(html)?.[1] ?? ''
      expect(unescaped(box)).toBe(kept)
    }
    // Browsers keep no cookie that is larger.
    expect(ann.cookie().length).toBeLessThan(4096)
    await ann.say(room, 'hi again', 'Another')
    expect(await (await ann(`/rooms/${room}`)).text()).toContain(' value="Another"')
  })

  test('is in no answer: the mark is the most that anybody sees of it', async () => {
    const room = freshRoom()
    const ann = openVisitor(ask)
    const { id, mark } = await ann.say(room, 'Ann was here', 'Ann')
    const found = (await store.find(room, Number(id))).found as { author: string }
    expect(found.author).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/)
    expect(found.author.slice(0, 6)).toBe(mark)
    const address = `/rooms/${room}/messages`
    const gets = ['', '.html', '.json', '.txt', '.html?after=0', '.json?after=0', '?before=9e15']
    const ones = [`/${id}`, `/${id}.html`, `/${id}.json`, `/${id}/revision`].map(
      (end) => address + end,
    )
    const others = ['/', '/nowhere', '/metrics', `/rooms/${room}?refresh=15`, '/rooms/lobby']
    const revision = `${address}/${id}/revision`
    for (const headers of [BROWSER, HTMX, SCRIPT]) {
      const answers = [
        ...[...gets.map((end) => address + end), ...ones, ...others].map((path) =>
          ann(path, { headers }),
        ),
        ann(`/api/latest-chat/60?room=${room}`, { headers }),
        ann.post(address, { screenname: 'Ann', value: 'more' }, headers),
        ann.post(address, { screenname: 'Ann', value: '' }, headers),
        ann.post(revision, { value: 'Ann is here' }, headers),
        ann.post(revision, { value: '' }, headers),
        openVisitor(ask).post(revision, { value: 'no' }, headers),
      ]
      for (const answer of await Promise.all(answers)) {
        const whole = JSON.stringify([...answer.headers]) + (await answer.text())
        expect(whole).not.toContain(found.author.slice(0, 7))
      }
    }
  })
})
