/** Every size, pointer and palette: nothing runs out at the side, all can be touched, and marks differ in any colours. */
import { describe, expect, test } from 'bun:test'
import type { Frame, Page } from 'playwright-core'
import { contrastsOf, HUES } from '../with/contrast.ts'
import { startServer, storeSettings } from '../with/server.ts'
import { STATE_SETTINGS, STATES, tabIn } from '../with/states.ts'
import { freshRoom } from '../with/stores.ts'
import {
  numbered,
  openPerson,
  openTab,
  POLLS,
  sayAll,
  scrollBack,
  untilShown,
} from '../with/tab.ts'

/** What is wider than the place it has: the page, and what scrolls in it. */
const wideIn = (frame: Frame) =>
  frame.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('body, .log')]
      .filter((place) => place.scrollWidth > place.clientWidth)
      .map((place) => `${place.tagName} ${place.id}: ${place.scrollWidth} > ${place.clientWidth}`),
  )

/** The links, buttons and fields outside running text that are smaller than a finger needs. */
const smallIn = (frame: Frame) =>
  frame.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('a, button, input:not([type=hidden]), textarea')]
      .filter((target) => !target.closest('.text, .skip:not(:focus)') && target.checkVisibility())
      .map((target) => [target, target.getBoundingClientRect()] as const)
      .filter(([, { width, height }]) => width < 44 || height < 44)
      .map(([target, { width, height }]) => `${target.outerHTML}: ${width} × ${height}`),
  )

/** Times that lie over each other: the finger would press the wrong one. */
const overlapsIn = (frame: Frame) =>
  frame.evaluate(() =>
    [...document.querySelectorAll('.permalink')]
      .filter((time) => time.checkVisibility())
      .map((time) => time.getBoundingClientRect())
      .flatMap(({ top }, i, all) => {
        const before = all[i - 1]?.bottom ?? top
        return before > top ? [`${before} > ${top}`] : []
      }),
  )

async function inAll(tab: Page, look: (frame: Frame) => Promise<string[]>): Promise<string[]> {
  return (await Promise.all(tab.frames().map(look))).flat()
}

describe('the page', async () => {
  const server = await startServer({ ...(await storeSettings('sqlite')), ...STATE_SETTINGS })

  test.each(Object.entries(STATES))(
    '%s fits a phone and its fingers, and moves nothing',
    async (_, state) => {
      const viewport = { width: 320, height: 640 }
      const touch = { viewport, hasTouch: true, isMobile: true, reducedMotion: 'reduce' } as const
      const look = async (locale: string) => {
        await using tab = await tabIn(state, server, { ...touch, locale })
        const wide = await inAll(tab, wideIn)
        // What 200 % make of a window of 1280 pixels; and of one of 640, which was the first.
        await tab.setViewportSize({ width: 640, height: 400 })
        const moving = await tab.evaluate(
          () =>
            [...document.querySelectorAll('*')].filter((element) => {
              const { animationName, transitionDuration } = getComputedStyle(element)
              return animationName !== 'none' || transitionDuration !== '0s'
            }).length,
        )
        const zoomed = await inAll(tab, wideIn)
        const [small, over] = [await inAll(tab, smallIn), await inAll(tab, overlapsIn)]
        return { wide, zoomed, small, over, moving }
      }
      const well = { wide: [], zoomed: [], small: [], over: [], moving: 0 }
      expect(await Promise.all(['en', 'ar'].map(look))).toEqual([well, well])
    },
  )

  test.concurrent.each([320, 1280])(
    'keeps together what one person says, and names on one line, %d pixels wide',
    async (width) => {
      const room = `${freshRoom()}-${'a'.repeat(40)}`
      const person = openPerson(server, room, 'A name of forty characters, to the last1')
      await person.say('one')
      await person.say('two')
      await openPerson(server, room, 'Bob').say('three')
      const touch = { viewport: { width, height: 568 }, hasTouch: true, isMobile: true }
      await using tab = await openTab(server, room, touch)
      const [heading, name, one, two, other] = await Promise.all(
        ['h1', '.user >> nth=0', '.text >> nth=0', '.text >> nth=1', '.user >> nth=2'].map((part) =>
          tab.locator(part).evaluate((element) => element.getBoundingClientRect()),
        ),
      )
      expect(heading?.height).toBeLessThan(60)
      expect(name?.height).toBe(24)
      const between = (above?: DOMRect, below?: DOMRect) => (below?.top ?? 0) - (above?.bottom ?? 0)
      expect(between(name, one)).toBeLessThanOrEqual(4)
      // A line and what a finger needs besides; another person stands off further.
      expect(between(one, two)).toBeLessThanOrEqual(44 - 26)
      expect(between(two, other)).toBeGreaterThan(between(one, two) + 4)
    },
  )

  test.concurrent('has its edges in one line, and nothing at those of a phone', async () => {
    const viewport = { width: 320, height: 568 }
    const refused = STATES['a refused post without a script'] as (typeof STATES)[string]
    await using mended = await tabIn(refused, server, { viewport })
    const edgeOf = async (part: string) => (await mended.locator(part).boundingBox())?.x
    expect(await edgeOf('textarea')).toBe(await edgeOf('h1'))
    const line = (form: Element) => getComputedStyle(form).borderBlockStartStyle
    expect(await mended.locator('#composer').evaluate(line)).toBe('none')

    await using empty = await openTab(server, freshRoom(), { viewport })
    const [from, to] = await empty.locator('.empty').evaluate((sentence) => {
      const range = document.createRange()
      range.selectNodeContents(sentence)
      const { left, right } = range.getBoundingClientRect()
      return [left, right]
    })
    expect(from).toBeGreaterThanOrEqual(16)
    expect(to).toBeLessThanOrEqual(304)
  })

  test.concurrent('shows all of the newest message where the window is no higher than a few lines', async () => {
    const room = freshRoom()
    await sayAll(server, room, numbered(1, 30))
    await using tab = await openTab(server, room, { viewport: { width: 320, height: 256 } })
    const last = await tab.locator('.chat').last().boundingBox()
    const log = await tab.locator('#log').boundingBox()
    expect(last?.y).toBeGreaterThanOrEqual(log?.y ?? 0)
    expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(
      (log?.y ?? 0) + (log?.height ?? 0),
    )
  })

  test.concurrent('shows all messages on paper', async () => {
    const room = freshRoom()
    await sayAll(server, room, numbered(1, 50))
    await using tab = await openTab(server, room)
    await tab.emulateMedia({ media: 'print' })
    const hidden = await tab.locator('#log').evaluate((log) => log.scrollHeight - log.clientHeight)
    expect(hidden).toBe(0)
    expect(await tab.locator('#log').evaluate((log) => log.clientHeight)).toBeGreaterThan(1000)
    expect(await tab.locator('#composer').isVisible()).toBe(false)
  })

  test.concurrent('tells side by side of what is new and of what is lost', async () => {
    const room = freshRoom()
    await sayAll(server, room, numbered(1, 30))
    await using tab = await openTab(server, room, { viewport: { width: 320, height: 568 } })
    await scrollBack(tab)
    await sayAll(server, room, ['news'])
    await tab.locator('#new').waitFor()
    await tab.route(POLLS, (route) => route.abort())
    await tab.locator('#status:not(:empty)').waitFor()
    const [log, news, lost] = await Promise.all(
      ['#log', '#new', '#status'].map((part) =>
        tab.locator(part).evaluate((element) => element.getBoundingClientRect()),
      ),
    )
    const bottom = log?.bottom ?? 0
    for (const told of [news, lost]) {
      expect(told?.bottom).toBeLessThanOrEqual(bottom)
      expect(told?.top).toBeGreaterThanOrEqual(bottom - 50)
    }
    expect(lost?.left).toBeGreaterThanOrEqual(news?.right ?? 0)
  })

  test.concurrent.each(['en', 'de', 'ar'])(
    'offers live reading in two rows of a phone, in %s',
    async (locale) => {
      const options = { locale, javaScriptEnabled: false, viewport: { width: 320, height: 568 } }
      await using tab = await openTab(server, freshRoom(), options)
      expect((await tab.locator('.strip').boundingBox())?.height).toBe(88)
    },
  )

  test.concurrent('shows a mention and the focus where the reader decides about colours', async () => {
    const room = freshRoom()
    await sayAll(server, room, ['hello', 'Ann, are you here?'])
    await using tab = await openTab(server, room, { forcedColors: 'active' })
    await tab.locator('#screenname').fill('Ann')
    await sayAll(server, room, ['Ann!'])
    await untilShown(tab, ['hello', 'Ann, are you here?', 'Ann!'])
    const borderOf = (message: number) =>
      tab
        .locator('.chat')
        .nth(message)
        .evaluate((item) => getComputedStyle(item).borderInlineStartWidth)
    expect([await borderOf(0), await borderOf(2)]).toEqual(['0px', '3px'])
    for (const place of ['#value', '#say', '.chat .permalink', 'header nav a', '#log']) {
      const focused = tab.locator(place).first()
      const outline = () =>
        focused.evaluate((element) => {
          const { outlineStyle, outlineWidth } = getComputedStyle(element)
          return `${outlineStyle} ${outlineWidth}`
        })
      const before = await outline()
      await focused.focus()
      await tab.keyboard.press('Shift+Tab')
      await tab.keyboard.press('Tab')
      expect([place, await outline()]).toEqual([place, 'solid 2px'])
      expect(before).not.toBe('solid 2px')
    }
  })

  test.concurrent.each(['light', 'dark'] as const)(
    'has names of twelve colours that are all read well on %s paper',
    async (colorScheme) => {
      const room = freshRoom()
      await using tab = await openTab(server, room, { colorScheme })
      await sayAll(server, room, ['hello'])
      await untilShown(tab, ['hello'])
      const names = await contrastsOf(tab, '.user')
      expect(new Set(names.map(({ color }) => color)).size).toBe(HUES)
      expect(names.filter(({ contrast }) => contrast < 4.5)).toEqual([])
    },
  )
})
