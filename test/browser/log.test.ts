/** The log as a screen reader has it: what is new is added at its end, and nothing else ever speaks. */
import { describe, expect, test } from 'bun:test'
import type { CDPSession, Page } from 'playwright-core'
import { sharedServer } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import {
  eventually,
  holdAnswer,
  messageIn,
  numbered,
  openTab,
  POLLS,
  sayAll,
  sayByCurl,
  sayIn,
  scrollBack,
  textsIn,
  untilShown,
} from '../with/tab.ts'

type Node = Awaited<ReturnType<typeof nodesIn>>[number]

/** The log in the accessibility tree: itself first, then all that is in it, in the order of reading. */
async function nodesIn(session: CDPSession) {
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  const byId = new Map(nodes.map((node) => [node.nodeId, node]))
  const below = (id: string): typeof nodes => {
    const node = byId.get(id)
    return node ? [node, ...(node.childIds ?? []).flatMap(below)] : []
  }
  const log = nodes.find(({ role }) => role?.value === 'log')
  return below(log?.nodeId ?? '').filter(({ ignored }) => !ignored)
}

async function listen(tab: Page): Promise<CDPSession> {
  const session = await tab.context().newCDPSession(tab)
  // From here on, a node keeps its id as long as it is the same.
  await session.send('Accessibility.enable')
  return session
}

const idsOf = (nodes: Node[]) => nodes.map(({ nodeId }) => nodeId)
const namesOf = (nodes: Node[]) => nodes.map(({ name }) => name?.value)
const propertyOf = (node: Node | undefined, name: string) =>
  node?.properties?.find((property) => property.name === name)?.value.value

/** Writes down which messages come into the list and go from it, and how the log stood then. */
const watchList = (tab: Page) =>
  tab.evaluate(() => {
    const log = document.querySelector('[role=log]') as HTMLElement
    const seen: string[] = []
    const told = (what: string, nodes: NodeList) => {
      for (const node of nodes)
        if (node instanceof HTMLElement && node.matches('.chat'))
          seen.push(`${what} ${log.ariaLive} ${node.querySelector('.text')?.textContent}`)
    }
    new MutationObserver((changes) => {
      for (const { addedNodes, removedNodes } of changes) {
        told('removed', removedNodes)
        told('added', addedNodes)
      }
    }).observe(log, { childList: true, subtree: true })
    Object.assign(window, { seen })
  })

const seenIn = (tab: Page) => tab.evaluate(() => (window as unknown as { seen: string[] }).seen)

describe('the log', async () => {
  const server = await sharedServer('sqlite')

  test.concurrent('speaks politely, of additions alone, message by message', async () => {
    await using tab = await openTab(server, freshRoom())
    const [log] = await nodesIn(await listen(tab))
    expect(log?.name?.value).toBe('Messages')
    expect(propertyOf(log, 'live')).toBe('polite')
    expect(propertyOf(log, 'relevant')).toBe('additions text')
    expect(propertyOf(log, 'atomic') ?? false).toBe(false)
    expect(propertyOf(log, 'busy') ?? false).toBe(false)
  })

  test.concurrent('only grows at its end while others speak: all that was there is there as it was', async () => {
    const room = freshRoom()
    await sayAll(server, room, numbered(1, 3))
    await using tab = await openTab(server, room)
    const session = await listen(tab)
    for (const next of [4, 5]) {
      const before = await nodesIn(session)
      await sayByCurl(server, room, `message ${next}`)
      await untilShown(tab, numbered(1, next))
      const after = await nodesIn(session)
      expect(idsOf(after).slice(0, before.length)).toEqual(idsOf(before))
      expect(namesOf(after).slice(0, before.length)).toEqual(namesOf(before))
      const added = namesOf(after.slice(before.length))
      expect(added.filter((name) => name === `message ${next}`)).not.toEqual([])
      expect(added.join()).not.toContain(`message ${next - 1}`)
    }
  })

  test.concurrent('says an own message once, though a poll and its post bring it', async () => {
    await using tab = await openTab(server, freshRoom())
    await watchList(tab)
    const post = await holdAnswer(tab, /\/messages$/, 'POST')
    await sayIn(tab, 'own', 'Ann')
    await post.answered
    await untilShown(tab, ['own'])
    post.release()
    await eventually(async () => expect(await messageIn(tab).inputValue()).toBe(''))
    expect(await seenIn(tab)).toEqual(['added null own'])
  })

  test.concurrent('says an own message once, too, where the poll comes after', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await watchList(tab)
    const poll = await holdAnswer(tab, POLLS, 'GET')
    await sayIn(tab, 'own', 'Ann')
    await untilShown(tab, ['own'])
    await poll.answered
    poll.release()
    await sayByCurl(server, room, 'theirs')
    await untilShown(tab, ['own', 'theirs'])
    expect(await seenIn(tab)).toEqual(['added null own', 'added null theirs'])
  })

  test.concurrent('leaves it to an alert, once and at once, why a correction in it was refused', async () => {
    await using tab = await openTab(server, freshRoom())
    await sayIn(tab, 'own', 'Ann')
    await untilShown(tab, ['own'])
    await tab.locator('.permalink').click()
    await tab.getByRole('textbox', { name: 'Correct it' }).fill(' ')
    const log = tab.getByRole('log')
    await eventually(async () => expect(await log.getAttribute('aria-live')).toBeNull())
    await tab.evaluate(() => {
      const log = document.querySelector('[role=log]') as HTMLElement
      const told = document.querySelector('.told') as HTMLElement
      const seen: string[] = []
      new MutationObserver(() => seen.push(`${log.ariaLive} ${told.textContent}`)).observe(told, {
        childList: true,
      })
      Object.assign(window, { seen })
    })
    await tab.getByRole('button', { name: 'Save' }).click()
    await tab.locator('.told').getByText('The message is empty').waitFor()
    expect(await seenIn(tab)).toEqual(['null The message is empty.'])
    const alert = (await nodesIn(await listen(tab))).find(({ role }) => role?.value === 'alert')
    expect(propertyOf(alert, 'live')).toBe('assertive')
  })

  test.concurrent('is silent about older messages, and speaks again after them', async () => {
    const room = freshRoom()
    await sayAll(server, room, numbered(1, 51))
    await using tab = await openTab(server, room)
    await watchList(tab)
    const session = await listen(tab)
    await scrollBack(tab)
    await untilShown(tab, numbered(1, 51))
    expect(await seenIn(tab)).toEqual(['added off message 1'])
    const log = tab.getByRole('log')
    await eventually(async () => expect(await log.getAttribute('aria-live')).toBeNull())
    expect(propertyOf((await nodesIn(session))[0], 'live')).toBe('polite')
    await sayByCurl(server, room, 'message 52')
    await untilShown(tab, numbered(1, 52))
    expect((await seenIn(tab)).at(-1)).toBe('added null message 52')
    expect((await textsIn(tab)).length).toBe(52)
  })
})
