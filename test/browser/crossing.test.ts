/** Posts and polls that cross each other: whatever comes first, each message stands once and in its place. */
import { describe, expect, test } from 'bun:test'
import { sharedServer } from '../with/server.ts'
import { freshRoom, KINDS } from '../with/stores.ts'
import {
  eventually,
  holdAnswer,
  idsIn,
  messageIn,
  openTab,
  POLLS,
  sayByCurl,
  sayIn,
  textsIn,
  untilShown,
} from '../with/tab.ts'

describe.each(KINDS)('posts and polls that cross, on %s', async (kind) => {
  const server = await sharedServer(kind)

  test.concurrent('what others said before goes above an own message that was shown first', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await tab.waitForResponse(POLLS)
    await sayByCurl(server, room, 'theirs')
    const poll = await holdAnswer(tab, POLLS, 'GET')
    await poll.answered
    await sayIn(tab, 'own', 'Ann')
    await eventually(async () => expect(await textsIn(tab)).toContain('own'))
    poll.release()
    await untilShown(tab, ['theirs', 'own'])
    await tab.waitForResponse((answer) => POLLS.test(answer.url()) && answer.status() === 204)
    expect(await textsIn(tab)).toEqual(['theirs', 'own'])
  })

  test.concurrent('an own message that a poll brings first is not doubled by the answer to its post', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    const post = await holdAnswer(tab, /\/messages$/, 'POST')
    await sayIn(tab, 'own', 'Ann')
    await post.answered
    await untilShown(tab, ['own'])
    expect(await messageIn(tab).inputValue()).toBe('own')
    post.release()
    await eventually(async () => expect(await messageIn(tab).inputValue()).toBe(''))
    expect(await textsIn(tab)).toEqual(['own'])
  })

  test.concurrent('many posts in a row, while polls go on and others speak, stand in one order', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    const own = ['a', 'b', 'c', 'd', 'e', 'f']
    for (const text of own) {
      await sayIn(tab, text, 'Ann')
      await sayByCurl(server, room, `not ${text}`)
      await eventually(async () => expect(await messageIn(tab).inputValue()).toBe(''))
    }
    await eventually(async () => expect(await idsIn(tab)).toHaveLength(12))
    const ids = await idsIn(tab)
    expect(ids).toEqual([...new Set(ids)].sort())
    expect((await textsIn(tab)).filter((text) => text.length === 1)).toEqual(own)
  })

  test.concurrent('a post whose answer was lost is said once, though it is sent again', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await tab.route(
      /\/messages$/,
      async (route) => {
        await route.fetch()
        await route.abort()
      },
      { times: 1 },
    )
    await sayIn(tab, 'own', 'Ann')
    await untilShown(tab, ['own'])
    expect(await messageIn(tab).inputValue()).toBe('own')
    await tab.getByRole('button', { name: 'Say' }).click()
    await eventually(async () => expect(await messageIn(tab).inputValue()).toBe(''))
    await sayByCurl(server, room, 'last')
    await untilShown(tab, ['own', 'last'])
  })

  test.concurrent('a double click says it once', async () => {
    const room = freshRoom()
    await using tab = await openTab(server, room)
    await sayIn(tab, 'first', 'Ann')
    await untilShown(tab, ['first'])
    await eventually(async () => expect(await messageIn(tab).inputValue()).toBe(''))
    await messageIn(tab).fill('once')
    await tab.getByRole('button', { name: 'Say' }).dblclick()
    await sayByCurl(server, room, 'last')
    await eventually(async () => expect(await textsIn(tab)).toContain('last'))
    expect((await textsIn(tab)).sort()).toEqual(['first', 'last', 'once'])
  })
})
