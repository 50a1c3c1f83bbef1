/** What a script has already is not sent to it again. */
import { describe, expect, test } from 'bun:test'
import { freshRoom, KINDS, openChatbox } from './with/stores.ts'

describe.each(KINDS)('an answer on %s', async (kind) => {
  const chatbox = await openChatbox(kind)
  const room = freshRoom()
  const { id } = await chatbox.say(room, 'x'.repeat(999))
  const messages = `/rooms/${room}/messages`
  const paths = [
    ...['.json', '.atom', '.yaml', '.json?after=0', `.json?after=${id}`].map(
      (end) => messages + end,
    ),
    `${messages}/${id}.json`,
    '/api/latest-chat/3600',
  ]

  test.each(paths)('%s that did not change is a 304, and one that did is sent', async (path) => {
    const first = await chatbox.get(path)
    const etag = first.headers.get('etag') ?? ''
    expect([first.status, first.headers.get('cache-control')]).toEqual([200, 'no-cache'])
    expect(etag).toMatch(/^W\/"[0-9a-z]+"$/)
    const ways = [etag, etag.replace('W/', ''), `"other", ${etag}`, '*']
    for (const known of ways)
      for (const method of ['GET', 'HEAD'])
        for (const coding of ['br', 'gzip', 'identity']) {
          const headers = { 'if-none-match': known, 'accept-encoding': coding }
          const again = await chatbox.ask(path, { method, headers })
          expect([known, again.status, await again.text()]).toEqual([known, 304, ''])
          expect(again.headers.get('etag')).toBe(etag)
          expect(again.headers.get('link')).toBe(first.headers.get('link'))
        }
    expect((await chatbox.get(path, { 'if-none-match': '"other"' })).status).toBe(200)
  })

  test('changes its tag with what it says', async () => {
    const tagOf = async (path: string) => (await chatbox.get(path)).headers.get('etag')
    const before = await Promise.all([`${messages}.json`, `${messages}.atom`].map(tagOf))
    await chatbox.store.revise(room, Number(id), 'corrected')
    const after = await Promise.all([`${messages}.json`, `${messages}.atom`].map(tagOf))
    expect(after[0]).not.toBe(before[0] as string)
    expect(after[1]).not.toBe(before[1] as string)
  })

  test('to people, or that is no success, has no tag', async () => {
    for (const path of [`/rooms/${room}`, `${messages}.json?after=x`, '/nowhere']) {
      const { headers } = await chatbox.get(path, { 'if-none-match': '*' })
      expect([path, headers.get('etag'), headers.get('cache-control')]).toEqual([
        path,
        null,
        'no-store',
      ])
    }
    const body = new URLSearchParams({ screenname: 'tester', value: 'said' })
    const headers = { 'if-none-match': '*' }
    const said = await chatbox.ask(`${messages}.json`, { method: 'POST', body, headers })
    expect(said.status).toBe(201)
  })
})
