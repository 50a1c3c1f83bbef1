/** The composer while and after its post is on the way: nobody loses a word or their place. */
import { describe, expect, test } from 'bun:test'
import { sharedServer } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import {
  eventually,
  holdAnswer,
  messageIn,
  nameIn,
  openTab,
  sayIn,
  untilShown,
} from '../with/tab.ts'

describe('the composer', async () => {
  const server = await sharedServer('sqlite')

  test.concurrent('what is typed while a post is on its way stays', async () => {
    await using tab = await openTab(server, freshRoom())
    const post = await holdAnswer(tab, /\/messages$/, 'POST')
    await sayIn(tab, 'first', 'Ann')
    await post.answered
    await messageIn(tab).fill('and more')
    post.release()
    await eventually(async () =>
      expect(await tab.getByRole('button', { name: 'Say' }).isEnabled()).toBe(true),
    )
    expect(await messageIn(tab).inputValue()).toBe('and more')
  })

  test.concurrent('who says something by keyboard can go on by keyboard', async () => {
    await using tab = await openTab(server, freshRoom())
    const focused = () => tab.evaluate(() => document.activeElement?.closest('#composer') !== null)
    await nameIn(tab).fill('Ann')
    await messageIn(tab).fill('hello')
    await tab.keyboard.press('Tab')
    await tab.keyboard.press('Enter')
    await untilShown(tab, ['hello'])
    await eventually(async () => expect(await focused()).toBe(true))
  })
})
