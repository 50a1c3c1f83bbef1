/** People whom the site around a frame has signed, in a browser that blocks the cookies of other sites. */
import { describe, expect, test } from 'bun:test'
import type { Page, Request } from 'playwright-core'
import { blockCookies, openHosted, strict } from '../with/host.ts'
import { ann, FORGED, KEY, signed } from '../with/identity.ts'
import { freshRoom } from '../with/stores.ts'
import { eventually, type Opening } from '../with/tab.ts'

const MEMBERS = 'members-only'

const { host, server } = await openHosted({ IDENTITY_KEYS: KEY, MEMBER_ROOMS: MEMBERS })

const framed = (room: string, identity: string) =>
  `<iframe src="${server.url}/rooms/${room}/embed#identity=${identity}" width="320" height="480"></iframe>`

const WAYS: [string, typeof framed][] = [
  [
    'the script tag',
    (room, identity) =>
      `<script src="${server.url}/embed.js" data-room="${room}" data-identity="${identity}"></script>`,
  ],
  [
    'the element',
    (room, identity) =>
      `<script src="${server.url}/embed.js"></script><chat-box room="${room}" identity="${identity}"></chat-box>`,
  ],
  ['the address of a frame', framed],
]
/** A tab of a browser that everybody uses: the frame knows nobody by it. `alone`: of another device. */
const visit = (body: string, { before, ...options }: Opening = {}) =>
  host.open(body, {
    ...options,
    policy: strict(server),
    before: async (tab) => {
      await blockCookies(tab)
      await before?.(tab)
    },
  })

const frameIn = (tab: Page) => tab.frameLocator('iframe')
const nameIn = (tab: Page) => frameIn(tab).locator('#screenname')
const markIn = (tab: Page) => frameIn(tab).locator('#composer .mark')
const textsIn = (tab: Page) => frameIn(tab).locator('.text').allTextContents()
const untilTexts = (tab: Page, texts: string[]) =>
  eventually(async () => expect(await textsIn(tab)).toEqual(texts))

async function untilKnown(tab: Page, name = 'Ann'): Promise<void> {
  await markIn(tab).locator('.verified').waitFor()
  expect(await nameIn(tab).inputValue()).toBe(name)
  expect(await nameIn(tab).isEditable()).toBe(false)
}

async function sayIn(tab: Page, value: string): Promise<void> {
  await frameIn(tab).locator('#value').fill(value)
  await frameIn(tab).locator('#say').click()
}

/** Loads the frame anew, as its reader may, and waits for the new page. */
async function reload(tab: Page): Promise<void> {
  const frame = tab.frames()[1]
  await frame?.evaluate(() => {
    document.body.id = 'before'
    location.reload()
  })
  await eventually(async () => expect(await frame?.locator('body:not(#before)').count()).toBe(1))
}

const messagesIn = async (room: string) =>
  (await (await fetch(`${server.url}/rooms/${room}/messages.json`)).json()).messages

/** What servers are told in places that they write into logs. */
async function loggable(request: Request): Promise<string> {
  const { 'chatbox-identity': _, ...headers } = await request.allHeaders()
  return request.url() + JSON.stringify(headers)
}

describe.each(WAYS)('by %s a person', (_, body) => {
  test.concurrent('speaks under the name that is signed, corrects, removes, and is told nowhere else', async () => {
    const room = freshRoom()
    const identity = signed({ ...ann, screenname: 'Ann Ünïcode 🦊' })
    const requests: Request[] = []
    const before = (tab: Page) => tab.on('request', (request) => requests.push(request))
    await using tab = await visit(body(room, identity), { before })
    await untilKnown(tab, 'Ann Ünïcode 🦊')
    await sayIn(tab, 'wrnog')
    await untilTexts(tab, ['wrnog'])
    await frameIn(tab).locator('.chat .verified').waitFor()
    expect(await messagesIn(room)).toMatchObject([{ screenname: 'Ann Ünïcode 🦊', verified: true }])
    await untilKnown(tab, 'Ann Ünïcode 🦊')
    await sayIn(tab, 'two')
    await untilTexts(tab, ['wrnog', 'two'])
    await frameIn(tab).locator('[data-own] .permalink').first().click()
    await frameIn(tab).locator('.own textarea').fill('right')
    await frameIn(tab).getByRole('button', { name: 'Save' }).click()
    await untilTexts(tab, ['right', 'two'])
    // A poll may have brought it before its own answer, and until that is there no other form opens.
    const remove = frameIn(tab).getByRole('button', { name: 'Remove' })
    await eventually(async () => {
      await frameIn(tab).locator('[data-own] .permalink').first().click()
      await remove.waitFor({ timeout: 3000 })
    })
    await remove.click()
    await untilTexts(tab, ['two'])
    expect(tab.frames()[1]?.url()).not.toContain('#')
    const told = await Promise.all(requests.map(loggable))
    expect(told.length).toBeGreaterThan(8)
    for (const text of told) expect(text).not.toContain(identity.slice(-20))
    expect(await tab.context().cookies(server.url)).toEqual([])
  })
})

describe('in a frame a person', () => {
  test.concurrent('has the same mark on every device, and changes on one what was said on another', async () => {
    const room = freshRoom()
    await using one = await visit(framed(room, signed(ann)))
    await untilKnown(one)
    await sayIn(one, 'from one')
    await untilTexts(one, ['from one'])
    await using two = await visit(framed(room, signed({ ...ann, nonce: 2 })), { alone: true })
    await untilKnown(two)
    expect(await markIn(two).textContent()).toBe(await markIn(one).textContent())
    await frameIn(two).locator('[data-own] .permalink').click()
    await frameIn(two).getByRole('button', { name: 'Remove' }).click()
    await untilTexts(one, [])
  })

  test.concurrent('is the same after the frame was loaded anew, and another who is signed later', async () => {
    const room = freshRoom()
    await using tab = await visit(framed(room, signed(ann)))
    await untilKnown(tab)
    await reload(tab)
    await untilKnown(tab)
    await frameIn(tab).locator('.skip').focus()
    await tab.keyboard.press('Enter')
    await eventually(async () => expect(tab.frames()[1]?.url()).toEndWith('#value'))
    await reload(tab)
    await untilKnown(tab)
    const mark = await markIn(tab).textContent()
    const other = signed({ ...ann, sub: '43' })
    await tab.locator('iframe').evaluate((frame, other) => {
      const { src } = frame as HTMLIFrameElement
      ;(frame as HTMLIFrameElement).src = src.replace(/#.*/, `#identity=${other}`)
    }, other)
    await eventually(async () => expect(await markIn(tab).textContent()).not.toBe(mark))
    await untilKnown(tab)
    await sayIn(tab, 'hello')
    await untilTexts(tab, ['hello'])
    expect(await messagesIn(room)).toMatchObject([{ screenname: 'Ann', verified: true }])
  })

  test.concurrent('leaves nothing of it to who comes without', async () => {
    const room = freshRoom()
    await using tab = await visit(framed(room, signed(ann)), { alone: true })
    await untilKnown(tab)
    await sayIn(tab, 'one')
    await untilTexts(tab, ['one'])
    // A poll may have brought it before its own answer.
    await eventually(async () => expect(await frameIn(tab).locator('#value').inputValue()).toBe(''))
    await tab.goto(host.put(framed(room, '')))
    await untilTexts(tab, ['one'])
    expect([await nameIn(tab).inputValue(), await nameIn(tab).isEditable()]).toEqual(['', true])
    expect(await markIn(tab).locator('.verified').count()).toBe(0)
    await nameIn(tab).fill('Ann')
    await sayIn(tab, 'two')
    await untilTexts(tab, ['one', 'two'])
    const [one, two] = await messagesIn(room)
    expect(two).not.toHaveProperty('verified')
    expect(two.mark).not.toBe(one.mark)
  })

  test.concurrent('is anybody without JavaScript', async () => {
    const room = freshRoom()
    await using tab = await visit(framed(room, signed(ann)), { javaScriptEnabled: false })
    await nameIn(tab).fill('Ann')
    await sayIn(tab, 'hello')
    await untilTexts(tab, ['hello'])
    expect((await messagesIn(room))[0]).not.toHaveProperty('verified')
  })

  test.concurrent('speaks where htmx did not come', async () => {
    const room = freshRoom()
    const before = (tab: Page) => tab.route(/htmx\.min\.js/, (route) => route.abort())
    await using tab = await visit(framed(room, signed(ann)), { before })
    await sayIn(tab, 'hello')
    await untilTexts(tab, ['hello'])
    expect(await messagesIn(room)).toMatchObject([{ screenname: 'Ann', verified: true }])
  })
})

describe('a hostile site', () => {
  const SOME = ['an expired one', 'another key', 'alg none', 'alg RS256', 'no JWT', 'no name']

  test.concurrent.each(FORGED.filter(([what]) => SOME.includes(what)))(
    'signs nobody by %s: that is told beside the box',
    async (_, identity, told) => {
      const room = freshRoom()
      await using tab = await visit(framed(room, identity))
      const errors = frameIn(tab).locator('#errors')
      await eventually(async () => expect(await errors.textContent()).toMatch(told))
      expect(await nameIn(tab).isEditable()).toBe(false)
      expect(await markIn(tab).textContent()).toBe('')
      await frameIn(tab).locator('#value').fill('my words')
      const refused = tab.waitForResponse((answer) => answer.request().method() === 'POST')
      await frameIn(tab).locator('#say').click()
      expect((await refused).status()).toBe(401)
      await eventually(async () => expect(await errors.textContent()).toMatch(told))
      expect(await frameIn(tab).locator('#value').inputValue()).toBe('my words')
      expect(await messagesIn(room)).toEqual([])
    },
  )

  test.concurrent('makes nobody known by a message to the frame', async () => {
    const room = freshRoom()
    await using tab = await visit(framed(room, ''))
    await frameIn(tab).locator('#composer').waitFor()
    await tab.locator('iframe').evaluate((frame, identity) => {
      for (const data of [{ identity }, { chatboxIdentity: identity }, `#identity=${identity}`])
        (frame as HTMLIFrameElement).contentWindow?.postMessage(data, '*')
    }, signed(ann))
    await nameIn(tab).fill('Eve')
    await sayIn(tab, 'hello')
    await untilTexts(tab, ['hello'])
    const [message] = await messagesIn(room)
    expect(message.screenname).toBe('Eve')
    expect(message).not.toHaveProperty('verified')
  })
})

describe('a room for members', () => {
  const words = 'Only members of the site speak in this room; everyone can read it.'

  test.concurrent('is spoken in by who is signed', async () => {
    // What is written here comes to other tabs of the same browser in the same room.
    await using tab = await visit(framed(MEMBERS, signed(ann)), { alone: true })
    await untilKnown(tab)
    expect(await frameIn(tab).getByText(words).count()).toBe(0)
    await sayIn(tab, 'hello')
    await eventually(async () => expect(await textsIn(tab)).toContain('hello'))
    await frameIn(tab).locator('[data-own]').waitFor()
  })

  test.concurrent.each([
    ['', {}],
    [' without JavaScript', { javaScriptEnabled: false }],
  ])('tells everybody else%s that it is one', async (_, options) => {
    await using tab = await visit(framed(MEMBERS, ''), options)
    await frameIn(tab).getByText(words).waitFor()
    for (const role of ['textbox', 'button'] as const)
      expect(await frameIn(tab).getByRole(role).count()).toBe(0)
  })

  test.concurrent('tells who is signed by nobody why', async () => {
    await using tab = await visit(framed(MEMBERS, 'forged'))
    await frameIn(tab).getByText('This identity is not signed').waitFor()
  })
})
