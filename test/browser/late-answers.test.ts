/** Answers that come late, or from a server in between: they bring nothing back, and end nothing. */
import { describe, expect, test } from 'bun:test'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import type { Page } from 'playwright-core'
import { openSqlite } from '../../src/store/sqlite.ts'
import { atEnd } from '../with/end.ts'
import { sharedServer } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import {
  eventually,
  holdAnswer,
  idsIn,
  messageIn,
  numbered,
  openTab,
  POLLS,
  resetOnce,
  sayAll,
  sayByCurl,
  sayIn,
  textsIn,
  untilShown,
} from '../with/tab.ts'

const POSTS = /\/messages$/

/** What a proxy says in its own way. */
const pageOf = (status: number, words: string) => ({
  status,
  contentType: 'text/html',
  body: `<!doctype html><html><head><title>${words}</title></head><body><h1>${words}</h1></body></html>`,
})
const wordsOn = (tab: Page) => tab.locator('body').textContent()

describe('an answer that comes late or from elsewhere', async () => {
  const server = await sharedServer('sqlite')
  const store = openSqlite(server.settings.SQLITE_PATH as string, { messages: 10_000, days: 90 })
  atEnd(() => store.close())

  test.concurrent('to a post does not bring back what was removed since', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    const post = await holdAnswer(tab, POSTS, 'POST')
    await sayIn(tab, 'oops', 'Ann')
    await post.answered
    await untilShown(tab, ['oops'])
    await store.remove(room, Number((await idsIn(tab))[0]))
    await untilShown(tab, [])
    post.release()
    await eventually(async () => expect(await messageIn(tab).inputValue()).toBe(''))
    await sayByCurl(server, room, 'after it')
    await untilShown(tab, ['after it'])
  })

  test.concurrent('with older messages does not bring back what was removed since', async () => {
    const room = freshRoom()
    const ids = await sayAll(server, room, numbered(1, 53))
    await using tab = await openTab(server, room)
    const older = await holdAnswer(tab, /before=/, 'GET')
    await tab.getByRole('link', { name: 'Older messages' }).click()
    await older.answered
    await store.remove(room, Number(ids[1]))
    await sayByCurl(server, room, 'message 54')
    await untilShown(tab, numbered(4, 54))
    older.release()
    await untilShown(tab, ['message 1', ...numbered(3, 54)])
  })

  test.concurrent('with older messages has them as they were corrected since', async () => {
    const room = freshRoom()
    const ids = await sayAll(server, room, numbered(1, 53))
    await using tab = await openTab(server, room)
    const older = await holdAnswer(tab, /before=/, 'GET')
    await tab.getByRole('link', { name: 'Older messages' }).click()
    await older.answered
    await store.revise(room, Number(ids[1]), 'corrected')
    await sayByCurl(server, room, 'message 54')
    await untilShown(tab, numbered(4, 54))
    older.release()
    await untilShown(tab, ['message 1', 'corrected', ...numbered(3, 54)])
    expect(await tab.locator('.revised').count()).toBe(1)
    // As any other, in the reader's own time.
    expect(await tab.locator('.chat time:not([title])').count()).toBe(0)
  })

  test.concurrent('to a post that was sent again does not bring back its first text', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await tab.route(
      POSTS,
      async (route) => {
        await route.fetch()
        await route.abort()
      },
      { times: 1 },
    )
    await sayIn(tab, 'wrogn', 'Ann')
    await untilShown(tab, ['wrogn'])
    await store.revise(room, Number((await idsIn(tab))[0]), 'wrong')
    await sayByCurl(server, room, 'after it')
    await untilShown(tab, ['wrong', 'after it'])
    await tab.reload()
    await tab.getByRole('button', { name: 'Say' }).click()
    await eventually(async () => expect(await messageIn(tab).inputValue()).toBe(''))
    expect(await textsIn(tab)).toEqual(['wrong', 'after it'])
  })

  test.concurrent('to a poll, a page of maintenance, is not shown and does not end the polling', async () => {
    const room = freshRoom()
    await sayByCurl(server, room, 'before')
    await using tab = await openTab(server, room)
    const title = await tab.title()
    await tab.route(POLLS, (route) => route.fulfill(pageOf(200, 'Down for maintenance')))
    await tab.getByRole('status').getByText('Not connected').waitFor()
    expect(await tab.title()).toBe(title)
    expect(await wordsOn(tab)).not.toContain('maintenance')
    expect(await textsIn(tab)).toEqual(['before'])
    await tab.unroute(POLLS)
    await sayByCurl(server, room, 'after')
    await untilShown(tab, ['before', 'after'])
    expect(await tab.getByRole('status').textContent()).toBe('')
  })

  test.concurrent('to a post, a page of a proxy, is told in our words, and the post is said once', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    const title = await tab.title()
    await tab.route(POSTS, async (route) => {
      await route.fetch()
      await route.fulfill(pageOf(502, 'Bad Gateway'))
    })
    await sayIn(tab, 'hello', 'Ann')
    await tab.getByRole('alert').getByText('No answer came, so this may not').waitFor()
    expect(await tab.title()).toBe(title)
    expect(await wordsOn(tab)).not.toContain('Bad Gateway')
    expect(await messageIn(tab).inputValue()).toBe('hello')
    await tab.unroute(POSTS)
    await tab.getByRole('button', { name: 'Say' }).click()
    await eventually(async () => expect(await messageIn(tab).inputValue()).toBe(''))
    await sayByCurl(server, room, 'after it')
    await untilShown(tab, ['hello', 'after it'])
  })

  test.concurrent('to a post, and breaks off, leaves the composer and its words', async () => {
    const broken = createServer((socket) =>
      socket.once('data', () =>
        socket.end('HTTP/1.1 200 OK\r\nchatbox: fragment\r\ncontent-length: 999\r\n\r\n<form'),
      ),
    ).listen(0, '127.0.0.1')
    atEnd(() => broken.close())
    await once(broken, 'listening')
    const { port } = broken.address() as AddressInfo
    await using tab = await openTab(server, freshRoom())
    await tab.route(POSTS, (route) => route.continue({ url: `http://127.0.0.1:${port}/messages` }))
    await sayIn(tab, 'hello', 'Ann')
    await tab.getByRole('alert').getByText('No answer came, so this may not').waitFor()
    expect(await messageIn(tab).inputValue()).toBe('hello')
    await tab.unroute(POSTS)
    await tab.getByRole('button', { name: 'Say' }).click()
    await untilShown(tab, ['hello'])
    expect(await tab.getByRole('alert').textContent()).toBe('')
  })

  test.concurrent('to a post, a page to log in, leaves the composer, its words and their nonce', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await tab.route(POSTS, async (route) => {
      await route.fetch()
      await route.fulfill(pageOf(200, 'Sign in'))
    })
    await sayIn(tab, 'hello', 'Ann')
    await tab.getByRole('alert').getByText('No answer came, so this may not').waitFor()
    expect(await wordsOn(tab)).not.toContain('Sign in')
    expect(await messageIn(tab).inputValue()).toBe('hello')
    await tab.unroute(POSTS)
    await tab.reload()
    expect(await messageIn(tab).inputValue()).toBe('hello')
    await tab.getByRole('button', { name: 'Say' }).click()
    await eventually(async () => expect(await messageIn(tab).inputValue()).toBe(''))
    await sayByCurl(server, room, 'after it')
    await untilShown(tab, ['hello', 'after it'])
  })

  test.concurrent('with a page to log in instead of older messages, leaves the link to them', async () => {
    const room = freshRoom()
    await sayAll(server, room, numbered(1, 51))
    await using tab = await openTab(server, room)
    await tab.route(/before=/, (route) => route.fulfill(pageOf(200, 'Sign in')))
    const older = tab.getByRole('link', { name: 'Older messages' })
    await older.click()
    await tab.locator('#errors').getByText('No answer came').waitFor()
    expect(await wordsOn(tab)).not.toContain('Sign in')
    expect(await textsIn(tab)).toEqual(numbered(2, 51))
    await tab.unroute(/before=/)
    await older.click()
    await untilShown(tab, numbered(1, 51))
    expect(await tab.locator('#errors').textContent()).toBe('')
  })

  test.concurrent('to a correction, a page to log in, is told beside its box', async () => {
    await using tab = await openTab(server, freshRoom())
    await sayIn(tab, 'one', 'Ann')
    await untilShown(tab, ['one'])
    await tab.locator('.permalink').click()
    const box = tab.getByRole('textbox', { name: 'Correct it' })
    await box.fill('two')
    await tab.route(/revision$/, (route) => route.fulfill(pageOf(200, 'Sign in')))
    const save = () => tab.getByRole('button', { name: 'Save' }).click()
    await save()
    await tab.locator('.told').getByText('No answer came').waitFor()
    expect(await box.inputValue()).toBe('two')
    await tab.unroute(/revision$/)
    await save()
    await untilShown(tab, ['two'])
  })

  for (const [where, isInForm] of Object.entries({ 'that form': true, 'the composer': false }))
    test.concurrent(`with the list anew keeps a form that is open there, and the focus in ${where}`, async () => {
      await using tab = await openTab(server, freshRoom())
      await sayIn(tab, 'one', 'Ann')
      await untilShown(tab, ['one'])
      await tab.locator('.permalink').click()
      const form = tab.getByRole('textbox', { name: 'Correct it' })
      await form.fill('half a ')
      const box = isInForm ? form : messageIn(tab)
      await box.pressSequentially('wo')
      await resetOnce(tab)
      await tab.getByRole('log').getByText('This room was reset').waitFor()
      await tab.keyboard.type('rd')
      expect(await box.inputValue()).toBe(isInForm ? 'half a word' : 'word')
      await form.fill('two')
      await form.press('Enter')
      await untilShown(tab, ['two'])
      expect(await form.count()).toBe(0)
    })

  const whoPolled = { 'since it was said': true, 'not yet since it was said': false }
  for (const [polled, hasPolled] of Object.entries(whoPolled))
    test.concurrent(`with a correction leaves the form that is open there, on a page that polled ${polled}`, async () => {
      const room = freshRoom()
      await using tab = await openTab(server, room)
      const poll = hasPolled ? undefined : await holdAnswer(tab, POLLS, 'GET')
      await poll?.answered
      await sayIn(tab, 'one', 'Ann')
      await untilShown(tab, ['one'])
      const id = (await idsIn(tab))[0]
      if (hasPolled) await tab.waitForResponse((answer) => answer.url().includes(`after=${id}`))
      await tab.locator('.permalink').click()
      const box = tab.getByRole('textbox', { name: 'Correct it' })
      const caret = () => box.evaluate((box: HTMLTextAreaElement) => box.selectionStart)
      await eventually(async () => expect(await caret()).toBe(3))
      await box.fill('half a ')
      await store.revise(room, Number(id), 'two')
      await sayByCurl(server, room, 'after it')
      poll?.release()
      await eventually(async () => expect(await textsIn(tab)).toContain('after it'))
      await tab.keyboard.type('word')
      expect(await box.inputValue()).toBe('half a word')
      await tab.getByRole('link', { name: 'Cancel' }).click()
      await untilShown(tab, ['two', 'after it'])
    })
})
