/** The element `<chat-box>` on a page of another site. */
import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { openHosted, strict } from '../with/host.ts'
import { freshRoom } from '../with/stores.ts'
import { eventually, sayByCurl } from '../with/tab.ts'

describe('the element', async () => {
  const { host, server } = await openHosted()
  const script = `<script src="${server.url}/embed.js" async></script>`
  const framesIn = (tab: Page) =>
    tab
      .locator('iframe')
      .evaluateAll((frames) =>
        frames.map((frame) => (frame as HTMLIFrameElement).src.replace(/^.*\/rooms\//, '')),
      )
  const untilFrames = (tab: Page, frames: string[]) =>
    eventually(async () => expect(await framesIn(tab)).toEqual(frames))

  test.concurrent('shows its room under a strict policy, as high as what is in it', async () => {
    const room = freshRoom()
    await sayByCurl(server, room, 'hello')
    await using tab = await host.open(
      `${script}<chat-box room="${room}"><a href="#">Chat</a></chat-box>`,
      { policy: strict(server) },
    )
    await tab.frameLocator('chat-box > iframe').getByText('hello').waitFor()
    expect(await tab.getByRole('link', { name: 'Chat' }).count()).toBe(0)
    await eventually(async () =>
      expect(await tab.locator('iframe').getAttribute('height')).not.toBe('480'),
    )
  })

  test.concurrent('is asked for several times, before and after the script, which may come twice', async () => {
    const troubles: string[] = []
    await using both = await host.open(
      `<chat-box room="one"></chat-box>${script}${script}<chat-box room="two" readonly theme="dark"></chat-box>`,
    )
    both.on('pageerror', (error) => troubles.push(String(error)))
    await both.reload()
    await untilFrames(both, ['one/embed?theme=light', 'two/embed?readonly&theme=dark'])
    await both.evaluate(() => {
      document.body.innerHTML += '<chat-box room="three"></chat-box>'
    })
    await eventually(async () => expect((await framesIn(both)).at(-1)).toStartWith('three/'))
    expect(troubles).toEqual([])
  })

  test.concurrent('follows its attributes', async () => {
    await using tab = await host.open(`${script}<chat-box room="one"></chat-box>`)
    await untilFrames(tab, ['one/embed?theme=light'])
    const set = (name: string, value: string) =>
      tab
        .locator('chat-box')
        .evaluate((box, pair) => box.setAttribute(...pair), [name, value] as [string, string])
    await set('theme', 'dark')
    await untilFrames(tab, ['one/embed?theme=dark'])
    await set('readonly', '')
    await untilFrames(tab, ['one/embed?readonly&theme=dark'])
    await set('room', 'two')
    await untilFrames(tab, ['two/embed?readonly&theme=dark'])
    await set('room', '')
    await untilFrames(tab, [])
    await set('room', 'three')
    await untilFrames(tab, ['three/embed?readonly&theme=dark'])
  })

  test.concurrent('goes on when it is moved, and is followed where its page turns dark', async () => {
    const room = freshRoom()
    await using tab = await host.open(`${script}<chat-box room="${room}"></chat-box><p></p>`)
    await tab.frameLocator('iframe').locator('#composer').waitFor()
    await tab.evaluate(() =>
      document.querySelector('p')?.append(document.querySelector('chat-box') as Node),
    )
    await untilFrames(tab, [`${room}/embed?theme=light`])
    await tab.frameLocator('p > chat-box > iframe').locator('#composer').waitFor()
    await tab.evaluate(() => {
      document.body.style.color = 'white'
    })
    await eventually(async () =>
      expect(await tab.frameLocator('iframe').locator('html').getAttribute('data-theme')).toBe(
        'dark',
      ),
    )
  })
})
