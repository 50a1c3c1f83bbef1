/** A room as a feed, and as YAML: for readers that others have written. */
import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { parse } from 'yaml'
import { freshFolder } from './with/folder.ts'
import { startServer, storeSettings } from './with/server.ts'
import { freshRoom, KINDS, openChatbox } from './with/stores.ts'

const STRANGE = [
  'plain',
  'two\nlines & <b>tags</b> "quoted" \'so\'',
  'http://a.example/?x=1&y=2 `code`',
  '/me waves',
  ']]> &amp; <![CDATA[ x',
  '\ufffe and \ufdd0 are no characters',
  'مرحبا 👩‍👩‍👧 𝒳',
  '- yaml: [no, 1.0, ~]\n# not a comment: 2026-11-22',
  '"1795330394123456"',
  'x'.repeat(200),
]

describe('a feed reader', async () => {
  const server = await startServer(await storeSettings('sqlite'))
  const room = freshRoom()
  const folder = freshFolder()
  const address = `${server.url}/rooms/${room}/messages`

  async function newsboat(...what: string[]): Promise<string> {
    const reader = Bun.spawn(
      [
        ...['newsboat', '--quiet', '--config-file=/dev/null', `--url-file=${join(folder, 'urls')}`],
        ...[`--cache-file=${join(folder, 'cache')}`, '--execute', ...what],
      ],
      { env: { ...process.env, HOME: folder }, stdout: 'pipe' },
    )
    return new Response(reader.stdout).text()
  }

  test('takes what was said, once, and is told of the feed by the page of the room', async () => {
    const page = await (await fetch(`${server.url}/rooms/${room}`)).text()
    const [, type, path] =
      /<link rel="alternate" type="(application\/atom[^"]*)" [^>]*href="([^"]+)"/.exec(page) ?? []
    expect(type).toBe('application/atom+xml')
    const feed = new URL(path ?? '', server.url).href
    await Bun.write(join(folder, 'urls'), feed)
    const say = (value: string) =>
      fetch(`${address}.json`, {
        method: 'POST',
        body: new URLSearchParams({ screenname: 'Ann & <i>', value }),
      })
    for (const value of STRANGE) expect((await say(value)).status).toBe(201)
    await newsboat('reload')
    expect(await newsboat('print-unread')).toContain(`${STRANGE.length} unread articles`)
    await say('one more')
    await newsboat('reload')
    expect(await newsboat('print-unread')).toContain(`${STRANGE.length + 1} unread articles`)
    const cache = new Database(join(folder, 'cache'), { readonly: true })
    const items = cache
      .query('SELECT title, author, url, content FROM rss_item ORDER BY guid')
      .all()
    const [first, second, third] = items as Record<string, string>[]
    expect(first).toMatchObject({ title: 'Ann & <i>: plain', author: 'Ann & <i>' })
    expect((await fetch(first?.url ?? '')).status).toBe(200)
    expect(second?.content).toContain('two<br>\nlines &amp; &lt;b&gt;tags&lt;/b&gt;')
    expect(third?.content).toContain('<a href="http://a.example/?x=1&amp;y=2"')
    cache.close()
  })
})

describe.each(KINDS)('a feed on %s', async (kind) => {
  const chatbox = await openChatbox(kind)
  const room = freshRoom()
  const address = `/rooms/${room}/messages`

  test('of an empty room is a feed without entries', async () => {
    const answer = await chatbox.get(`/rooms/${freshRoom()}/messages.atom`)
    expect(answer.headers.get('content-type')).toBe('application/atom+xml; charset=utf-8')
    const feed = await answer.text()
    expect(feed).toContain('<updated>1970-01-01T00:00:00.000000Z</updated>')
    expect(feed).not.toContain('<entry>')
  })

  test('has the newest first, and tells when one was corrected', async () => {
    const first = await chatbox.say(room, 'first')
    const second = await chatbox.say(room, 'second')
    await chatbox.store.revise(room, Number(first.id), 'first, corrected')
    const feed = await (await chatbox.get(`${address}.atom`)).text()
    const titles = [...feed.matchAll(/<title>(.*)<\/title>/g)].map(([, title]) => title)
    expect(titles).toEqual([room, 'tester: second', 'tester: first, corrected'])
    const { messages } = (await (await chatbox.get(`${address}.json`)).json()) as {
      messages: { id: string; created: string; revised?: string }[]
    }
    const [revised] = messages
    expect(feed).toContain(
      `<published>${second.created}</published>\n<updated>${second.created}</updated>`,
    )
    expect(feed).toContain(
      `<published>${revised?.created}</published>\n<updated>${revised?.revised}</updated>`,
    )
    expect(feed.indexOf(`<updated>${revised?.revised}`)).toBeLessThan(feed.indexOf('<entry>'))
  })

  test('is had at addresses as they are seen from outside', async () => {
    const publicUrl = new URL('https://chat.example/box')
    const outside = await openChatbox(kind, { publicUrl })
    await outside.say(room, 'elsewhere')
    const feed = await (await outside.get(`/box${address}.atom`)).text()
    const addresses = [...feed.matchAll(/(?:href="|<id>)([^"<]+)/g)].map(([, found]) => found)
    expect(addresses.length).toBeGreaterThan(3)
    for (const found of addresses) expect(found).toStartWith('https://chat.example/box/rooms/')
  })

  test('and YAML say what JSON says, to any reader of YAML', async () => {
    const strange = freshRoom()
    for (const value of STRANGE) await chatbox.say(strange, value, 'no')
    const messages = `/rooms/${strange}/messages`
    const answer = await chatbox.get(`${messages}.yaml`)
    expect(answer.headers.get('content-type')).toBe('application/yaml')
    const yaml = await answer.text()
    const json = JSON.parse(
      (await (await chatbox.get(`${messages}.json`)).text()).replaceAll('.json', '.yaml'),
    )
    expect(parse(yaml)).toEqual(json)
    // YAML 1.1 took bare words for truths, and digits for numbers and times.
    expect(parse(yaml, { version: '1.1' })).toEqual(json)
    // No reader takes what YAML calls not printable (YAML 1.2.2, section 5.1).
    expect(yaml).not.toMatch(/[\ufffe\uffff]/)
  })
})
