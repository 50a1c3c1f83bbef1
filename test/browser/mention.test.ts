/** A mention of the reader's own name stands out. */
import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { sharedServer } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import { openTab, sayAll, sayIn, untilShown } from '../with/tab.ts'

const server = await sharedServer('sqlite')

/** The texts, from a message on, whose ground differs from that of the first of all. */
const outstandingIn = (tab: Page, from = 0) =>
  tab.evaluate((from) => {
    const items = [...document.querySelectorAll('.chat')]
    const ground = (item: Element) => getComputedStyle(item).backgroundColor
    return items
      .slice(from)
      .filter((item) => ground(item) !== ground(items[0] as Element))
      .map((item) => item.querySelector('.text')?.textContent)
  }, from)

const NAMES: [name: string, by: string[], not: string[]][] = [
  ['Ann', ['Ann', 'hi ann!', '@ANN: look', 'ask Ann\nagain'], ['Anna', 'Joann', 'annex', 'An n']],
  ['Ann Lee', ['so, ann lee?', 'Ann\nLee'], ['Ann', 'Lee Ann', 'Ann Leeds', 'Joann Lee']],
  ['علي', ['يا علي، أين أنت؟', 'علي'], ['السلام عليكم', 'ما علينا', 'العلي']],
  ['רון', ['שלום, רון!'], ['בתוך הארון', 'רונית']],
  ['小明', ['请问小明在吗'], ['小 明', '明小']],
  ['สมชาย', ['สวัสดีสมชายครับ'], ['สมหญิง']],
  ['민수', ['민수야 안녕'], ['민지야 안녕']],
  ['.*', [], ['anything', '...']],
]

test.concurrent('of any name, as whole words, by others, on the open page and after a reload', async () => {
  const room = freshRoom()
  await using tab = await openTab(server, room, { alone: true })
  const said: string[] = []
  for (const [name, by, not] of NAMES) {
    const from = said.length
    const own = `I am ${name}`
    await sayIn(tab, own, name)
    said.push(own)
    await untilShown(tab, said)
    await sayAll(server, room, [...by, ...not], () => name)
    said.push(...by, ...not)
    await untilShown(tab, said)
    expect([name, await outstandingIn(tab, from)]).toEqual([name, by])
    await tab.reload()
    expect([name, await outstandingIn(tab, from)]).toEqual([name, by])
  }

  await using other = await openTab(server, room, { javaScriptEnabled: false, alone: true })
  expect(await outstandingIn(other)).toEqual([])
})

test.concurrent.each([true, false])(
  'stands out on other pages, too (JavaScript: %p)',
  async (javaScriptEnabled) => {
    const room = freshRoom()
    await using tab = await openTab(server, room, { javaScriptEnabled, alone: true })
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
