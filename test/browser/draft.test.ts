/** What is typed and not sent yet: it outlives whatever comes in between, and is never said twice. */
import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { sharedServer } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import {
  eventually,
  messageIn,
  openTab,
  sayByCurl,
  sayIn,
  textsIn,
  untilShown,
} from '../with/tab.ts'

const POST = /\/messages$/
const OFFER = 'It is kept: send it again'

const alertIn = (tab: Page) => tab.getByRole('alert')
const say = (tab: Page) => tab.getByRole('button', { name: 'Say' }).click()

/** Whether the browser keeps nothing any more for this page. */
const untilForgotten = (tab: Page) =>
  eventually(async () => {
    expect(await messageIn(tab).inputValue()).toBe('')
    const kept = await tab.evaluate(() => {
      const { action } = document.querySelector('#composer') as HTMLFormElement
      return localStorage.getItem(`chatbox ${action}`)
    })
    expect(kept).toBeNull()
  })

/** The server takes the next post; its answer never comes. */
const loseAnswer = (tab: Page) =>
  tab.route(
    POST,
    async (route) => {
      await route.fetch()
      await route.abort()
    },
    { times: 1 },
  )

describe('a half-typed message', async () => {
  const server = await sharedServer('sqlite', { MESSAGE_LENGTH: '20' })
  const untilSaidOnce = async (tab: Page, room: string) => {
    await untilForgotten(tab)
    await sayByCurl(server, room, 'last')
    await untilShown(tab, ['own', 'last'])
  }

  test.concurrent('stays, and so does the caret, while polls bring what others say', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await messageIn(tab).pressSequentially('half word')
    for (let i = 0; i < 5; i++) await tab.keyboard.press('ArrowLeft')
    await sayByCurl(server, room, 'news')
    await untilShown(tab, ['news'])
    await tab.keyboard.type('-a')
    expect(await messageIn(tab).inputValue()).toBe('half-a word')
  })

  test.concurrent('stays when the page is loaded again, or opened anew beside it', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await messageIn(tab).fill('half\na word')
    await tab.reload()
    expect(await messageIn(tab).inputValue()).toBe('half\na word')
    await using another = await openTab(server, room)
    expect(await messageIn(another).inputValue()).toBe('half\na word')
    await using elsewhere = await openTab(server, freshRoom())
    expect(await messageIn(elsewhere).inputValue()).toBe('')
  })

  test.concurrent('stays when it was refused, and the page is loaded again', async () => {
    const room = freshRoom()
    const long = 'x'.repeat(21)
    await using tab = await openTab(server, room)
    await sayIn(tab, long, 'Ann')
    await alertIn(tab).getByText('20 is the most').waitFor()
    await tab.reload()
    expect(await messageIn(tab).inputValue()).toBe(long)
    expect(await alertIn(tab).textContent()).toBe('')
    await sayIn(tab, 'shorter', 'Ann')
    await untilShown(tab, ['shorter'])
    await untilForgotten(tab)
  })

  test.concurrent('stays when the server fails, and can be said afterwards', async () => {
    const room = freshRoom()
    // Its name was never sent to anybody either.
    await using tab = await openTab(server, room, { alone: true })
    const title = await tab.title()
    const contentType = 'text/html'
    const body = '<html><head><title>502</title></head><body>Bad Gateway</body></html>'
    await tab.route(POST, (route) => route.fulfill({ status: 502, contentType, body }), {
      times: 1,
    })
    await sayIn(tab, 'hello', 'Ann')
    await alertIn(tab).getByText('send it again').waitFor()
    expect(await messageIn(tab).inputValue()).toBe('hello')
    expect(await tab.title()).toBe(title)
    await tab.reload()
    expect(await messageIn(tab).inputValue()).toBe('hello')
    await say(tab)
    await untilShown(tab, ['hello'])
    await untilForgotten(tab)
  })

  test.concurrent('is kept on a dead network, offered again in words, and said when it lives', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room, { alone: true })
    await tab.context().setOffline(true)
    await sayIn(tab, 'hello', 'Ann')
    await alertIn(tab).getByText(OFFER).waitFor()
    await tab.context().setOffline(false)
    await tab.reload()
    await alertIn(tab).getByText(OFFER).waitFor()
    expect(await messageIn(tab).inputValue()).toBe('hello')
    await sayIn(tab, 'hello', 'Ann')
    await untilShown(tab, ['hello'])
    await untilForgotten(tab)
    expect(await alertIn(tab).textContent()).toBe('')
    await tab.reload()
    expect(await messageIn(tab).inputValue()).toBe('')
  })

  test.concurrent('is said once, where the answer was lost and the page was loaded again', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await loseAnswer(tab)
    await sayIn(tab, 'own', 'Ann')
    await alertIn(tab).getByText(OFFER).waitFor()
    await tab.reload()
    await alertIn(tab).getByText(OFFER).waitFor()
    expect(await messageIn(tab).inputValue()).toBe('own')
    await say(tab)
    await untilSaidOnce(tab, room)
  })

  test.concurrent('is said once, where the page was loaded again before the answer came', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    const taken = Promise.withResolvers<void>()
    await tab.route(
      POST,
      async (route) => {
        await route.fetch()
        taken.resolve()
      },
      { times: 1 },
    )
    await sayIn(tab, 'own', 'Ann')
    await taken.promise
    await tab.reload()
    await alertIn(tab).getByText(OFFER).waitFor()
    await say(tab)
    await untilSaidOnce(tab, room)
  })

  test.concurrent('that was changed after its answer was lost is not said unasked beside it', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await loseAnswer(tab)
    await sayIn(tab, 'own', 'Ann')
    await alertIn(tab).getByText(OFFER).waitFor()
    await tab.reload()
    await sayIn(tab, 'own word')
    await alertIn(tab).getByText('look whether they are in the room').waitFor()
    expect(await messageIn(tab).inputValue()).toBe('own word')
    await untilShown(tab, ['own'])
    await say(tab)
    await untilForgotten(tab)
    await untilShown(tab, ['own', 'own word'])
  })

  test.concurrent('that another tab took over is gone from there, too, when it was said', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await messageIn(tab).fill('own')
    await using another = await openTab(server, room)
    expect(await messageIn(another).inputValue()).toBe('own')
    await sayIn(tab, 'own', 'Ann')
    await untilShown(tab, ['own'])
    await untilForgotten(another)
    await sayIn(another, 'and more', 'Ann')
    await untilShown(tab, ['own', 'and more'])
    expect(await alertIn(another).textContent()).toBe('')
  })

  test.concurrent('that is sent from two tabs is said once', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await messageIn(tab).fill('own')
    // As if it had not heard of it.
    const before = (tab: Page) =>
      tab.addInitScript(() =>
        addEventListener('storage', (event) => event.stopImmediatePropagation()),
      )
    await using another = await openTab(server, room, { before })
    await sayIn(tab, 'own', 'Ann')
    await untilShown(another, ['own'])
    expect(await messageIn(another).inputValue()).toBe('own')
    await sayIn(another, 'own', 'Ann')
    await untilSaidOnce(another, room)
  })

  test.concurrent('that was emptied in one tab stays in another', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await messageIn(tab).fill('own')
    await using another = await openTab(server, room)
    await messageIn(tab).fill('')
    await messageIn(tab).fill('something else')
    await sayIn(another, 'own', 'Ann')
    await untilShown(tab, ['own'])
    expect(await messageIn(tab).inputValue()).toBe('something else')
    await sayIn(tab, 'something else', 'Ann')
    await untilShown(another, ['own', 'something else'])
  })

  test.concurrent('stays on every page of its room that has a composer', async () => {
    const address = `${server.url}/rooms/${freshRoom()}`
    await using tab = await openTab(server, freshRoom())
    await tab.goto(address)
    await messageIn(tab).fill('half a word')
    for (const page of [`${address}/messages?after=0`, `${address}?refresh=3600`]) {
      await tab.goto(page)
      expect(await messageIn(tab).inputValue()).toBe('half a word')
    }
  })

  test.concurrent('is said once, where the answer to a plain form was lost', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await tab.goto(`${server.url}/rooms/${room}?refresh=3600`)
    await loseAnswer(tab)
    await sayIn(tab, 'own', 'Ann')
    await tab.waitForURL('chrome-error://**')
    await tab.goto(`${server.url}/`)
    await tab.getByRole('textbox').fill(room)
    await tab.getByRole('textbox').press('Enter')
    await alertIn(tab).getByText(OFFER).waitFor()
    expect(await messageIn(tab).inputValue()).toBe('own')
    await say(tab)
    await untilSaidOnce(tab, room)
  })

  test.concurrent('is gone where a plain form was answered, and stays where that was refused', async () => {
    const address = `${server.url}/rooms/${freshRoom()}`
    await using tab = await openTab(server, freshRoom())
    await tab.goto(`${address}?refresh=3600`)
    await sayIn(tab, 'x'.repeat(21), 'Ann')
    await tab.getByRole('heading', { name: 'Not sent' }).waitFor()
    await alertIn(tab).getByText('20 is the most').waitFor()
    await tab.goto(`${address}?refresh=3600`)
    expect(await messageIn(tab).inputValue()).toBe('x'.repeat(21))
    expect(await alertIn(tab).textContent()).toBe('')
    await sayIn(tab, 'shorter')
    await tab.frameLocator('iframe').getByText('shorter').waitFor()
    await untilForgotten(tab)
    expect(await alertIn(tab).textContent()).toBe('')
  })

  test.concurrent('stays when something else was done by a form meanwhile', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room, { alone: true })
    await sayIn(tab, 'said', 'Ann')
    await untilShown(tab, ['said'])
    const page = await tab.locator('.permalink').getAttribute('href')
    await tab.context().setOffline(true)
    await sayIn(tab, 'own')
    await alertIn(tab).getByText(OFFER).waitFor()
    await tab.context().setOffline(false)
    await tab.goto(new URL(page ?? '', server.url).href)
    await tab.getByRole('button', { name: 'Remove' }).click()
    await tab.waitForURL(`**/rooms/${room}`)
    expect(await messageIn(tab).inputValue()).toBe('own')
    await say(tab)
    await untilShown(tab, ['own'])
  })

  test.concurrent('that is given up after its answer was lost is in nobody’s way', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await loseAnswer(tab)
    await sayIn(tab, 'own', 'Ann')
    await alertIn(tab).getByText(OFFER).waitFor()
    await untilShown(tab, ['own'])
    await messageIn(tab).fill('')
    await messageIn(tab).pressSequentially('another')
    await messageIn(tab).press('Enter')
    await untilShown(tab, ['own', 'another'])
  })

  test.concurrent('that was sent yesterday is a draft like any other', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await loseAnswer(tab)
    await sayIn(tab, 'own', 'Ann')
    await alertIn(tab).getByText(OFFER).waitFor()
    await tab.evaluate(() => {
      for (const store of [sessionStorage, localStorage])
        for (const [name, draft] of Object.entries(store))
          if (name.endsWith(`${location.pathname}/messages`)) {
            const kept = JSON.parse(draft)
            store.setItem(name, JSON.stringify({ ...kept, sent: kept.sent - 25 * 3_600_000 }))
          }
    })
    await tab.reload()
    expect(await messageIn(tab).inputValue()).toBe('own')
    expect(await alertIn(tab).textContent()).toBe('')
    await say(tab)
    await untilForgotten(tab)
    await untilShown(tab, ['own', 'own'])
  })

  // Alone: tabs of one site may live in one process.
  test('outlives a crash of the tab', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await messageIn(tab).fill('half a word')
    const crashed = tab.waitForEvent('crash')
    await tab.goto('chrome://crash').catch(() => {})
    await crashed
    await using again = await openTab(server, room)
    expect(await messageIn(again).inputValue()).toBe('half a word')
    expect(await textsIn(again)).toEqual([])
  })
})
