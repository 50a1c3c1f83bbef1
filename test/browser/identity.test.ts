/** Who a browser is to others: a name that is asked once, and a mark and a colour of its own. */
import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { contrastsOf, HUES } from '../with/contrast.ts'
import { sharedServer } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import {
  eventually,
  messageIn,
  nameIn,
  openTab,
  sayIn,
  shownIn,
  textsIn,
  untilShown,
} from '../with/tab.ts'

const PLAIN = { javaScriptEnabled: false }

const marksIn = (tab: Page) => tab.locator('#chatbox .mark').allTextContents()
const ownMark = (tab: Page) => tab.locator('#composer .mark')

describe('a browser', async () => {
  const server = await sharedServer('sqlite')
  const marksInJson = async (room: string) => {
    const answer = await fetch(`${server.url}/rooms/${room}/messages.json`)
    const { messages } = (await answer.json()) as { messages: { mark: string }[] }
    return messages.map(({ mark }) => mark)
  }

  for (const { kind, own } of [
    { kind: 'with JavaScript', own: {} },
    { kind: 'without JavaScript', own: PLAIN },
  ])
    test.concurrent(`is asked for its name once, and keeps name and mark, ${kind}`, async () => {
      const [room, another] = [freshRoom(), freshRoom()]
      await using tab = await openTab(server, room, { ...own, alone: true })
      expect(await nameIn(tab).inputValue()).toBe('')
      const mark = await ownMark(tab).textContent()
      await sayIn(tab, 'one', 'Ann "<Ä> 👩‍👩‍👧')
      // The message may come by a poll before the answer to its post does, which brings the name to keep.
      await eventually(async () => expect(await messageIn(tab).inputValue()).toBe(''))
      await untilShown(tab, ['one'])
      await tab.goto(`${server.url}/rooms/${another}`)
      expect(await nameIn(tab).inputValue()).toBe('Ann "<Ä> 👩‍👩‍👧')
      expect(await ownMark(tab).textContent()).toBe(mark)
      await sayIn(tab, 'two')
      await untilShown(tab, ['two'])
      expect(await marksIn(tab)).toEqual([mark as string])
      expect((await shownIn(tab))[0]?.user).toBe('Ann "<Ä> 👩‍👩‍👧')

      await sayIn(tab, 'three', 'Bea')
      await untilShown(tab, ['two', 'three'])
      await tab.goto(`${server.url}/rooms/${room}`)
      expect(await nameIn(tab).inputValue()).toBe('Bea')
    })

  test.concurrent('that takes the name of another is visibly another person', async () => {
    const room = freshRoom()
    await using ann = await openTab(server, room)
    await using other = await openTab(server, room, { person: 'Bob' })
    await sayIn(ann, 'one', 'Ann')
    await untilShown(other, ['one'])
    await sayIn(other, 'two', 'Ann')
    await untilShown(other, ['one', 'two'])
    await sayIn(ann, 'three')
    await untilShown(other, ['one', 'two', 'three'])
    const marks = await marksIn(other)
    const [first = '', second = ''] = marks
    expect(marks).toEqual([first, second, first])
    expect(second).not.toBe(first)
    expect(await marksInJson(room)).toEqual(marks)
    expect([await ownMark(ann).textContent(), await ownMark(other).textContent()]).toEqual([
      first,
      second,
    ])
    // Not even grouped: the name is said anew.
    expect(await other.locator('[data-continues]').count()).toBe(0)
  })

  test.concurrent('whose cookie is not signed by the server is given a new one', async () => {
    await using tab = await openTab(server, freshRoom(), { alone: true })
    const mark = await ownMark(tab).textContent()
    const [cookie] = await tab.context().cookies()
    if (!cookie) throw new Error('no cookie')
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
    const forged = (cookie.value.startsWith('A') ? 'B' : 'A') + cookie.value.slice(1)
    await tab.context().addCookies([{ ...cookie, value: forged }])
    await tab.reload()
    expect(await ownMark(tab).textContent()).not.toBe(mark)
    expect((await tab.context().cookies())[0]?.value).not.toBe(forged)
  })

  test.concurrent('that became another since the page was opened can change what it says there', async () => {
    await using tab = await openTab(server, freshRoom(), { alone: true })
    const mark = await ownMark(tab).textContent()
    await tab.context().clearCookies()
    await sayIn(tab, 'hello', 'Ann')
    await eventually(async () => expect(await ownMark(tab).textContent()).not.toBe(mark))
    await untilShown(tab, ['hello'])
    expect(await marksIn(tab)).toEqual(await ownMark(tab).allTextContents())
    await tab.locator('#chatbox .permalink').click()
    await tab.getByRole('link', { name: 'Cancel' }).waitFor()
  })

  for (const colorScheme of ['light', 'dark'] as const)
    test.concurrent(`has a mark whose every colour can be read, ${colorScheme}`, async () => {
      const room = freshRoom()
      await using tab = await openTab(server, room, { colorScheme })
      await sayIn(tab, 'hello', 'Ann')
      await untilShown(tab, ['hello'])
      const colours = await tab
        .locator('.mark')
        .evaluateAll((marks) => marks.map((mark) => getComputedStyle(mark).color))
      expect(colours).toHaveLength(2)
      expect(new Set(colours).size).toBe(1)
      const contrasts = (await contrastsOf(tab, '.mark')).map(({ contrast }) => contrast)
      expect(contrasts).toHaveLength(2 * HUES)
      expect(Math.min(...contrasts)).toBeGreaterThanOrEqual(4.5)
      expect(await textsIn(tab)).toEqual(['hello'])
    })
})
