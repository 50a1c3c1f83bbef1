/** What a host may set to make the chatbox look like its own pages. */
import { expect, test } from 'bun:test'
import { startServer, storeSettings } from '../with/server.ts'
import { STATES, tabIn } from '../with/states.ts'

const COLOUR = 'rgb(1, 2, 3)'

/** Each property, what it is set to, and where that is seen. */
const PROPERTIES = [
  ['--chat-ink', COLOUR, 'body', 'color'],
  ['--chat-quiet', COLOUR, '.permalink', 'color'],
  ['--chat-paper', COLOUR, 'body', 'background-color'],
  ['--chat-raised', COLOUR, '.chat:target', 'background-color'],
  ['--chat-line', COLOUR, 'header', 'border-bottom-color'],
  ['--chat-edge', COLOUR, '#value', 'border-bottom-color'],
  ['--chat-accent', COLOUR, '#say', 'background-color'],
  ['--chat-alert', COLOUR, '#errors', 'color'],
  ['--chat-marked', COLOUR, '[data-mentions]', 'background-color'],
  ['--chat-text', 'fantasy', '.text', 'font-family'],
  ['--chat-plain', 'cursive', '#say', 'font-family'],
  ['--chat-width', '320px', '#chatbox', 'max-width'],
] as const

test('a host sets colours, fonts and width, and each is seen where it belongs', async () => {
  const server = await startServer({ ...(await storeSettings('sqlite')), POLL_SECONDS: '1' })
  const everything = STATES['a room with many kinds of messages'] as (typeof STATES)[string]
  await using tab = await tabIn(everything, server)
  await tab.evaluate(() => {
    location.hash = document.querySelector('.chat')?.id ?? ''
  })
  for (const [property, value, place, seenAs] of PROPERTIES) {
    const seen = () =>
      tab
        .locator(place)
        .first()
        .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), seenAs)
    expect([property, await seen()]).not.toEqual([property, value])
    await tab.evaluate(
      ([property, value]) => document.documentElement.style.setProperty(property, value),
      [property, value] as const,
    )
    expect([property, await seen()]).toEqual([property, value])
  }
})
