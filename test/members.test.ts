/** Rooms in which only members of the site speak (`MEMBER_ROOMS`). */
import { describe, expect, test } from 'bun:test'
import { command } from './with/commands.ts'
import { ann, KEY, signed } from './with/identity.ts'
import { freshFile, freshRoom, KINDS, openChatbox } from './with/stores.ts'
import { eventually } from './with/tab.ts'
import { BROWSER, HTMX, openVisitor, SCRIPT } from './with/visitor.ts'

const WORDS = 'Only members of the site speak in this room; everyone can read it.'

describe.each(KINDS)('a room for members, on %s', async (kind) => {
  const [room, open] = [freshRoom(), freshRoom()]
  const file = freshFile()
  const { ask, get, store } = await openChatbox(kind, {
    file,
    identityKeys: [KEY],
    memberRooms: ['another', room],
  })
  const says = (headers: Record<string, string>, value = 'hello', at = room, by = ask) =>
    by(`/rooms/${at}/messages`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ screenname: 'Ann', value }),
    })
  const member = { 'chatbox-identity': signed(ann) }

  test('is spoken in by members, bots and hooks', async () => {
    expect((await says({ ...SCRIPT, ...member })).status).toBe(201)
    const { printed } = await command(store, ['bot', 'add', 'Ann'])
    const authorization = `Bearer ${printed.trim()}`
    await eventually(async () => expect((await says({ authorization })).status).toBe(201))
    const hook = (await command(store, ['hook', 'add', room, 'Deploys'])).printed.trim()
    const post = () =>
      ask(new URL(hook).pathname, { method: 'POST', body: JSON.stringify({ text: 'x' }) })
    await eventually(async () => expect((await post()).status).toBe(200))
  })

  test('is closed to everyone else, in words and in the form asked for', async () => {
    const { head } = await store.stand(room)
    const script = await says(SCRIPT)
    expect([script.status, (await script.json()).detail]).toEqual([403, WORDS])
    const fragment = await says(HTMX)
    expect([fragment.status, await fragment.text()]).toEqual([403, `<p>${WORDS}</p>`])
    const page = await says({ ...BROWSER, 'accept-language': 'es' }, 'my words')
    expect(page.status).toBe(403)
    const html = await page.text()
    expect(html).toContain('En esta sala solo hablan los miembros del sitio')
    expect(html).toContain('my words</textarea>')
    expect((await store.stand(room)).head).toBe(head)
    expect((await says(SCRIPT, 'hello', open)).status).toBe(201)
  })

  test('is read by everyone, and says who speaks instead of a composer', async () => {
    await says({ ...SCRIPT, ...member }, 'for all to read')
    for (const suffix of ['.json', '.txt', '.html', '.atom', '.yaml'])
      expect(await (await get(`/rooms/${room}/messages${suffix}`)).text()).toContain('for all')
    for (const path of ['', '/messages', '?refresh=15']) {
      const page = await (await get(`/rooms/${room}${path}`, BROWSER)).text()
      expect([path, page.includes(`<p class="members">${WORDS}</p>`)]).toEqual([path, true])
      expect([path, /<textarea|<form|href="#value"/.test(page)]).toEqual([path, false])
    }
    const other = await (await get(`/rooms/${open}`, BROWSER)).text()
    expect(other).toContain('id="composer"')
    expect(other).not.toContain('class="members"')
  })

  test('has a composer in a frame, with the words in it until a member is known', async () => {
    const frame = await (await get(`/rooms/${room}/embed`, BROWSER)).text()
    expect(frame).toMatch(/<form id="composer"[^>]*><p class="members">/)
    const answer = await ask(`/rooms/${room}/messages`, {
      method: 'POST',
      headers: HTMX,
      body: new URLSearchParams({ value: 'x', token: 'x', identity: signed(ann) }),
    })
    const composer = await answer.text()
    expect(composer).toContain('id="composer"')
    expect(composer).not.toContain('class="members"')
    expect(await (await get(`/rooms/${room}/embed?readonly`)).text()).not.toContain('"members"')
  })

  test('lets those who spoke before it was one remove that, and no longer correct it', async () => {
    const before = freshRoom()
    const person = openVisitor(ask)
    const { id } = await person.say(before, 'hello')
    const { ask: later } = await openChatbox(kind, {
      file,
      identityKeys: [KEY],
      memberRooms: ['*'],
    })
    const change = (method: string) =>
      later(`/rooms/${before}/messages/${id}`, {
        method,
        headers: { ...SCRIPT, cookie: person.cookie() },
        ...(method === 'PATCH' && { body: new URLSearchParams({ value: 'again' }) }),
      })
    const refused = await change('PATCH')
    expect([refused.status, (await refused.json()).detail]).toEqual([403, WORDS])
    expect((await change('DELETE')).status).toBe(204)
    expect((await says(SCRIPT, 'x', freshRoom(), later)).status).toBe(403)
  })
})
