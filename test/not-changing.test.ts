/** Who may not correct or remove a message, by any way, and what they are told. */
import { describe, expect, test } from 'bun:test'
import { CORRECTING, go, named, OFFERED, openChanging, REMOVING } from './with/changing.ts'
import { freshRoom, KINDS } from './with/stores.ts'
import { type Ask, BROWSER, HTMX, openVisitor, SCRIPT } from './with/visitor.ts'

const FOREIGN = 'Only who said a message can correct or remove it.'
const LATE = 'A message can be corrected or removed for ten minutes; they are over.'
const MISSING = 'There is no such message, or it is too old to be kept.'
const GONE = 'This message was removed.'

describe.each(KINDS)('on %s', async (kind) => {
  const { ask, store, said, one } = await openChanging(kind)

  describe.each(named([...CORRECTING, ...REMOVING, OFFERED]))('%s', (_, way) => {
    /** The same refusal in each form. */
    async function refused(who: Ask, address: string, status: number, words: string) {
      for (const headers of [BROWSER, HTMX, SCRIPT]) {
        const answer = await go(who, address, way, headers)
        const text = await answer.text()
        expect([answer.status, text.includes(words)]).toEqual([status, true])
        expect(text.includes('<form')).toBe(false)
      }
    }

    test('is for its author alone, whatever name others take', async () => {
      const { room, address } = await said()
      const before = await one(address)
      const other = openVisitor(ask)
      await other.say(room, 'me, too', 'Ann')
      await refused(other, address, 403, FOREIGN)
      await refused(ask, address, 403, FOREIGN)
      expect(await one(address)).toEqual(before)
      // What was said before there were authors is nobody's.
      const { id } = (await store.append(room, { screenname: 'Ann', value: 'old' })) as {
        id: number
      }
      await refused(other, `/rooms/${room}/messages/${id}`, 403, FOREIGN)
      await refused(ask, `/rooms/${room}/messages/${id}`, 403, FOREIGN)
    })

    test('works after nine minutes, and after eleven is too late', async () => {
      const late = await said('as it was', 11)
      await refused(late.ann, late.address, 403, LATE)
      await refused(openVisitor(ask), late.address, 403, FOREIGN)
      expect((await one(late.address)).value).toBe('as it was')
      const soon = await said('as it was', 9)
      expect((await go(soon.ann, soon.address, way, BROWSER)).status).toBe(303)
    })

    test('finds no message that never was, is in another room, or was removed', async () => {
      const { ann, room, id, address } = await said()
      const nowhere = [`/rooms/${room}/messages/1`, `/rooms/${freshRoom()}/messages/${id}`]
      for (const missing of nowhere) await refused(ann, missing, 404, MISSING)
      await ann(address, { method: 'DELETE' })
      await refused(ann, address, 410, GONE)
    })
  })

  test('a correction that comes too late comes back in its box', async () => {
    const { ann, address } = await said('as it was', 11)
    const body = new URLSearchParams({ value: 'too <late>' })
    const page = await ann(`${address}/revision`, { method: 'POST', headers: BROWSER, body })
    expect(page.status).toBe(403)
    const html = await page.text()
    expect(html).toContain(LATE)
    expect(html).toMatch(/<textarea readonly[^>]*>\s*too &lt;late&gt;<\/textarea>/)
  })
})
