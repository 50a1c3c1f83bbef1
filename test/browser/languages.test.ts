/** The interface in each reader's language: its words, what it says of itself, and Arabic from the right. */
import { describe, expect, test } from 'bun:test'
import { sharedServer } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import { openTab, sayAll } from '../with/tab.ts'

const LANGUAGES = [
  ['en-GB', 'en', 'ltr', 'Say', 'Messages'],
  ['de-AT', 'de', 'ltr', 'Senden', 'Nachrichten'],
  ['es-MX', 'es', 'ltr', 'Enviar', 'Mensajes'],
  ['ar-EG', 'ar', 'rtl', 'إرسال', 'الرسائل'],
  ['fi-FI', 'en', 'ltr', 'Say', 'Messages'],
] as const

describe('a reader', async () => {
  const server = await sharedServer('sqlite')

  test.concurrent.each(LANGUAGES)(
    'who asks for %s reads %s, which runs %s',
    async (locale, lang, dir, say, messages) => {
      await using tab = await openTab(server, freshRoom(), { locale })
      const page = tab.locator('html')
      expect(await page.getAttribute('lang')).toBe(lang)
      expect(await page.getAttribute('dir')).toBe(dir)
      expect(await page.evaluate((html) => getComputedStyle(html).direction)).toBe(dir)
      expect(await tab.getByRole('button', { name: say, exact: true }).count()).toBe(1)
      expect(await tab.getByRole('log', { name: messages, exact: true }).count()).toBe(1)
    },
  )

  test.concurrent.each([
    ['en', 'ltr'],
    ['ar', 'rtl'],
  ])('in %s begins to write where lines begin, and goes on as letters run', async (locale, dir) => {
    await using tab = await openTab(server, freshRoom(), { locale })
    for (const box of ['#screenname', '#value']) {
      const direction = () =>
        tab.locator(box).evaluate((element) => getComputedStyle(element).direction)
      expect([box, await direction()]).toEqual([box, dir])
      await tab.locator(box).fill('hello')
      expect([box, await direction()]).toEqual([box, 'ltr'])
      await tab.locator(box).fill('مرحبا')
      expect([box, await direction()]).toEqual([box, 'rtl'])
    }
  })

  test.concurrent.each(['en', 'ar'])(
    'in %s finds name, text and time in the order of reading',
    async (locale) => {
      const room = freshRoom()
      await sayAll(server, room, ['hello', 'مرحبا بالجميع'], (value) =>
        value === 'hello' ? 'Bob' : 'رامي',
      )
      await using tab = await openTab(server, room, { locale })
      const inOrder = (selectors: string[]) =>
        tab.evaluate((selectors) => {
          const middle = (selector: string) => {
            const { left, right } = (
              document.querySelector(selector) as HTMLElement
            ).getBoundingClientRect()
            return (left + right) / 2
          }
          return selectors.toSorted((a, b) => middle(a) - middle(b))
        }, selectors)
      const mirrored = (parts: string[]) => (locale === 'ar' ? parts.toReversed() : parts)
      for (const nth of [':nth-of-type(2)', ':nth-of-type(3)']) {
        const parts = ['.user', '.text', '.permalink'].map((part) => `.chat${nth} ${part}`)
        expect(await inOrder(parts.toReversed())).toEqual(mirrored(parts))
      }
      for (const parts of [
        ['h1', 'header nav'],
        ['#value', '#say'],
      ])
        expect(await inOrder(parts.toReversed())).toEqual(mirrored(parts))
    },
  )

  test.concurrent.each(['en', 'ar'])(
    'in %s reads each name and each text from the side where it begins',
    async (locale) => {
      const room = freshRoom()
      const said: [name: string, text: string, directions: string[]][] = [
        ['Bob', 'hello, مرحبا', ['ltr', 'ltr']],
        ['رامي', 'مرحبا, hello', ['rtl', 'rtl']],
        ['רון', 'hello', ['rtl', 'ltr']],
        ['Bob', '/me مرحبا', ['ltr', 'rtl']],
      ]
      for (const [name, text] of said) await sayAll(server, room, [text], () => name)
      await using tab = await openTab(server, room, { locale })
      const directions = await tab
        .locator('.chat')
        .evaluateAll((items) =>
          items.map((item) =>
            ['.user', '.text'].map(
              (part) => getComputedStyle(item.querySelector(part) as Element).direction,
            ),
          ),
        )
      expect(directions).toEqual(said.map(([, , directions]) => directions))
    },
  )
})
