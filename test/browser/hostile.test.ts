/** What people write is text and nothing else, wherever it comes to stand. */
import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { sharedServer } from '../with/server.ts'
import { freshRoom, KINDS } from '../with/stores.ts'
import {
  eventually,
  messageIn,
  nameIn,
  openTab,
  sayAll,
  sayIn,
  scrollBack,
  shownIn,
  untilShown,
  watchTroubles,
} from '../with/tab.ts'

const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '" onfocus="alert(1)" autofocus x="',
  "' onmouseover='alert(1)",
  '<hx-partial hx-target=body>gone</hx-partial>',
  '<hx-x a="b">',
  '<template hx type="partial">',
  '<b hx-get="/" hx-trigger="load">',
  '&amp; &lt;i&gt; &#60;i&#62; &quot;',
  '<!-- <i>',
  ']]> --> <![CDATA[',
  '</textarea><b>out</b>',
  '</script></title></style><b>',
  '</span></li></ol><b>out</b>',
  'javascript:alert(1)',
  '{{7*7}} <%= 7*7 %>',
  'http://evil.example/?"onfocus="alert(1)"&quot;&lt;hx-x>',
  'http://evil.example/<hx-x>',
  'שלום <b>עולם</b> مرحبا',
  'e\u0301 👩‍👩‍👧 𝒳 ﷽',
].map((text) => text.normalize('NFC'))

/** Those that could break out of the attribute in which a name comes back. */
const QUOTED = HOSTILE.filter((text) => /["'&]|<hx/.test(text))

const nameOf = (text: string) => text.slice(0, 40).trim()

const PARTS = ['A', 'BDI', 'BR', 'LI', 'SMALL', 'SPAN', 'TIME']

/** Every message as it was written, and no element or attribute that somebody wrote into one. */
async function expectLiteral(tab: Page, texts: string[]) {
  await untilShown(tab, texts)
  expect((await shownIn(tab)).map(({ user }) => user)).toEqual(texts.map(nameOf))
  const parts = await tab.locator('#chatbox *').evaluateAll((all) => all.map((e) => e.tagName))
  expect([...new Set(parts)].sort().filter((part) => !PARTS.includes(part))).toEqual([])
  const strange = 'body :is(img, script, b, i, template, [autofocus], [onfocus], [onmouseover])'
  expect(await tab.locator(strange).count()).toBe(0)
}

describe.each(KINDS)('hostile texts and names, on %s', async (kind) => {
  const server = await sharedServer(kind, { MESSAGE_LENGTH: '60' })

  test.concurrent('are text in the page, in what polls bring and among older messages', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    const troubles = watchTroubles(tab, server)
    await sayAll(server, room, HOSTILE, nameOf)
    await expectLiteral(tab, HOSTILE)
    await tab.reload()
    await expectLiteral(tab, HOSTILE)
    await sayAll(server, room, Array(50).fill('newer'), () => 'newer')
    await tab.reload()
    await scrollBack(tab)
    await expectLiteral(tab, [...HOSTILE, ...Array(50).fill('newer')])
    expect(troubles).toEqual([])
  })
})

describe('hostile texts and names', async () => {
  const server = await sharedServer('sqlite', { MESSAGE_LENGTH: '60' })

  test.concurrent('are text in the answer to a post, whose name comes back in the composer', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    const troubles = watchTroubles(tab, server)
    for (const text of QUOTED) {
      await sayIn(tab, text, nameOf(text))
      await eventually(async () => expect(await messageIn(tab).inputValue()).toBe(''))
      expect(await nameIn(tab).inputValue()).toBe(nameOf(text))
    }
    await expectLiteral(tab, QUOTED)
    expect(troubles).toEqual([])
  })

  test.concurrent('are text in the form that comes back when a post is refused', async () => {
    await using tab = await openTab(server, freshRoom(), { javaScriptEnabled: false })
    const troubles = watchTroubles(tab, server)
    for (const text of QUOTED) {
      const long = [text, ...HOSTILE].join('\n')
      await Promise.all([tab.waitForEvent('domcontentloaded'), sayIn(tab, long, nameOf(text))])
      expect(await messageIn(tab).inputValue()).toBe(long)
      expect(await nameIn(tab).inputValue()).toBe(nameOf(text))
      expect(await tab.locator('body :is(img, script, b, i, [autofocus])').count()).toBe(0)
    }
    expect(troubles.filter((trouble) => !trouble.includes('422'))).toEqual([])
  })
})
