/** In which language a reader is answered: pages, errors, and never messages. */
import { describe, expect, test } from 'bun:test'
import { ar } from '../src/view/words/ar.ts'
import { de } from '../src/view/words/de.ts'
import { en, type Words } from '../src/view/words/en.ts'
import { es } from '../src/view/words/es.ts'
import { wordsFor } from '../src/view/words/languages.ts'
import { freshRoom, openChatbox } from './with/stores.ts'
import { BROWSER, HTMX, openVisitor, SCRIPT } from './with/visitor.ts'

const ALL = [en, de, es, ar].map((words) => [words.lang, words] as [string, Words])

test.each([
  [null, 'en'],
  ['', 'en'],
  ['*', 'en'],
  ['de', 'de'],
  ['DE', 'de'],
  ['de-AT', 'de'],
  ['de-CH-1996, en;q=0.9', 'de'],
  ['es-419,es;q=0.9,en;q=0.8', 'es'],
  ['ar-EG,ar;q=0.9', 'ar'],
  ['en-GB,en;q=0.9,de;q=0.8', 'en'],
  ['fr,de;q=0.5', 'de'],
  ['fr-FR,fr;q=0.9,es;q=0.8,de;q=0.7', 'es'],
  ['en;q=0.1,ar;q=0.2', 'ar'],
  ['de;q=0,es', 'es'],
  ['de;q=0', 'en'],
  ['fr', 'en'],
  ['zh-Hant-TW, ja;q=0.9', 'en'],
  ['deu', 'en'],
  ['d', 'en'],
  ['__proto__', 'en'],
  ['constructor', 'en'],
  ['toString, de;q=0.1', 'de'],
  ['de_DE', 'en'],
  [',,,;;;===', 'en'],
  ['de;q=x', 'en'],
  ['<script>', 'en'],
  ['\u00e4\u00f6', 'en'],
  ['x'.repeat(10_000), 'en'],
  [`${'fr,'.repeat(2000)}de`, 'de'],
] as [string | null, string][])('Accept-Language %p is answered in %s', (asked, lang) => {
  expect(wordsFor(asked).lang).toBe(lang)
})

describe.each(ALL)('who asks for %s', async (lang, words) => {
  const { ask } = await openChatbox('sqlite')
  const as = (form: object) => ({ ...form, 'accept-language': `${lang}-XX, fr;q=0.5` })

  test('gets pages in it', async () => {
    const room = freshRoom()
    const ann = openVisitor(ask)
    const { id } = await ann.say(room, 'hi', 'Ann')
    const pages: [string, string[]][] = [
      ['/', [words.about, words.latelySpokenIn, words.enterRoom, words.roomHint]],
      [
        `/rooms/${freshRoom()}`,
        [words.empty, words.say, words.name, words.new, words.lost, words.skip],
      ],
      [`/rooms/${room}?refresh=15`, [words.refresh, words.liveReading, words.everySeconds(30)]],
      [
        `/rooms/${room}/messages/${id}`,
        [words.messageIn(room), words.save, words.remove, words.untilWhen],
      ],
      [`/rooms/${room}/messages/1`, [words.refused.missing(), words.backToRoom]],
      ['/nowhere', [words.failed, words.problems.nowhere, words.allRooms]],
    ]
    for (const [path, expected] of pages) {
      const answer = await ann(path, { headers: as(BROWSER) })
      const html = await answer.text()
      expect(html).toContain(`<html lang="${lang}" dir="${words.dir}">`)
      for (const text of expected) expect(html).toContain(text)
      expect(answer.headers.get('vary')).toContain('Accept-Language')
    }
  })

  test('gets errors in it, as a person, on an open page and as a script', async () => {
    const messages = `/rooms/${freshRoom()}/messages`
    const body = () => new URLSearchParams({ screenname: 'Ann', value: 'x'.repeat(1234) })
    const faults: [string, RequestInit, string][] = [
      [`${messages}?limit=x`, {}, words.problems.wholeNumber('limit', 1, 200)],
      [`${messages}/1`, {}, words.refused.missing()],
      [messages, { method: 'PUT' }, words.problems.method('PUT', 'GET, HEAD, POST')],
      [
        messages,
        { method: 'POST', body: body() },
        words.refused.long({ of: 'value', count: 1234, most: 1000 }),
      ],
      ['/rooms/No', {}, words.problems.noRoom],
    ]
    for (const [path, init, told] of faults) {
      const asked = (form: object) => ask(path, { ...init, headers: as(form) })
      expect(await (await asked(SCRIPT)).json()).toMatchObject({ detail: told })
      expect(await (await asked(HTMX)).text()).toBe(`<p>${told}</p>`)
      expect(await (await asked(BROWSER)).text()).toContain(told)
    }
  })
})

test('messages are the same bytes in every language', async () => {
  const { ask, say } = await openChatbox('sqlite')
  const room = freshRoom()
  const { id } = await say(room, '/me says `hello` https://example.org')
  for (const end of [`/${id}.html`, '.html?after=0', '.json', '.txt', `/${id}.json`]) {
    const bodies = ALL.map(async ([lang]) =>
      (await ask(`/rooms/${room}/messages${end}`, { headers: { 'accept-language': lang } })).text(),
    )
    expect([end, new Set(await Promise.all(bodies)).size]).toEqual([end, 1])
  }
})
