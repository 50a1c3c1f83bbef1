/** A mention of the reader's own name stands out. */
import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { startServer, storeSettings } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import { openTab, sayAll, sayIn, untilShown } from '../with/tab.ts'

const settings = { ...(await storeSettings('sqlite')), POLL_SECONDS: '1' }
const server = await startServer(settings)

/** The texts whose ground differs from that of the first. */
const outstandingIn = (tab: Page) =>
  tab.locator('.chat').evaluateAll((items) => {
    const ground = (item: Element) => getComputedStyle(item).backgroundColor
    return items
      .filter((item) => ground(item) !== ground(items[0] as Element))
      .map((item) => item.querySelector('.text')?.textContent)
  })

test.concurrent.each([
  ['Ann', ['Ann', 'hi ann!', '@ANN: look', 'ask Ann\nagain'], ['Anna', 'Joann', 'annex', 'An n']],
  ['Ann Lee', ['so, ann lee?', 'Ann\nLee'], ['Ann', 'Lee Ann', 'Ann Leeds', 'Joann Lee']],
  ['علي', ['يا علي، أين أنت؟', 'علي'], ['السلام عليكم', 'ما علينا', 'العلي']],
  ['רון', ['שלום, רון!'], ['בתוך הארון', 'רונית']],
  ['小明', ['请问小明在吗'], ['小 明', '明小']],
  ['สมชาย', ['สวัสดีสมชายครับ'], ['สมหญิง']],
  ['민수', ['민수야 안녕'], ['민지야 안녕']],
  ['.*', [], ['anything', '...']],
])(
  'of %s, as whole words, by others, on the open page and after a reload',
  async (name, by, not) => {
    const room = freshRoom()
    await using tab = await openTab(server, room, {})
    const own = `I am ${name}`
    await sayIn(tab, own, name)
    await untilShown(tab, [own])
    await sayAll(server, room, [...by, ...not], () => name)
    await untilShown(tab, [own, ...by, ...not])
    expect(await outstandingIn(tab)).toEqual(by)
    await tab.reload()
    expect(await outstandingIn(tab)).toEqual(by)

    await using other = await openTab(server, room, { javaScriptEnabled: false })
    expect(await outstandingIn(other)).toEqual([])
  },
)

test.concurrent.each([true, false])(
  'stands out on other pages, too (JavaScript: %p)',
  async (javaScriptEnabled) => {
    const room = freshRoom()
    await using tab = await openTab(server, room, { javaScriptEnabled })
    await sayIn(tab, 'I am here', 'Ann')
    await untilShown(tab, ['I am here'])
    const [mention, , last] = await sayAll(server, room, ['hello Ann', 'nothing', 'at all'])
    for (const path of [`?before=${last}`, `/${last}`, '?refresh=3600']) {
      await tab.goto(`${server.url}/rooms/${room}/messages${path}`)
      const outstanding = await tab
        .locator('[data-mentions]')
        .evaluateAll((all) => all.map(({ id }) => id))
      expect([path, outstanding]).toEqual([path, [`m-${mention}`]])
    }
  },
)
