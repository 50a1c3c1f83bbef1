/** The states of the page that everyone may meet, each in a tab that stands in it, in any language. */
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { openChromium } from './chromium.ts'
import { ann, KEY, signed } from './identity.ts'
import { BEARER, KEY as MODERATOR_KEY } from './moderators.ts'
import type { Server } from './server.ts'
import { freshRoom } from './stores.ts'
import { numbered, POLLS, sayAll, scrollBack } from './tab.ts'

const MEMBERS = 'members-only'

/** Those of a server whose pages come into these states. */
export const STATE_SETTINGS = {
  POLL_SECONDS: '1',
  IDENTITY_KEYS: KEY,
  MEMBER_ROOMS: MEMBERS,
  MODERATOR_KEY,
}

const LONG_WORD = 'Donaudampfschifffahrtsgesellschaft'.repeat(6)

/** Something of every kind that people say; those that read this are called Ann. */
export const MANY_KINDS = [
  'Good morning',
  'one more, in a row',
  '/me waves',
  'try `bun start`, then\nlook again',
  'see https://example.org/ and https://example.org/a/long/path/that/goes/on?and=on#and-on-and-on-and-on',
  'Ann, is that you?',
  LONG_WORD,
  'مرحبا بالجميع، كيف الحال؟',
  'שלום לכולם, in the middle of it',
]

const NAMES = ['Bob', 'Bob', 'Bob', 'رامي', 'A name of forty characters, to the last1']

const nameOf = (value: string) => NAMES[MANY_KINDS.indexOf(value) % NAMES.length] ?? 'Bob'

/** Comes into the state, from a page that `open` opens; its path is what follows `/rooms/`. */
type State = (visit: Visit) => Promise<Page>
type Visit = { server: Server; room: string; open: (path: string) => Promise<Page> }

async function say(tab: Page, value: string, name = 'Ann'): Promise<void> {
  await tab.locator('#screenname').fill(name)
  await tab.locator('#value').fill(value)
  await tab.locator('#say').click()
}

const lastShown = (tab: Page) => tab.locator('.chat').last()

/** Said by the reader, in a room with all that others said. */
async function talk({ server, room, open }: Visit, said = 'what I said'): Promise<Page> {
  await sayAll(server, room, MANY_KINDS, nameOf)
  const tab = await open(room)
  await say(tab, said)
  await tab.locator('.chat[data-own]').waitFor()
  return tab
}

/** The address of the page of the message that is last. */
const lastAddress = (tab: Page) =>
  lastShown(tab)
    .locator('.permalink')
    .evaluate((link) => (link as HTMLAnchorElement).href)

export const STATES: Record<string, State> = {
  'an empty room': ({ room, open }) => open(room),

  'a room with many kinds of messages': async (visit) => {
    const tab = await talk(visit)
    const first = tab.locator('.chat[data-own] .permalink')
    await first.click()
    await tab.locator('.own textarea').fill('what I meant')
    await tab.locator('.revision button').click()
    await tab.locator('.chat .revised').waitFor()
    await tab.reload()
    await tab.locator('[data-mentions]').waitFor()
    return tab
  },

  'a reader who scrolled back': async ({ server, room, open }) => {
    await sayAll(server, room, numbered(1, 30))
    const tab = await open(room)
    await scrollBack(tab)
    await sayAll(server, room, numbered(31, 33))
    await tab.locator('#new', { hasText: '3' }).waitFor()
    return tab
  },

  'a page that is not connected': async ({ server, room, open }) => {
    await sayAll(server, room, MANY_KINDS)
    const tab = await open(room)
    await tab.route(POLLS, (route) => route.abort())
    await tab.locator('#status:not(:empty)').waitFor()
    return tab
  },

  'a post that was refused': async ({ room, open }) => {
    const tab = await open(room)
    await say(tab, 'x'.repeat(1001))
    await tab.locator('#errors:not(:empty)').waitFor()
    return tab
  },

  'a refused post without a script': async ({ room, open }) => {
    const tab = await open(room)
    await tab.locator('#screenname').fill('Ann')
    await tab.locator('#value').fill('x'.repeat(1001))
    await Promise.all([
      tab.waitForEvent('load'),
      tab.locator('#composer').evaluate((form) => (form as HTMLFormElement).submit()),
    ])
    return tab
  },

  'the form of an own message': async (visit) => {
    const tab = await talk(visit, LONG_WORD)
    await lastShown(tab).locator('.permalink').click()
    await tab.locator('.own textarea').waitFor()
    return tab
  },

  'older messages': async ({ server, room, open }) => {
    const ids = await sayAll(server, room, numbered(1, 60))
    return open(`${room}/messages?before=${ids[30]}&limit=20`)
  },

  'the page of an own message': async (visit) => {
    const tab = await talk(visit, LONG_WORD)
    await tab.goto(await lastAddress(tab))
    return tab
  },

  "the page of another's message": async ({ server, room, open }) => {
    const ids = await sayAll(server, room, MANY_KINDS, nameOf)
    return open(`${room}/messages/${ids[4]}`)
  },

  'a room for a frame': async ({ server, room, open }) => {
    await sayAll(server, room, MANY_KINDS, nameOf)
    return open(`${room}/embed`)
  },

  'a room for a frame, to be read alone': async ({ server, room, open }) => {
    await sayAll(server, room, MANY_KINDS, nameOf)
    return open(`${room}/embed?readonly&theme=dark`)
  },

  'a room for a frame, for somebody whom its site signed': async ({ server, room, open }) => {
    await sayAll(server, room, MANY_KINDS, nameOf)
    const tab = await open(`${room}/embed#identity=${signed(ann)}`)
    await tab.locator('.who .verified').waitFor()
    await tab.locator('#value').fill('what I said')
    await tab.locator('#say').click()
    await tab.locator('.chat[data-own]').waitFor()
    return tab
  },

  'a room for members': ({ open }) => open(MEMBERS),

  'a room for members, for a frame': ({ open }) => open(`${MEMBERS}/embed`),

  'the page to share a room': ({ room, open }) => open(`${room}/share?way=htmx`),

  'a room that moderators look after': async ({ server, room, open }) => {
    await sayAll(server, room, MANY_KINDS, nameOf)
    await sayAll(server, room, ['I am Bob'], () => 'Воb')
    await moderate(server, `${room}/moderation`, {
      slow: '30',
      notice: 'Be kind. The rules: https://example.org/rules',
    })
    await moderate(server, `${room}/messages`, { screenname: 'Moderator', value: 'I am one' })
    return open(room)
  },

  'a room for reading alone': async ({ server, room, open }) => {
    await sayAll(server, room, MANY_KINDS, nameOf)
    await moderate(server, `${room}/moderation`, { readonly: 'yes' })
    return open(room)
  },

  'a moderator’s room': async ({ server, room, open }) => {
    await sayAll(server, room, MANY_KINDS, nameOf)
    return signIn(await open(`../moderator`), `${server.url}/rooms/${room}`)
  },

  'the page of a message for a moderator': async ({ server, room, open }) => {
    const ids = await sayAll(server, room, MANY_KINDS, nameOf)
    return signIn(await open(`../moderator`), `${server.url}/rooms/${room}/messages/${ids[4]}`)
  },

  'the page of a room’s moderation': async ({ server, room, open }) => {
    const ids = await sayAll(server, room, MANY_KINDS, nameOf)
    await moderate(server, `${room}/moderation`, { slow: '30', readonly: 'yes', notice: LONG_WORD })
    await moderate(server, `${room}/messages/${ids[3]}/removal`)
    for (const [i, lasts] of ['hour', 'good'].entries())
      await moderate(server, `${room}/messages/${ids[i]}/muting`, { for: lasts })
    return signIn(await open('../moderator'), `${server.url}/rooms/${room}/moderation`)
  },

  'the page to sign in as moderator': async ({ open }) => {
    const tab = await open('../moderator')
    await tab.locator('[name=key]').fill('wrong')
    await tab.locator('form button').click()
    await tab.locator('.told p').waitFor()
    return tab
  },

  'the front page': async ({ server, room, open }) => {
    await sayAll(server, room, ['hello'])
    return open('../')
  },

  'the page of an error': ({ open }) => open('no-room-/'),

  'the log in a frame': async ({ server, room, open }) => {
    await sayAll(server, room, MANY_KINDS, nameOf)
    const tab = await open(`${room}?refresh=3600`)
    await tab.frameLocator('iframe').locator('.chat').first().waitFor()
    return tab
  },
}

/** Does something with the key as bearer. */
async function moderate(server: Server, path: string, fields: Record<string, string> = {}) {
  const body = new URLSearchParams(fields)
  const answer = await fetch(`${server.url}/rooms/${path}`, {
    method: 'POST',
    headers: BEARER,
    body,
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
}

/** Goes on to a page as moderator; other tabs of the browser are none. */
async function signIn(tab: Page, next: string): Promise<Page> {
  const signIn = tab.url()
  await tab.locator('[name=key]').fill(MODERATOR_KEY)
  await tab.locator('form button').click()
  await tab.locator('[action$="/leaving"]').waitFor()
  await tab.goto(next)
  await tab.request.post(`${signIn}/leaving`)
  return tab
}

const contexts = new Map<string, Promise<BrowserContext>>()

/** A tab in this state, in a browser that all tabs with these options share. */
export async function tabIn(
  state: State,
  server: Server,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const kind = JSON.stringify(options)
  const context = contexts.get(kind) ?? (await openChromium()).newContext(options)
  contexts.set(kind, Promise.resolve(context))
  const open = async (path: string) => {
    const tab = await (await context).newPage()
    await tab.goto(`${server.url}/rooms/${path}`)
    return tab
  }
  return state({ server, room: freshRoom(), open })
}
