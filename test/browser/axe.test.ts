/** What axe-core finds on the pages: nothing, in any state, light or dark. */
import { describe, expect, test } from 'bun:test'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { startServer, storeSettings } from '../with/server.ts'
import { STATE_SETTINGS, STATES, tabIn } from '../with/states.ts'

const AXE = await Bun.file(Bun.resolveSync('axe-core/axe.min.js', import.meta.dir)).text()

/** WCAG 2.0 to 2.2, A and AA, and what axe recommends beyond it. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice']

/** Those that have what others have, and more, are looked at from right to left as well. */
const MIRRORED = [
  'a room with many kinds of messages',
  'a page that is not connected',
  'the form of an own message',
  'the page to share a room',
  'the page of a room’s moderation',
]

/** What axe has to say against a page and the frames in it: the rule, and where. */
function foundBy(tab: Page, options: axe.RunOptions): Promise<string[]> {
  return tab.evaluate(async (options) => {
    // What was found to be well is long, and told in short.
    const { violations } = await axe.run({ ...options, resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
  }, options)
}

describe('axe finds nothing', async () => {
  const server = await startServer({ ...(await storeSettings('sqlite')), ...STATE_SETTINGS })

  test('also from right to left', () =>
    expect(Object.keys(STATES)).toEqual(expect.arrayContaining(MIRRORED)))

  test.each(Object.entries(STATES))('in %s', async (name, state) => {
    const rules = {
      'target-size': { enabled: true },
      // A page that reads itself anew is what its reader asked for, and can end.
      'meta-refresh': { enabled: name !== 'the log in a frame' },
    }
    const look = async (locale: string) => {
      await using tab = await tabIn(state, server, { locale })
      // Not a script on the page, which its policy would stop.
      for (const frame of tab.frames()) await frame.evaluate(AXE)
      const light = await foundBy(tab, { runOnly: TAGS, rules })
      await tab.emulateMedia({ colorScheme: 'dark' })
      const dark = await foundBy(tab, { runOnly: ['color-contrast'] })
      return { light, dark }
    }
    const locales = MIRRORED.includes(name) ? ['en', 'ar'] : ['en']
    for (const locale of locales) expect(await look(locale)).toEqual({ light: [], dark: [] })
  })
})
