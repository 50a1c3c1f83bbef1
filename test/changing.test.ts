/** Correcting and removing one's own message, by every way that does it. */
import { describe, expect, test } from 'bun:test'
import { CORRECTING, go, named, OFFERED, openChanging, REMOVING } from './with/changing.ts'
import { KINDS } from './with/stores.ts'
import { unescaped } from './with/unescaped.ts'
import { BROWSER, HTMX, openVisitor, SCRIPT } from './with/visitor.ts'

describe.each(KINDS)('on %s', async (kind) => {
  const { ask, get, said, one } = await openChanging(kind)

  describe.each(named(CORRECTING))('%s', (_, way) => {
    test('sends a browser back to the message, which stands where it stood', async () => {
      const { ann, room, id, address } = await said()
      const before = await one(address)
      await ann.say(room, 'the next')
      const answer = await go(ann, address, way, BROWSER)
      expect([answer.status, answer.headers.get('location')]).toEqual([303, address])
      const { messages } = await (await get(`/rooms/${room}/messages.json`)).json()
      expect(messages.map((m: { value: string }) => m.value)).toEqual(['mended', 'the next'])
      const { revised, ...rest } = messages[0]
      expect(rest).toEqual({ ...before, value: 'mended' })
      expect(Date.parse(revised)).toBeGreaterThanOrEqual(Math.floor(Number(id) / 1000))
    })

    test('gives htmx the message as it reads now, for its place', async () => {
      const { ann, id, address } = await said()
      const answer = await go(ann, address, way, HTMX)
      expect(answer.status).toBe(200)
      const item = await (await get(`${address}.html`)).text()
      expect(item).toContain('>mended</span>')
      expect(item).toContain('class="revised"')
      const swap = `hx-target="#m-${id}" hx-swap="outerHTML"`
      expect(await answer.text()).toBe(`<hx-partial ${swap}>${item}</hx-partial>`)
    })

    test('gives a script the message as it reads now', async () => {
      const { ann, address } = await said()
      const answer = await go(ann, address, way, SCRIPT)
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json'])
      const message = await answer.json()
      expect(message).toMatchObject({ value: 'mended', screenname: 'Ann' })
      expect(message).toEqual(await one(address))
      const json = { ...SCRIPT, 'content-type': 'application/json' }
      const body = JSON.stringify({ value: 'again' })
      await ann(address + way.end, { method: way.method, headers: json, body })
      expect((await one(address)).value).toBe('again')
    })

    test.each([
      ['nothing', ' \n ', 'The message is empty.'],
      ['too much', `\n<b>&amp;</textarea>${'x'.repeat(1000)}`, '1000 is the most.'],
      ['a NUL', 'a\0b', 'The message contains a NUL, which is not text.'],
    ])(
      'with %s is refused, in words, and the text is still in the box',
      async (_, value, words) => {
        const { ann, address } = await said()
        const refused = (headers: object) => go(ann, address, { ...way, value }, headers)
        const [page, fragment, problem] = [BROWSER, HTMX, SCRIPT].map(refused)
        const html = await ((await page) as Response).text()
        expect(((await page) as Response).status).toBe(422)
        const box = /<textarea name="value"[^>]*>([^<]*)<\/textarea>/.exec(html)?.[1] ?? ''
        // A parser drops the first line break in a textarea, and reads a NUL as U+FFFD.
        expect(unescaped(box)).toBe(`\n${value}`)
        const told = /role="alert"><p>([^<]*)<\/p>/.exec(html)?.[1]
        expect(told).toEndWith(words)
        expect([(await fragment)?.status, await (await fragment)?.text()]).toEqual([
          422,
          `<p>${told}</p>`,
        ])
        expect(await (await problem)?.json()).toMatchObject({ status: 422, detail: told })
        expect(await one(address)).not.toHaveProperty('revised')
      },
    )
  })

  describe.each(named(REMOVING))('%s', (_, way) => {
    test.each([
      ['sends a browser back to the room', BROWSER, 303],
      ['has htmx take the message away', HTMX, 200],
      ['has nothing more to tell a script', SCRIPT, 204],
    ])('%s', async (_, headers, status) => {
      const { ann, room, id, address } = await said()
      const answer = await go(ann, address, way, headers)
      expect([answer.status, answer.headers.get('location')]).toEqual([
        status,
        status === 303 ? `/rooms/${room}` : null,
      ])
      const swap = `<hx-partial hx-target="#m-${id}" hx-swap="delete"></hx-partial>`
      expect(await answer.text()).toBe(status === 200 ? swap : '')
      expect((await get(address)).status).toBe(410)
      expect((await (await get(`/rooms/${room}/messages.json`)).json()).messages).toEqual([])
    })
  })

  describe('the form', () => {
    test('is on the page of the message for a browser, a fragment for htmx, the message for a script', async () => {
      const { ann, address } = await said('a "quoted" <text>')
      const browser = await go(ann, address, OFFERED, BROWSER)
      expect([browser.status, browser.headers.get('location')]).toEqual([303, address])
      const fragment = await (await go(ann, address, OFFERED, HTMX)).text()
      for (const html of [fragment, await (await ann(address)).text()]) {
        const actions = [...html.matchAll(/<form [^>]*method="post" action="([^"]*)"/g)]
        expect(actions.map((m) => m[1])).toEqual([`${address}/revision`, `${address}/removal`])
        const box = /<textarea [^>]*>([^<]*)</.exec(html)?.[1] ?? ''
        expect(unescaped(box)).toBe('\na "quoted" <text>')
      }
      expect(fragment).toStartWith('<div class="own">')
      const script = await go(ann, address, OFFERED, SCRIPT)
      expect([script.status, script.headers.get('content-type')]).toEqual([200, 'application/json'])
      expect(await script.json()).toEqual(await one(address))
    })

    test("is on nobody else's page, and after ten minutes on no page", async () => {
      const { address } = await said()
      for (const answer of [await get(address), await openVisitor(ask)(address)])
        expect(await answer.text()).not.toContain('<form')
      const [soon, late] = [await said('soon', 9), await said('late', 11)]
      expect(await (await soon.ann(soon.address)).text()).toContain('<form')
      expect(await (await late.ann(late.address)).text()).not.toContain('<form')
    })
  })

  test('a correction that changes nothing is none', async () => {
    const { ann, room, address } = await said('the same')
    const before = await (await get(`/rooms/${room}/messages.json`)).json()
    for (const value of ['the same', ' the same\n']) {
      expect((await ann.post(`${address}/revision`, { value }, SCRIPT)).status).toBe(200)
      expect((await ann.post(`${address}/revision`, { value })).status).toBe(303)
    }
    const { messages, cursor } = await (await get(`/rooms/${room}/messages.json`)).json()
    expect([messages, cursor]).toEqual([before.messages, before.cursor])
  })

  test('a suffix decides what a change is answered with, and what a refusal is', async () => {
    const { ann, address } = await said()
    for (const [suffix, type] of [
      ['.json', 'application/problem+json'],
      ['.html', 'text/html; charset=utf-8'],
    ])
      for (const end of ['revision', 'removal']) {
        const refused = await openVisitor(ask).post(`${address}${suffix}/${end}`, { value: 'no' })
        expect([refused.status, refused.headers.get('content-type')]).toEqual([403, type as string])
        if (suffix === '.html') expect(await refused.text()).toMatch(/^<p>[^<]*<\/p>$/)
      }
    const mended = await ann.post(`${address}.json/revision`, { value: 'mended' })
    expect(await mended.json()).toEqual(await one(address))
  })

  test('readers who follow learn of each change once', async () => {
    const { ann, room, id, address } = await said()
    const follow = async (cursor: string) =>
      (await get(`/rooms/${room}/messages.json?after=${cursor}`)).json()
    for (const value of ['better', 'best']) await ann.post(`${address}/revision`, { value })
    const page = await follow(id)
    expect(page).toMatchObject({ messages: [], removed: [], revised: [{ id, value: 'best' }] })
    expect(await follow(page.cursor)).toMatchObject({ revised: [], cursor: page.cursor })
    // Who had not reached it gets it once, as it stands.
    expect(await follow('0')).toMatchObject({ messages: [{ id, value: 'best' }], revised: [] })
    const poll = await (await get(`/rooms/${room}/messages.html?after=${id}`)).text()
    expect(poll).toContain(`<hx-partial hx-target="#m-${id}" hx-swap="outerHTML"><li id="m-${id}"`)
    expect(poll.match(/best<\/span>/g)).toHaveLength(1)

    await ann(address, { method: 'DELETE' })
    const last = await follow(page.cursor)
    expect(last).toMatchObject({ messages: [], revised: [], removed: [id] })
    expect(await follow(last.cursor)).toMatchObject({ removed: [], cursor: last.cursor })
    expect(await follow('0')).toMatchObject({ messages: [], revised: [] })
    const gone = await (await get(`/rooms/${room}/messages.html?after=${page.cursor}`)).text()
    expect(gone).toContain(`<hx-partial hx-target="#m-${id}" hx-swap="delete"></hx-partial>`)
  })
})
