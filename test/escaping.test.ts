/** Whatever people write stays text, in every form of every answer. */
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { cleanScreenname, cleanValue } from '../src/chat/text.ts'
import { freshRoom, KINDS, openChatbox } from './with/stores.ts'
import { unescaped } from './with/unescaped.ts'

const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg/onload=alert(1)>',
  "' onmouseover='alert(1)",
  '" autofocus onfocus="alert(1)',
  '</textarea><script>alert(1)</script>',
  '</title></li></ol></main></body></html>',
  '</hx-upsert></hx-partial></template><b>',
  '<hx-partial hx-target="body" hx-swap="delete">',
  '<hx-upsert hx-target="#chatbox"><li id="m-1">x</li></hx-upsert>',
  '<div id="poller" hx-get="//evil.example" hx-trigger="load">',
  '<template hx type="partial">x</template>',
  '<!-- <b> -->',
  '<![CDATA[ <b> ]]>',
  '<?php ?>',
  '</script><script>',
  '<style>@import "//evil.example"</style>',
  '<a href="javascript:alert(1)">x</a> javascript:alert(1)',
  '<base href="//evil.example">',
  '&lt;b&gt; &amp;amp; &#60;b&#62; &lt &copy &NewLine; &#x3c;',
  '{{constructor.constructor("alert(1)")()}} $\u007balert(1)} #{x} <%= x %>',
  "$& $1 $` $' \\u003c \\x3c \\n %3Cb%3E",
  '+ADw-script+AD4- \u00bcscript\u00be ＜script＞ \u2039b\u203a',
  '\u202e<b>\u2066 \u2028<b>\u2029 \ufeff<b>',
  'a\r\nLocation: //evil.example\r\n\r\n<b>',
  '\n\n<b>\n\t</b>\n<br>',
  'a > b ]]> --> */ // <',
  '</ScRiPt\u000b><iMg\u000csrc=x>',
  '<b\u00a0onclick=x>`backtick` \ud83d\udc68\u200d\ud83d\udc69',
  'http://evil.example/?"onfocus="alert(1)"x=&quot;\'&lt;hx-get <hx-partial>',
  '/me <b>waves</b> `</code><script>`',
]

type Said = { screenname: string; value: string }
type Structure = {
  elements: string[]
  texts: Record<string, string>
  fields: Record<string, string>
}

/** The elements that a text may have. */
const PROSE = /^(?:br|code|em|a href=https?:\S+ rel=nofollow ugc noopener)$/

/**
 * The elements with their attributes, apart from what changes from message to message; and the words in them.
 * Those that a text may have are turned back into what was written.
 */
async function structureOf(html: string): Promise<Structure> {
  const found: Structure = { elements: [], texts: { user: '', text: '', box: '' }, fields: {} }
  const gather = (name: string) => ({
    text({ text }: HTMLRewriterTypes.Text) {
      found.texts[name] += text
    },
  })
  const rewriter = new HTMLRewriter()
    .on('*', {
      element({ tagName, attributes }) {
        const pairs = [...attributes] as [string, string][]
        const written = pairs.map(([name, value]) => {
          if (name === 'value' || name === 'data-hue') return name
          return `${name}=${value.replace(/\d{16}|room-[\d-]+|^\d{4}-.*Z$/g, '…')}`
        })
        const { id, value } = Object.fromEntries(pairs)
        if (id && value !== undefined) found.fields[id] = unescaped(value)
        const element = [tagName, ...written].join(' ')
        if (!PROSE.test(element)) found.elements.push(element)
      },
      comments({ text }) {
        found.elements.push(`comment ${text}`)
      },
    })
    .on('.user', gather('user'))
    .on('.text', gather('text'))
    .on('#value', gather('box'))
    .on('.text code', {
      element(code) {
        found.texts.text += '`'
        code.onEndTag(() => {
          found.texts.text += '`'
        })
      },
    })
    .on('.text em', {
      element() {
        found.texts.text += '/me '
      },
    })
  await rewriter.transform(new Response(html)).text()
  for (const name in found.texts) found.texts[name] = unescaped(found.texts[name] ?? '')
  return found
}

describe.each(KINDS)('hostile text on %s', async (kind) => {
  const { ask, get } = await openChatbox(kind)

  const WAYS: ((said: Said) => [string, BodyInit, string?])[] = [
    (said) => ['', new URLSearchParams(said)],
    (said) => {
      const parts = new FormData()
      for (const [name, value] of Object.entries(said)) parts.set(name, value)
      return ['', parts]
    },
    (said) => ['', JSON.stringify(said), 'application/json'],
    ({ screenname, value }) => [`?${new URLSearchParams({ screenname })}`, value, 'text/plain'],
  ]

  async function post(room: string, said: Said, way: number, headers: Record<string, string>) {
    const [query, body, type] = (WAYS[way % WAYS.length] as (typeof WAYS)[0])(said)
    const sent = { ...headers, ...(type && { 'content-type': type }) }
    return ask(`/rooms/${room}/messages${query}`, { method: 'POST', body, headers: sent })
  }

  /** Every answer in HTML in which a text stands, by what asked for it. */
  async function answersWith(said: Said, way: number) {
    const room = freshRoom()
    const messages = `/rooms/${room}/messages`
    const posted = await post(room, said, way, { accept: 'application/json' })
    const json = await posted.text()
    expect(posted.status).toBe(201)
    const { id, created } = JSON.parse(json)
    const htmx = { accept: 'text/html', 'hx-request': 'true' }
    const long = { ...said, value: said.value + 'x'.repeat(1001) }
    const html: Record<string, string> = {}
    const pages = [`/rooms/${room}`, `${messages}?before=9007199254740991`, `${messages}/${id}`]
    const ends = ['.html', '.html?after=0', '.html?before=9007199254740991', `/${id}.html`]
    for (const path of [...pages, ...ends.map((end) => messages + end)])
      html[path.replace(room, 'ROOM').replace(id, 'ID')] = await (await get(path)).text()
    const window = `/api/latest-chat/60?room=${room}`
    html.window = await (await get(window, htmx)).text()
    html.said = await (await post(freshRoom(), said, way, htmx)).text()
    html.refused = await (await post(freshRoom(), long, way, { accept: 'text/html' })).text()
    const jsons = [json, await (await get(window)).text()]
    for (const path of [`${messages}.json`, `${messages}.json?after=0`, `${messages}/${id}.json`])
      jsons.push(await (await get(path)).text())
    const text = await (await get(`${messages}.txt`)).text()
    return { html, jsons, text, created, long }
  }

  const plain = await answersWith({ screenname: 'tester', value: 'hello' }, 0)
  const expected: Record<string, Structure> = {}
  for (const [name, html] of Object.entries(plain.html)) expected[name] = await structureOf(html)

  async function staysText(said: Said, way: number) {
    const screenname = cleanScreenname(said.screenname)
    const value = cleanValue(said.value, 1000)
    const { html, jsons, text, created, long } = await answersWith(said, way)
    for (const [name, answer] of Object.entries(html)) {
      const { elements, texts, fields } = await structureOf(answer)
      expect([name, elements]).toEqual([name, expected[name]?.elements ?? []])
      if (name === 'refused') {
        expect(broken(texts.box)).toBe(`\n${broken(long.value)}`)
        expect(broken(fields.screenname)).toBe(broken(said.screenname))
        continue
      }
      expect([name, texts.user, texts.text]).toEqual([name, screenname, value])
      if (name === 'said') expect([fields.screenname, texts.box]).toEqual([screenname, '\n'])
    }
    for (const json of jsons) {
      expect(json).not.toContain('<')
      const found = JSON.parse(json)
      const message = found.messages?.[0] ?? found[0] ?? found
      expect([message.screenname, message.value]).toEqual([screenname, value])
    }
    const line = value.replaceAll('\n', '\\n')
    expect(text).toBe(`${created.slice(0, 19)}Z <${screenname}> ${line}\n`)
  }

  test.each(HOSTILE)('%p stays text', async (hostile) => {
    for (let way = 0; way < WAYS.length; way++) {
      await staysText({ screenname: 'tester', value: hostile }, way)
      await staysText({ screenname: [...hostile].slice(0, 39).join(''), value: 'hello' }, way)
    }
  })

  test('any text at all stays text, or is refused and posts nothing', async () => {
    const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom(...HOSTILE))
    const way = fc.nat({ max: WAYS.length - 1 })
    const property = fc.asyncProperty(piece, piece, way, async (name, value, way) => {
      const said = { screenname: name, value }
      const kept = attempted(said)
      if (kept) return staysText(said, way)
      const room = freshRoom()
      expect((await post(room, said, way, { accept: 'application/json' })).status).toBe(422)
      expect((await (await get(`/rooms/${room}/messages.json`)).json()).messages).toEqual([])
    })
    await fc.assert(property, { numRuns: 100 })
  })
})

/** Whether the chat takes this at all. */
function attempted({ screenname, value }: Said): boolean {
  try {
    return Boolean(cleanScreenname(screenname) && cleanValue(value, 1000))
  } catch {
    return false
  }
}

/** Line breaks as a parser reads them, whichever way they were sent. */
const broken = (text = '') => text.replace(/\r\n?/g, '\n')
