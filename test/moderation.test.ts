/** What moderators do in a room, by forms and by JSON, and what everybody else sees of it. */
import { describe, expect, test } from 'bun:test'
import { basename, dirname, join } from 'node:path'
import { RedisClient } from 'bun'
import { command } from './with/commands.ts'
import { ann, KEY as SITE_KEY, signed } from './with/identity.ts'
import { KEY, openModerator, openScript } from './with/moderators.ts'
import { startServer, storeSettings } from './with/server.ts'
import { freshFile, freshRoom, KINDS, openChatbox } from './with/stores.ts'
import { eventually } from './with/tab.ts'
import { HTMX, openVisitor, SCRIPT } from './with/visitor.ts'

type Done = { at: string; by: string; did: string; mark?: string }
type Seen = {
  rules: object
  muted: { author: string; mark: string; screenname: string; until?: string }[]
  done: Done[]
  older?: string
}

describe.each(KINDS)('on %s', async (kind) => {
  const file = freshFile()
  const { ask, get, store } = await openChatbox(kind, { file, moderatorKey: KEY })
  const second = await openChatbox(kind, { file, moderatorKey: KEY })
  const script = openScript(ask)
  const moderator = await openModerator(ask)
  const seen = async (room: string): Promise<Seen> => script.get(`/rooms/${room}/moderation`)
  const page = async (room: string, query = '', by = get) =>
    (await by(`/rooms/${room}/messages.json${query}`)).json()
  const says = async (who: typeof ask, room: string, value: string, headers: object = SCRIPT) => {
    const body = new URLSearchParams({ screenname: 'Ann', value })
    const answer = await who(`/rooms/${room}/messages`, {
      method: 'POST',
      headers: { ...headers },
      body,
    })
    return { status: answer.status, text: await answer.text(), headers: answer.headers }
  }
  /** A room, and somebody who said this there. */
  const said = async (...values: string[]) => {
    const room = freshRoom()
    const ann = openVisitor(ask)
    const ids: string[] = []
    for (const value of values) ids.push((await ann.say(room, value, 'Ann')).id)
    const { mark } = await ann.say(room, 'last', 'Ann')
    return { room, ann, ids, mark, messages: `/rooms/${room}/messages` }
  }

  test('a message is removed by form and by DELETE, whoever said it and however old it is', async () => {
    const { room, ids, mark, messages } = await said('one', 'two')
    const { cursor } = await page(room)
    const form = await moderator.post(`${messages}/${ids[0]}/removal`, {})
    expect([form.status, form.headers.get('location')]).toEqual([303, `/rooms/${room}`])
    const headers = { authorization: `Bearer ${KEY}` }
    expect((await ask(`${messages}/${ids[1]}`, { method: 'DELETE', headers })).status).toBe(204)
    expect(await page(room, `?after=${cursor}`)).toMatchObject({ removed: ids, messages: [] })
    expect((await get(`${messages}/${ids[0]}`)).status).toBe(410)
    expect((await moderator.post(`${messages}/${ids[0]}/removal`, {})).status).toBe(410)
    expect((await moderator.post(`${messages}/17/removal`, {})).status).toBe(404)
    expect((await seen(room)).done).toMatchObject([
      { by: 'key', did: 'remove', mark, id: ids[1] },
      { by: expect.stringMatching(/^[0-9a-z]{6}$/), did: 'remove', mark, id: ids[0] },
    ])
    expect(moderator.cookie()).toContain(`-moderator=${(await seen(room)).done[1]?.by}.`)
  })

  test('whatever is done by a form of which the browser says nothing needs the nonce of that form', async () => {
    const { room, ann, ids, messages } = await said('one', 'two')
    const own = `/rooms/${room}/moderation`
    const { mark, id } = await openVisitor(ask).say(room, 'mine', 'Bob')
    await script.post(`${messages}/${id}/muting`, { for: 'good' })
    const author = (await seen(room)).muted.find((muted) => muted.mark === mark)?.author ?? ''
    const [one, another] = [await openModerator(ask), await openModerator(ask)]
    const forms: [page: string, action: string, fields: Record<string, string>][] = [
      [`${messages}/${ids[0]}`, `${messages}/${ids[0]}/removal`, {}],
      [`${messages}/${ids[1]}`, `${messages}/${ids[1]}/muting`, { for: 'hour' }],
      [`${messages}/${ids[1]}`, `${messages}/${ids[1]}/clearing`, {}],
      [own, own, { notice: 'hello' }],
      [own, `/rooms/${room}/unmuting`, { author }],
      [own, `/rooms/${room}/clearing`, { sure: 'yes' }],
      [own, '/moderator/leaving', {}],
    ]
    for (const [address, action, fields] of forms) {
      const nonceFor = async (who: typeof ask) => {
        const [, form = ''] = (await (await who(address)).text()).split(`action="${action}">`)
        return /^<input type="hidden" name="nonce" value="([^"]+)"/.exec(form)?.[1] ?? ''
      }
      const [nonce, theirs] = [await nonceFor(one), await nonceFor(another)]
      expect([action, theirs]).not.toEqual([action, ''])
      const before = await seen(room)
      const send = async (nonce: string, cookie: string) => {
        const headers = { accept: 'text/html', 'user-agent': 'Lynx/2.9.0', cookie }
        const body = new URLSearchParams({ ...fields, nonce })
        return (await ask(action, { method: 'POST', headers, body })).status
      }
      const cookies = one.cookie()
      const alone = /[^ ;]*-moderator=[^;]*/.exec(cookies)?.[0] ?? ''
      const ofAnn = await (await ann(`/rooms/${room}`)).text()
      const wrong = [
        '',
        'x',
        theirs,
        `${nonce}x`,
        /name="nonce" value="([^"]+)"/.exec(ofAnn)?.[1] ?? '',
      ]
      for (const nonce of wrong)
        for (const cookie of [cookies, alone])
          expect([action, nonce, await send(nonce, cookie)]).toEqual([action, nonce, 403])
      expect(await seen(room)).toEqual(before)
      expect([action, await send(nonce, alone)]).toEqual([action, 303])
    }
    expect((await seen(room)).done).toHaveLength(7)
  })

  test('all by one sender goes, and nothing else; each id is told once', async () => {
    const { room, ids, messages } = await said(...Array.from({ length: 120 }, (_, i) => `${i}`))
    const bob = await openVisitor(ask).say(room, 'mine', 'Ann')
    const { cursor } = await page(room)
    expect(await (await script.post(`${messages}/${ids[7]}/clearing`)).json()).toEqual({
      removed: 121,
    })
    expect(await page(room)).toMatchObject({ messages: [{ id: bob.id }] })
    const told: string[] = []
    for (let after = cursor, more = true; more; ) {
      const news = await page(room, `?after=${after}&limit=50`, second.get)
      expect(news.removed.length).toBeLessThanOrEqual(50)
      told.push(...news.removed)
      ;({ cursor: after, more } = news)
    }
    expect(told).toHaveLength(121)
    expect(told.toSorted().slice(0, 120)).toEqual(ids)
    expect((await get(`${messages}/${ids[0]}`)).status).toBe(410)
  })

  test('a room of more messages than go in one step is swept whole', async () => {
    const room = freshRoom()
    const author = `${room}`.replace(/\W/g, '').padEnd(26, '0')
    const other = '1'.repeat(26)
    // What looks like an author in a text is none.
    await Promise.all(
      Array.from({ length: 1100 }, (_, i) =>
        store.append(
          room,
          i % 100
            ? { screenname: 'Ann', value: `"author":"${other}"`, author }
            : { screenname: 'Bob', value: `"author":"${author}"`, author: other },
        ),
      ),
    )
    const { messages } = await page(room)
    const last = messages.findLast(({ screenname }: { screenname: string }) => screenname === 'Ann')
    const swept = await script.post(`/rooms/${room}/messages/${last.id}/clearing`)
    expect(await swept.json()).toEqual({ removed: 1089 })
    expect((await page(room)).messages).toHaveLength(11)
    expect((await seen(room)).done).toHaveLength(1)
  })

  test('a cleared room is empty for all, who are told, wherever they have read to', async () => {
    const { room, ids } = await said('one', 'two', 'three')
    const { cursor } = await page(room)
    expect((await script.post(`/rooms/${room}/clearing`)).status).toBe(422)
    expect((await page(room)).messages).toHaveLength(4)
    expect((await script.post(`/rooms/${room}/clearing`, { sure: 'yes' })).status).toBe(204)
    const cleared = 'A moderator cleared this room: what was said before is gone.'
    for (const by of [get, second.get])
      for (const after of [cursor, ids[0], ids[2]]) {
        expect(await page(room, `?after=${after}`, by)).toMatchObject({
          cleared: true,
          messages: [],
          removed: [],
        })
        const fragment = await by(`/rooms/${room}/messages.html?after=${after}&every=5&here=1`)
        const text = await fragment.text()
        expect(text).toContain('<hx-partial hx-target="#chatbox" hx-swap="innerHTML">')
        expect(text.split(cleared).length - 1).toBe(2)
        expect(text).not.toContain('trimmed')
      }
    const now = await page(room)
    expect(now).not.toHaveProperty('cleared')
    expect(now.messages).toEqual([])
    const { id } = await openVisitor(ask).say(room, 'anew')
    expect(await page(room, `?after=${now.cursor}`)).toMatchObject({ messages: [{ id }] })
    expect(await page(room, '?after=0')).not.toHaveProperty('cleared')
    expect((await seen(room)).done).toMatchObject([{ did: 'clear' }])
  })

  test('a person is muted under any name, until their time is up, and let speak again', async () => {
    const { room, ann, ids, mark, messages } = await said('one')
    for (const wrong of ['', 'week', 'hour ', 'constructor'])
      expect((await script.post(`${messages}/${ids[0]}/muting`, { for: wrong })).status).toBe(422)
    const muting = await moderator.post(`${messages}/${ids[0]}/muting`, { for: 'hour' })
    expect(muting.headers.get('location')).toBe(`/rooms/${room}/moderation`)
    const [muted] = (await seen(room)).muted
    expect(muted).toMatchObject({ mark, screenname: 'Ann' })
    expect(Date.parse(muted?.until ?? '') - Date.now()).toBeWithin(59 * 60e3, 61 * 60e3)
    for (const headers of [SCRIPT, HTMX, {}]) {
      const refused = await says(ann, room, 'again', headers)
      expect([refused.status, refused.text]).toEqual([
        403,
        expect.stringContaining('A moderator has muted you in this room.'),
      ])
    }
    const correction = { method: 'PATCH', body: new URLSearchParams({ value: 'other' }) }
    expect((await ann(`${messages}/${ids[0]}`, correction)).status).toBe(403)
    expect((await ann(`${messages}/${ids[0]}`, { method: 'DELETE' })).status).toBe(303)
    expect((await says(second.ask, room, 'I may')).status).toBe(201)
    expect((await says(ann, freshRoom(), 'elsewhere')).status).toBe(201)
    await script.post(`/rooms/${room}/unmuting`, { author: muted?.author ?? '' })
    expect((await seen(room)).muted).toEqual([])
    for (const author of [muted?.author ?? '', 'nobody', '']) {
      const { status } = await script.post(`/rooms/${room}/unmuting`, { author })
      expect([author, status]).toEqual([author, 404])
    }
    expect((await says(ann, room, 'at last')).status).toBe(201)
    await script.post(`${messages}/${ids[0]}/muting`, { for: 'good' })
    const { done } = await seen(room)
    expect(done.map(({ did }) => did)).toEqual(['unmute', 'mute'])
    const { id } = await ann.say(room, 'once more', 'Ann')
    await script.post(`${messages}/${id}/muting`, { for: 'good' })
    expect((await seen(room)).muted).toMatchObject([{ mark }])
    expect((await seen(room)).muted[0]).not.toHaveProperty('until')
  })

  test('bots and people whom their site vouches for are muted, too; moderators speak where only those do', async () => {
    const [room, members] = [freshRoom(), freshRoom()]
    const site = await openChatbox(kind, {
      file,
      moderatorKey: KEY,
      identityKeys: [SITE_KEY],
      memberRooms: [members],
    })
    const { printed } = await command(store, ['bot', 'add', `Bot of ${room}`])
    const authorization = `Bearer ${printed.trim()}`
    const speaks = (headers: object, name?: string, into = room) =>
      site.ask(`/rooms/${into}/messages`, {
        method: 'POST',
        headers: { ...SCRIPT, ...headers },
        body: new URLSearchParams({ value: 'hello', ...(name && { screenname: name }) }),
      })
    for (const headers of [{ authorization }, { 'chatbox-identity': signed(ann) }]) {
      const { id } = await (await speaks(headers)).json()
      await openScript(site.ask).post(`/rooms/${room}/messages/${id}/muting`, { for: 'good' })
      expect((await speaks(headers)).status).toBe(403)
    }
    expect((await speaks({}, 'Ann', members)).status).toBe(403)
    const said = await speaks({ authorization: `Bearer ${KEY}` }, 'Mo', members)
    expect([said.status, await said.json()]).toMatchObject([201, { moderator: true }])
  })

  test('a mute ends by itself', async () => {
    const room = freshRoom()
    const author = 'a'.repeat(26)
    const who = { author, screenname: 'Ann' }
    const act = { by: 'key', deed: { did: 'mute', author } } as const
    const says = () => store.append(room, { ...who, value: 'x' }, { speaker: { author } })
    await store.mute(room, who, 3_000_000, act)
    expect(await says()).toEqual({ denied: 'muted' })
    await eventually(async () => expect(await says()).toHaveProperty('id'))
  })

  test('a mute holds for the network of a message, and for each that the muted is seen on', async () => {
    const room = freshRoom()
    const [ann, bob] = ['a'.repeat(26), 'b'.repeat(26)]
    const says = async (author: string, network?: string) => {
      const receipt = await store.append(
        room,
        { screenname: 'Ann', value: 'x', author },
        { speaker: { author, network } },
      )
      return 'id' in receipt ? receipt.id : receipt
    }
    const muted = { denied: 'muted' } as const
    const id = (await says(ann, 'home')) as number
    await says(bob, 'elsewhere')
    const act = { by: 'key', deed: { did: 'mute', author: ann } } as const
    await store.mute(room, { author: ann, screenname: 'Ann', said: id }, 3600e6, act)
    expect(await says(bob, 'home')).toEqual(muted)
    expect(await says(bob, 'elsewhere')).toBeNumber()
    expect(await says(bob)).toBeNumber()
    expect(await says(ann, 'elsewhere')).toEqual(muted)
    expect(await says(bob, 'elsewhere')).toEqual(muted)
    const unmuted = { by: 'key', deed: { did: 'unmute', author: ann } } as const
    await store.mute(room, { author: ann, screenname: '' }, 0, unmuted)
    for (const network of ['home', 'elsewhere']) expect(await says(bob, network)).toBeNumber()
  })

  test('slow mode holds people back one by one, and moderators never', async () => {
    const { room, ann } = await said()
    await script.post(`/rooms/${room}/moderation`, { slow: '60' })
    expect((await says(ann, room, 'first')).status).toBe(201)
    const refused = await says(ann, room, 'second')
    expect(refused.status).toBe(429)
    const { detail, retryAfter } = JSON.parse(refused.text)
    expect(retryAfter).toBeWithin(58, 61)
    expect(detail).toBe(`Slow mode is on here. Please wait ${retryAfter} seconds.`)
    expect(refused.headers.get('retry-after')).toBe(String(retryAfter))
    expect((await says(openVisitor(second.ask), room, 'another')).status).toBe(201)
    for (const value of ['one', 'two']) {
      const { status } = await script.post(`/rooms/${room}/messages`, { screenname: 'Mo', value })
      expect(status).toBe(201)
    }
    await script.post(`/rooms/${room}/moderation`, { slow: '1' })
    await Bun.sleep(1050)
    expect((await says(ann, room, 'third')).status).toBe(201)
    await script.post(`/rooms/${room}/moderation`)
    expect((await says(ann, room, 'fourth')).status).toBe(201)
  })

  test('a read-only room is spoken in by moderators alone; what was said under a key is still said', async () => {
    const { room, ann, messages } = await said()
    const keyed = { ...SCRIPT, 'idempotency-key': 'k' }
    const first = await says(ann, room, 'once', keyed)
    expect(
      await (await script.post(`/rooms/${room}/moderation`, { readonly: 'yes' })).json(),
    ).toEqual({
      slow: 0,
      readonly: true,
      notice: '',
    })
    const { id } = JSON.parse(first.text)
    expect(JSON.parse((await says(ann, room, 'once', keyed)).text)).toMatchObject({ id })
    const refused = await says(ann, room, 'more')
    expect([refused.status, refused.headers.has('retry-after')]).toEqual([403, false])
    expect(JSON.parse(refused.text).detail).toStartWith('This room is read-only just now')
    const correction = { method: 'PATCH', body: new URLSearchParams({ value: 'other' }) }
    expect((await ann(`${messages}/${id}`, correction)).status).toBe(403)
    const spoken = await script.post(messages, { screenname: 'Mo', value: 'hush' })
    expect(spoken.status).toBe(201)
    const own = `${messages}/${(await spoken.json()).id}/revision`
    expect((await script.post(own, { value: 'hush!' })).status).toBe(200)
  })

  test('what holds is told in JSON to who reads and to who follows, and an empty poll stays one', async () => {
    const { room } = await said()
    const { cursor, ...before } = await page(room)
    expect(before).not.toHaveProperty('rules')
    const rules = { slow: 5, readonly: false, notice: 'Be kind' }
    const json = { 'content-type': 'application/json', authorization: `Bearer ${KEY}` }
    const set = await ask(`/rooms/${room}/moderation`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify(rules),
    })
    expect(await set.json()).toEqual(rules)
    for (const by of [get, second.get]) {
      const news = await page(room, `?after=${cursor}`, by)
      expect(news).toMatchObject({ rules, messages: [] })
      expect(news.cursor).not.toBe(cursor)
      expect(await page(room, '', by)).toMatchObject({ rules })
      const poll = `/rooms/${room}/messages.html?after=${news.cursor}&every=5&here=1`
      expect((await by(poll)).status).toBe(204)
    }
    const off = { slow: 0, readonly: false, notice: '' }
    await script.post(`/rooms/${room}/moderation`)
    expect(await page(room)).toMatchObject({ rules: off })
  })

  test('open pages are told in their reader’s language, and their composer comes and goes', async () => {
    const { room } = await said()
    const poll = async (cursor: string, lang: string, who: typeof ask = ask) =>
      (
        await who(`/rooms/${room}/messages.html?after=${cursor}&every=5&here=1`, {
          headers: { ...HTMX, 'accept-language': lang },
        })
      ).text()
    const { cursor } = await page(room)
    await script.post(`/rooms/${room}/moderation`, {
      readonly: 'yes',
      notice: 'See https://example.org/ & <b>',
    })
    const english = await poll(cursor, 'en')
    expect(english).toMatch(
      /hx-target="#pinned" hx-swap="innerHTML">.*href="https:\/\/example.org\/".*&amp; &lt;b&gt;/s,
    )
    expect(english).toContain('<span class="readonly">Read-only just now')
    expect(await poll(cursor, 'de')).toContain('<span class="readonly">Zurzeit nur zum Lesen')
    expect(await poll(cursor, 'en', moderator)).toContain('<span>Read-only just now')
    expect(await (await get(`/rooms/${room}`)).text()).toMatch(
      /<div id="pinned"[^>]*><.*<p id="terms"[^>]*><span class="readonly">/s,
    )
    await script.post(`/rooms/${room}/moderation`)
    expect(await poll((await page(room, `?after=${cursor}&limit=1`)).cursor, 'en')).toBe('')
    expect(await poll(cursor, 'en')).toMatch(
      /hx-target="#terms" hx-swap="innerHTML"><\/hx-partial>/,
    )
    expect(await (await get(`/rooms/${room}`)).text()).toMatch(
      /<div id="pinned"[^>]*><\/div>.*<p id="terms"[^>]*><\/p>/s,
    )
  })

  test('frames and pages that read themselves are told the same', async () => {
    const { room } = await said()
    const { cursor } = await page(room)
    await script.post(`/rooms/${room}/moderation`, { slow: '7', notice: 'Be kind' })
    const slow = 'Slow mode: one message every 7 seconds.'
    const told: [string, boolean][] = [
      [`/rooms/${room}/embed`, true],
      [`/rooms/${room}/embed?readonly`, true],
      [`/rooms/${room}/messages`, true],
      [`/rooms/${room}/messages?refresh=15`, false],
    ]
    for (const [path, isSlow] of told) {
      const text = await (await get(path, { accept: 'text/html' })).text()
      expect([path, text.includes('Be kind'), text.includes(slow)]).toEqual([path, true, isSlow])
    }
    for (const after of [1, cursor]) {
      const elsewhere = await get(`/rooms/${room}/messages.html?after=${after}`)
      expect(await elsewhere.text()).not.toContain('pinned')
    }
  })

  test('what was set comes along to another store, and mutes stay behind', async () => {
    const { room, ids, messages } = await said('one')
    await script.post(`/rooms/${room}/moderation`, { slow: '7', notice: 'old' })
    await script.post(`${messages}/${ids[0]}/muting`, { for: 'good' })
    await script.post(`/rooms/${room}/clearing`, { sure: 'yes' })
    await script.post(`/rooms/${room}/moderation`, { readonly: 'yes', notice: 'Be kind' })
    await script.post(messages, { screenname: 'Mo', value: 'anew' })
    const there = await openChatbox(kind === 'sqlite' ? 'redis' : 'sqlite', { moderatorKey: KEY })
    const { printed } = await command(store, ['export', room])
    for (let i = 0; i < 2; i++)
      expect((await command(there.store, ['import'], printed)).declined).toBeUndefined()
    expect((await command(there.store, ['export', room])).printed).toBe(printed)
    const { links: _, ...whole } = await page(room)
    expect(await page(room, '', there.get)).toMatchObject(whole)
    expect((await says(there.ask, room, 'x')).status).toBe(403)
    const look = await openScript(there.ask).get(`/rooms/${room}/moderation`)
    expect(look).toMatchObject({ rules: { readonly: true }, muted: [], done: [] })
  })

  test.each([
    ['slow', '-1'],
    ['slow', '3601'],
    ['slow', '1.5'],
    ['readonly', 'maybe'],
    ['notice', 'x'.repeat(501)],
    ['notice', 'a\0b'],
  ])('%s cannot be %p', async (name, value) => {
    const room = freshRoom()
    const refused = await script.post(`/rooms/${room}/moderation`, { [name]: value })
    expect([refused.status, (await store.stand(room)).head]).toEqual([422, 0])
  })

  test('nobody else does any of it', async () => {
    const { room, ids, messages } = await said('one')
    const before = await page(room)
    const person = openVisitor(ask)
    for (const path of [
      `/rooms/${room}/moderation`,
      `/rooms/${room}/clearing`,
      `/rooms/${room}/unmuting`,
      `${messages}/${ids[0]}/removal`,
      `${messages}/${ids[0]}/clearing`,
      `${messages}/${ids[0]}/muting`,
    ]) {
      const refused = await person.post(path, { sure: 'yes', for: 'good', readonly: 'yes' }, SCRIPT)
      expect([path, refused.status]).toEqual([path, 403])
    }
    expect(await page(room)).toEqual(before)
    expect(await seen(room)).toMatchObject({ muted: [], done: [] })
  })

  test('the record is read page by page, is kept to a thousand, and has no text in it', async () => {
    const { room, ids, messages } = await said('a text that is nowhere else')
    await script.post(`${messages}/${ids[0]}/removal`)
    await script.post(`/rooms/${room}/moderation`, { notice: 'a notice that is nowhere else' })
    expect(JSON.stringify((await seen(room)).done)).not.toContain('nowhere')
    const act = { by: 'key', deed: { did: 'clear' } } as const
    await Promise.all(Array.from({ length: 1010 }, () => store.clear(room, act)))
    const done: Done[] = []
    for (let older = ''; ; ) {
      const more: Seen = await script.get(`/rooms/${room}/moderation${older}`)
      done.push(...more.done)
      if (!more.older) break
      older = `?before=${more.older}`
    }
    expect(done).toHaveLength(1000)
    expect(new Set(done.map(({ at }) => at)).size).toBe(1000)
    expect(done.map(({ at }) => at)).toEqual(
      done
        .map(({ at }) => at)
        .toSorted()
        .reverse(),
    )
    const html = await (await moderator(`/rooms/${room}/moderation`)).text()
    expect(html.match(/<li><time/g)).toHaveLength(50)
    expect(html).toMatch(/href="\/rooms\/[^"]*\/moderation\?before=\d+"/)
  })

  test('what moderators can do stands on a message’s page, for them alone', async () => {
    const { ann, ids, messages } = await said('one')
    const ends = ['removal', 'clearing', 'muting'].map((end) => `${messages}/${ids[0]}/${end}`)
    const text = await (await moderator(`${messages}/${ids[0]}`)).text()
    for (const action of ends) expect(text).toContain(`action="${action}"`)
    for (const who of [ann, openVisitor(ask)]) {
      const other = await (await who(`${messages}/${ids[0]}`)).text()
      for (const action of ends.slice(1)) expect(other).not.toContain(action)
    }
  })
})

describe.each(KINDS)('a mute by network, on %s', async (kind) => {
  const settings = await storeSettings(kind)
  const server = await startServer({
    ...settings,
    MODERATOR_KEY: KEY,
    TRUSTED_PROXIES: '127.0.0.1',
  })
  const post = async (path: string, from: string, fields: Record<string, string>, headers = {}) =>
    fetch(`${server.url}/rooms/${path}`, {
      method: 'POST',
      headers: { ...SCRIPT, 'x-forwarded-for': from, ...headers },
      body: new URLSearchParams(fields),
    })

  test('keeps who takes a new name from speaking, of IPv6 the whole /64, and no address is kept', async () => {
    const room = freshRoom()
    const says = (from: string) => post(`${room}/messages`, from, { screenname: 'Ann', value: 'x' })
    const said = await (await says('2001:db8:1:2::3')).json()
    expect(Object.keys(said).toSorted()).toEqual(['created', 'id', 'mark', 'screenname', 'value'])
    const authorization = `Bearer ${KEY}`
    const path = `${room}/messages/${said.id}/muting`
    expect((await post(path, '192.0.2.9', { for: 'day' }, { authorization })).status).toBe(204)
    expect((await says('2001:db8:1:2:ffff::')).status).toBe(403)
    expect((await says('2001:db8:1:3::3')).status).toBe(201)
    const read = await fetch(`${server.url}/rooms/${room}/messages.json`)
    expect(await read.text()).not.toContain('network')
    const kept = settings.REDIS_URL
      ? await dump(settings.REDIS_URL, room)
      : await textIn(settings.SQLITE_PATH as string)
    expect(['Ann', room, '2001:', 'db8'].map((text) => kept.includes(text))).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
})

/** All that stands in a SQLite file and those beside it. */
async function textIn(path: string): Promise<string> {
  const files = await Array.fromAsync(new Bun.Glob(`${basename(path)}*`).scan(dirname(path)))
  const texts = files.map((file) => Bun.file(join(dirname(path), file)).text())
  return (await Promise.all(texts)).join()
}

/** All that Redis keeps of a room, as text. */
async function dump(url: string, room: string): Promise<string> {
  const client = new RedisClient(url)
  const keys = (await client.send('KEYS', [`chat:{${room}}:*`])) as string[]
  const read: Record<string, string[]> = {
    zset: ['ZRANGE', '0', '-1'],
    hash: ['HGETALL'],
    list: ['LRANGE', '0', '-1'],
    string: ['GET'],
  }
  const parts: unknown[] = []
  for (const key of keys) {
    const [command = '', ...args] = read[String(await client.send('TYPE', [key]))] ?? []
    parts.push(key, await client.send(command, [key, ...args]))
  }
  client.close()
  return JSON.stringify(parts)
}
