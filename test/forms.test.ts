/** Which form an answer takes, and what each form always carries. */
import { describe, expect, test } from 'bun:test'
import { freshRoom, KINDS, openChatbox } from './with/stores.ts'

const HTML = 'text/html; charset=utf-8'
const JSON_TYPE = 'application/json'
const ATOM = 'application/atom+xml; charset=utf-8'
const TEXT = 'text/plain; charset=utf-8'

const CHROME =
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7'
const FIREFOX = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

/** Who asks, with which `Accept`, and what comes. */
const ACCEPTS: [string, string | undefined, string][] = [
  ['nobody in particular', undefined, HTML],
  ['curl', '*/*', HTML],
  ['Chrome', CHROME, HTML],
  ['Firefox', FIREFOX, HTML],
  ['axios', 'application/json, text/plain, */*', JSON_TYPE],
  ["jQuery's getJSON", 'application/json, text/javascript, */*; q=0.01', JSON_TYPE],
  ["jQuery's load", 'text/html, */*; q=0.01', HTML],
  ['a script', 'application/json', JSON_TYPE],
  ['a script that shouts', 'APPLICATION/JSON', JSON_TYPE],
  ['a script that names a charset', 'application/json; charset=utf-8', JSON_TYPE],
  ['any application type', 'application/*', JSON_TYPE],
  ['plain text', 'text/plain', TEXT],
  ['any text', 'text/*', HTML],
  ['JSON before HTML', 'text/html;q=0.5, application/json', JSON_TYPE],
  ['a feed reader', 'application/atom+xml, application/xml;q=0.9, */*;q=0.5', ATOM],
  ['YAML', 'application/yaml', 'application/yaml'],
  ['text before JSON', 'application/json;q=0.8, text/plain;q=0.9', TEXT],
  ['anything but HTML', 'text/html;q=0, */*', JSON_TYPE],
  ['an image, else anything', 'image/png, */*;q=0.1', HTML],
]

const SUFFIXES: [string, string][] = [
  ['.html', HTML],
  ['.json', JSON_TYPE],
  ['.txt', TEXT],
  ['.atom', ATOM],
  ['.yaml', 'application/yaml'],
]

describe.each(KINDS)('the forms of a room on %s', async (kind) => {
  const chatbox = await openChatbox(kind)
  const room = freshRoom()
  const address = `/rooms/${room}/messages`
  const message = await chatbox.say(room, 'first line\nsecond line', 'tstone')

  test.each(ACCEPTS)('%s, accepting %p, gets %s', async (_, accept, type) => {
    const answer = await chatbox.get(address, accept === undefined ? {} : { accept })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe(type)
    expect(answer.headers.get('vary')).toStartWith('Accept, HX-Request')
  })

  test.each(SUFFIXES)('the suffix %s decides, whatever Accept says', async (suffix, type) => {
    for (const accept of ['image/png', 'text/html', 'application/json', 'text/plain']) {
      const answer = await chatbox.get(address + suffix, { accept })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toBe(type)
      // The list that any page may have in it is kept by caches, in each language.
      const vary = suffix === '.html' ? 'Accept-Language, Host' : null
      expect(answer.headers.get('vary')).toBe(vary)
    }
  })

  test.each([
    'image/png',
    'application/xml',
    'text/html;q=0, application/json;q=0, text/plain;q=0',
  ])('nothing of %s is to be had', async (accept) => {
    const answer = await chatbox.get(address, { accept })
    expect(answer.status).toBe(406)
    expect(answer.headers.get('vary')).toStartWith('Accept, HX-Request')
    expect((await answer.json()).detail).toContain('text/html, application/json, text/plain')
  })

  test('people get a whole page, htmx and .html the bare fragment', async () => {
    const page = await chatbox.get(address, { accept: CHROME })
    expect(await page.text()).toStartWith('<!doctype html>')
    expect(page.headers.get('chatbox')).toBeNull()
    const fragments = [
      await chatbox.get(address, { 'hx-request': 'true', accept: 'text/html' }),
      await chatbox.get(address, { 'hx-request': 'true' }),
      await chatbox.get(`/rooms/${room}`, { 'hx-request': 'true' }),
      await chatbox.get(`${address}.html`, { accept: CHROME }),
    ]
    for (const fragment of fragments) {
      const html = await fragment.text()
      expect(html).toStartWith('<ol id="chatbox">')
      expect(html).not.toContain('<html')
      expect(fragment.headers.get('chatbox')).toBe('fragment')
    }
  })

  test('htmx that accepts only JSON gets JSON', async () => {
    const headers = { 'hx-request': 'true', accept: 'application/json' }
    expect((await (await chatbox.get(address, headers)).json()).messages).toEqual([message])
  })

  test('plain text is one message a line, its line breaks shown as \\n', async () => {
    const { id } = await chatbox.say(room, 'third', 'rms')
    const answer = await chatbox.get(`${address}.txt`)
    const second = `${message.created.slice(0, 19)}Z`
    const lines = (await answer.text()).split('\n')
    expect(lines[0]).toBe(`${second} <tstone> first line\\nsecond line`)
    expect(lines[1]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ <rms> third$/)
    expect(lines.slice(2)).toEqual([''])
    expect(answer.headers.get('link')).toContain(`.txt?after=${id}>; rel="next"`)
  })

  test('HEAD answers as GET does, without the body', async () => {
    const paths = ['/', `/rooms/${room}`, address, `${address}.json`, `${address}.txt`, '/healthz']
    for (const path of [...paths, `${address}/${message.id}`, '/api/latest-chat/60/']) {
      const get = await chatbox.get(path)
      const head = await chatbox.ask(path, { method: 'HEAD' })
      expect([path, head.status]).toEqual([path, get.status])
      for (const name of ['content-type', 'vary', 'link', 'content-security-policy'])
        expect([path, name, head.headers.get(name)]).toEqual([path, name, get.headers.get(name)])
      expect([path, await head.text()]).toEqual([path, ''])
    }
  })

  test('every kind of answer is guarded', async () => {
    const post = (path: string, fields: Record<string, string>, headers = {}) =>
      chatbox.ask(path, { method: 'POST', body: new URLSearchParams(fields), headers })
    const said = { screenname: 'tester', value: 'guarded' }
    const page = await (await chatbox.get('/rooms/lobby')).text()
    const assets = [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((m) => `${m[1]}`)
    expect(assets).toHaveLength(4)
    const answers = [
      await post(address, said),
      await post(`${address}.html`, said),
      await post(`${address}.json`, said),
      await post(address, {}),
      await post(`${address}.html`, {}),
      await chatbox.ask(address, { method: 'OPTIONS' }),
      await chatbox.ask(address, { method: 'PUT' }),
      await chatbox.get(`${address}.html?after=9007199254740991`),
      await chatbox.get(`/rooms/${freshRoom()}/messages?after=0`, { 'hx-request': 'true' }),
      await chatbox.get(`${address}?after=x`, { accept: 'application/json' }),
      await chatbox.get(address, { accept: 'image/png' }),
    ]
    const paths = ['/', '/nowhere', `/rooms/${room}`, '/rooms?room=lobby', '/rooms?room=!', address]
    const more = ['.json', '.txt', '.html', `/${message.id}`, '/1'].map((end) => address + end)
    const plain = ['/healthz', '/readyz', '/metrics', '/api/latest-chat/60', '/api/latest-chat/x']
    for (const path of [...paths, ...more, ...plain, ...assets])
      answers.push(await chatbox.get(path))
    for (const { headers } of answers) {
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('content-security-policy')).not.toContain('unsafe')
    }
    expect(new Set(answers.map(({ status }) => status))).toEqual(
      new Set([303, 200, 201, 422, 204, 405, 406, 404]),
    )
  })
})
