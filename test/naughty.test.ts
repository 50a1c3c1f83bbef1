/**
 * The Big List of Naughty Strings, and any Unicode at all, by every way in and every way out: what comes back is what was
 * written, in NFC and swept as the README says (`src/chat/text.ts`), and no element, attribute, event or line is new.
 */
import { describe, expect, test } from 'bun:test'
import naughty from 'big-list-of-naughty-strings'
import fc from 'fast-check'
import { parse } from 'yaml'
import { cleanScreenname, cleanValue } from '../src/chat/text.ts'
import { openTokens } from '../src/chat/tokens.ts'
import { command } from './with/commands.ts'
import {
  firstEvent,
  linesIn,
  type Said,
  saidInAtom,
  saidInHtml,
  shapeOf,
} from './with/reading-back.ts'
import { freshRoom, KINDS, openChatbox } from './with/stores.ts'
import { HTMX, openVisitor } from './with/visitor.ts'

/** What the chat should keep of it; undefined where it takes it not at all. */
function kept({ screenname, value }: Said): Said | undefined {
  try {
    return { screenname: cleanScreenname(screenname), value: cleanValue(value, 1000) }
  } catch {
    return undefined
  }
}

const isKept = (said: Said) => kept(said) !== undefined

/** What the list lacks: no characters of XML, and line breaks that would begin a field of an event or a line of its own. */
const MORE = [
  'a\ufffeb\uffffc\u{1fffe}d',
  'a\r\nid: 7\rdata: b\n\nevent: c\u2028data: d\u2029: e\u0085retry: 1',
  'a\n2026-11-22T06:53:14Z <tstone> b\\nc',
  '\'\n- id: "1"\n  value: b\n...\n---\n',
  ']]></content></entry></feed><!-- <?xml version="1.1"?> &#1; &lol; %x;',
  '<li id="m-1" class="chat"><bdi class="user">a</bdi> <span class="text">b</span></li>',
]

/** Each string as a text and, where that can be, as a name. */
const LIST = [...naughty, ...MORE]
  .map((value) => ({ screenname: value, value }))
  .map((said) => (isKept(said) ? said : { ...said, screenname: 'tester' }))

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc
    .array(fc.oneof(fc.constantFrom(...naughty, ...MORE), fc.string({ unit: 'binary' })), {
      maxLength: 3,
    })
    .map((parts) => parts.join('')),
)
const ANY = fc.array(fc.record({ screenname: text, value: text }), { minLength: 20, maxLength: 60 })

/** As many as one answer has at the most. */
const inParts = <T>(all: T[], size: number): T[][] =>
  all.length > 0 ? [all.slice(0, size), ...inParts(all.slice(size), size)] : []

/** Slack has three characters written in another way. */
const slack = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

describe.each(KINDS)('on %s,', async (kind) => {
  const chatbox = await openChatbox(kind)
  const { ask, get, store } = chatbox
  const hooks = openTokens(store, 'hooks')

  const post = (path: string, body: BodyInit, type?: string, method = 'POST') =>
    ask(path, { method, body, headers: type ? { 'content-type': type } : {} })

  /** Each says one thing in a room, and answers the status. */
  const posting: Record<string, (room: string, said: Said) => Promise<Response>> = {
    form: (room, said) => post(`/rooms/${room}/messages`, new URLSearchParams(said)),
    'form in parts': (room, { screenname, value }) => {
      const form = new FormData()
      form.set('screenname', screenname)
      form.set('value', value)
      return post(`/rooms/${room}/messages`, form)
    },
    JSON: (room, said) =>
      post(`/rooms/${room}/messages`, JSON.stringify(said), 'application/json; charset=utf-8'),
    'plain text': (room, { screenname, value }) =>
      post(
        `/rooms/${room}/messages?${new URLSearchParams({ screenname })}`,
        Buffer.from(value),
        'text/plain',
      ),
  }

  type Way = (room: string, all: Said[]) => Promise<unknown>

  const WAYS: Record<string, Way> = {
    ...Object.fromEntries(
      Object.entries(posting).map(([name, say]): [string, Way] => [
        name,
        async (room, all) => {
          for (const said of all) {
            const { status } = await say(room, said)
            expect([said, status]).toEqual([said, isKept(said) ? 303 : 422])
          }
        },
      ]),
    ),
    hook: async (room, all) => {
      const token = await hooks.add(`${room} Deploys`)
      // A wrong token is taken for wrong for a moment, and so is one that is new.
      while ((await post(`/hooks/${token}`, '')).status === 404) await Bun.sleep(20)
      for (const said of all) {
        const body = { text: slack(said.value), username: slack(said.screenname) }
        const { status } = await post(`/hooks/${token}`, JSON.stringify(body))
        // Who has no name there has the hook's.
        const named = said.screenname ? said : { ...said, screenname: 'Deploys' }
        expect([said, status]).toEqual([said, isKept(named) ? 200 : 422])
      }
    },
    correction: async (room, all) => {
      const ann = openVisitor(ask)
      for (const said of all.filter(isKept)) {
        const { id } = await ann.say(room, 'as it was', said.screenname)
        const body = JSON.stringify({ value: said.value })
        const headers = { 'content-type': 'application/json', accept: 'application/json' }
        const path = `/rooms/${room}/messages/${id}`
        expect((await ann(path, { method: 'PATCH', body, headers })).status).toBe(200)
      }
    },
    import: async (room, all) => {
      const [begin, end] = [Date.now() * 1000 - 1e6, Date.now() * 1000]
      const around = { room, spoken: `${begin}`, born: `${begin}`, head: `${end}`, trimmed: '0' }
      const lines = all.filter(isKept).map((said, i) => {
        const id = `${begin + i}`
        return { id, said: { id, ...said } }
      })
      const file = [around, ...lines, around].map((line) => `${JSON.stringify(line)}\n`).join('')
      expect((await command(store, ['import'], file)).declined).toBeUndefined()
    },
  }

  /** Lone halves of characters are no text: only JSON can bring them. */
  const wellFormed = (all: Said[]) =>
    all.map(({ screenname, value }) => ({
      screenname: screenname.toWellFormed(),
      value: value.toWellFormed(),
    }))

  async function come(way: string, all: Said[]): Promise<{ room: string; said: Said[] }> {
    const room = freshRoom()
    const brought = way === 'JSON' || way === 'hook' ? all : wellFormed(all)
    await WAYS[way]?.(room, brought)
    const named = brought.map((said) =>
      way === 'hook' && !said.screenname ? { ...said, screenname: 'Deploys' } : said,
    )
    return { room, said: named.map(kept).filter((said) => said !== undefined) }
  }

  const bare = ({ screenname, value }: Said): Said => ({ screenname, value })

  /** What each way out has of a room, as it was written. */
  async function back(room: string): Promise<Record<string, Said[]>> {
    const messages = `/rooms/${room}/messages`
    const read = async (path: string, headers = {}) => (await get(path, headers)).text()
    const all = '?after=0&limit=200'
    const window = `/api/latest-chat/3600/?room=${room}`
    const exported = (await command(store, ['export', room])).printed.trimEnd().split('\n')
    const events = async (query: string) => firstEvent(await get(`${messages}.events${query}`))
    return {
      JSON: JSON.parse(await read(`${messages}.json${all}`)).messages,
      YAML: parse(await read(`${messages}.yaml${all}`)).messages,
      Atom: saidInAtom(await read(`${messages}.atom${all}`)),
      page: saidInHtml(await read(`${messages}${all}`)),
      fragment: saidInHtml(await read(`${messages}.html${all}`)),
      list: saidInHtml(await read(`${messages}.html?limit=200`)),
      'event of JSON': JSON.parse(await events(all)).messages,
      'event of HTML': saidInHtml(await events(`${all}&data=html`)),
      'address of 2009': JSON.parse(await read(window)),
      'address of 2009 in HTML': saidInHtml(await read(window, HTMX)),
      export: exported.map((line) => JSON.parse(line).said).filter(Boolean),
    }
  }

  /** XML 1.0 has no way to write these: a feed has a sign in their place. */
  const inXml = ({ screenname, value }: Said): Said => ({
    screenname: screenname.replace(/[\ufffe\uffff]/g, '\ufffd'),
    value: value.replace(/[\ufffe\uffff]/g, '\ufffd'),
  })

  async function comeBack(room: string, said: Said[]) {
    const found = await back(room)
    for (const [way, shown] of Object.entries(found)) {
      const expected = way === 'Atom' ? said.map(inXml) : said
      expect([way, shown.map(bare)]).toEqual([way, expected])
    }
    const lines = linesIn(await (await get(`/rooms/${room}/messages.txt?after=0&limit=200`)).text())
    expect(lines).toEqual(
      said.map(({ screenname, value }) => `<${screenname}> ${value.replaceAll('\n', '\\n')}`),
    )
  }

  /** What pages of a room are made of. */
  async function shapes(room: string) {
    const all = '?after=0&limit=200'
    const paths = [`messages${all}`, `messages.html${all}`, 'messages.html?limit=200', '']
    const pages = await Promise.all(
      paths.map(async (path) => (await get(`/rooms/${room}/${path}`.replace(/\/$/, ''))).text()),
    )
    return pages.map((html) => shapeOf(html.replaceAll(room, 'ROOM')))
  }

  async function haveShape(room: string, count: number) {
    const plain = await come('form', Array(count).fill({ screenname: 'tester', value: 'hello' }))
    expect(await shapes(room)).toEqual(await shapes(plain.room))
  }

  test('the list is one, and the chat takes most of it', () => {
    expect(naughty.length).toBeGreaterThan(450)
    expect(LIST.filter(isKept).length).toBeGreaterThan(LIST.length - 15)
  })

  test.each(Object.keys(WAYS))('the whole list comes in by %s', async (way) => {
    for (const part of inParts(LIST, 200)) {
      const { room, said } = await come(way, part)
      const { messages } = await (await get(`/rooms/${room}/messages.json?limit=200`)).json()
      expect(messages.map(bare)).toEqual(said)
    }
  })

  test('the whole list comes out by every way, and pages have the shape of plain words', async () => {
    for (const part of inParts(LIST, 200)) {
      const { room, said } = await come('JSON', part)
      await comeBack(room, said)
      await haveShape(room, said.length)
    }
  })

  test('any text at all comes in and out by every way', async () => {
    const way = fc.constantFrom(...Object.keys(WAYS).filter((way) => way !== 'correction'))
    await fc.assert(
      fc.asyncProperty(way, ANY, async (way, all) => {
        const { room, said } = await come(way, all)
        await comeBack(room, said)
        if (way !== 'hook' && way !== 'import') await haveShape(room, said.length)
      }),
      // Where it fails, it is told by then what the least is that fails, and the seed.
      { numRuns: 8, interruptAfterTimeLimit: 20_000 },
    )
  })
})
