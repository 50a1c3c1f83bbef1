/** Where each answer leads on to, with and without an address of its own for the outside. */
import { describe, expect, test } from 'bun:test'
import { freshRoom, KINDS, openChatbox } from './with/stores.ts'

const PLACES = [
  { publicUrl: undefined, origin: 'http://localhost', path: '' },
  {
    publicUrl: new URL('https://chat.example/path'),
    origin: 'https://chat.example',
    path: '/path',
  },
]

describe.each(KINDS)('the links of a page on %s', (kind) => {
  test.each(PLACES)('lead on, in JSON and in headers, as seen from $origin', async (place) => {
    const chatbox = await openChatbox(kind, place.publicUrl && { publicUrl: place.publicUrl })
    const room = freshRoom()
    const ids: string[] = []
    for (let i = 1; i <= 9; i++) ids.push((await chatbox.say(room, String(i))).id)
    const address = `${place.origin}${place.path}/rooms/${room}/messages.json`
    const follow = async (link: string) => {
      expect(link).toStartWith(`${address}?`)
      return (await chatbox.get(link.slice(place.origin.length))).json()
    }
    const idsOf = (page: { messages: { id: string }[] }) => page.messages.map(({ id }) => id)

    const answer = await chatbox.get(`/rooms/${room}/messages.json?limit=4`)
    const page = await answer.json()
    expect(page.links).toEqual({
      self: `${address}?limit=4`,
      next: `${address}?after=${ids[8]}&limit=4`,
      older: `${address}?before=${ids[5]}&limit=4`,
    })
    const { next, older } = page.links
    expect(answer.headers.get('link')).toBe(`<${next}>; rel="next", <${older}>; rel="prev"`)

    expect(idsOf(await follow(page.links.self))).toEqual(ids.slice(5))
    const earlier = await follow(older)
    expect(idsOf(earlier)).toEqual(ids.slice(1, 5))
    expect(idsOf(await follow(earlier.links.older))).toEqual(ids.slice(0, 1))
    expect(idsOf(await follow(earlier.links.next))).toEqual(ids.slice(5))
    expect(idsOf(await follow(next))).toEqual([])
    const { id } = await chatbox.say(room, 'later')
    expect(idsOf(await follow(next))).toEqual([id])

    for (const form of ['', '.html', '.txt']) {
      const { headers } = await chatbox.get(
        `/rooms/${room}/messages${form}?before=${ids[3]}&limit=1`,
      )
      const link = headers.get('link') ?? ''
      expect(link).toContain(`/rooms/${room}/messages${form}?after=${ids[2]}&limit=1>; rel="next"`)
      expect(link).toContain(`/rooms/${room}/messages${form}?before=${ids[2]}&limit=1>; rel="prev"`)
    }
  })
})
