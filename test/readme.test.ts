/** The README names what there is, all of it, and nothing else. */
import { describe, expect, setSystemTime, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '../src/config.ts'
import { type Event, nextEvent } from '../src/webhooks/events.ts'
import { signed } from '../src/webhooks/post.ts'
import { CLIENTS } from './with/clients.ts'
import { command } from './with/commands.ts'
import { freshFolder } from './with/folder.ts'
import { signed as identityOf, KEY } from './with/identity.ts'
import { KEY as MODERATOR_KEY } from './with/moderators.ts'
import { startServer, storeSettings } from './with/server.ts'
import { openStore, silent } from './with/stores.ts'

const ROOT = join(import.meta.dir, '..')
const readme = await Bun.file(join(ROOT, 'README.md')).text()
const sourceOf = (path: string) => Bun.file(join(ROOT, path)).text()

test('every file of the program is named, and every file named is there', async () => {
  const named = new Set(readme.match(/(?:src|public)\/[\w./-]+\w/g))
  for (const path of named)
    expect(existsSync(join(ROOT, path)) ? path : `${path} is missing`).toBe(path)
  for await (const path of new Bun.Glob('{src,public}/**/*.*').scan(ROOT))
    expect(named).toContain(path)
})

test('every setting is named, and every setting named is read', () => {
  const read = new Set<string>()
  readConfig(new Proxy({}, { get: (_, name) => void read.add(String(name)) }))
  const named = [...readme.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name as string)
  expect(named.toSorted()).toEqual([...read].toSorted())
})

test('every address is named, and every address named is routed', async () => {
  const app = await sourceOf('src/app.ts')
  const routed = [...app.matchAll(/^ {4}'(\/[^']*)':/gm)].map(([, path]) => path as string)
  const table = readme.match(/^\| `(?:GET|POST|PATCH|DELETE) .*$/gm) ?? []
  const named = table.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`(?:GET |POST |PATCH |DELETE )?(\/[^`?]*)/g)].map(
      ([, path]) => path as string,
    ),
  )
  const bare = (paths: string[]) =>
    [
      ...new Set(
        paths.map((path) =>
          path.replace(/\.(?:html|json|txt|atom|yaml|events)$/, '').replace(/(?<=.)\/$/, ''),
        ),
      ),
    ].sort()
  expect(bare(named)).toEqual(bare(routed))
})

describe('the lines of curl', async () => {
  const settings = await storeSettings('sqlite')
  const server = await startServer({ ...settings, IDENTITY_KEYS: KEY, MODERATOR_KEY })
  const store = await openStore('sqlite', {}, silent, settings.SQLITE_PATH)
  const made = async (...args: string[]) => (await command(store, args)).printed.trim()
  const hook = (await made('hook', 'add', 'lobby', 'tstone')).replace(
    /^https:\/\/[^/]*/,
    server.url,
  )
  const IDENTITY = identityOf({ sub: '42', screenname: 'tstone' })
  const TOKEN = await made('bot', 'add', 'tstone')
  const env = { TOKEN, HOOK: hook, IDENTITY, MODERATOR_KEY }
  const lines = readme.match(/^curl .*$/gm) ?? []

  test('are some', () => expect(lines.length).toBeGreaterThan(5))

  describe.each(Object.entries(CLIENTS))('done by %s', (_, client) => {
    test.each(lines)('%s', async (line) => {
      const asked = line.replaceAll('http://127.0.0.1:3000', server.url)
      expect(await client(asked, { cwd: freshFolder(), env })).toMatch(/tstone|^ok$/)
    })
  })
})

test('the webhook that is shown is verified as it says, and no other', async () => {
  const block = (language: string) => readme.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? ''
  const [head = '', body = ''] = block('http').trim().split('\n\n')
  const headers = Object.fromEntries(
    head
      .split('\n')
      .slice(1)
      .map((line) => line.split(': ')),
  )
  const [secret = ''] = /whsec_[\w+/]+=/.exec(readme) ?? []
  const file = join(freshFolder(), 'verify.js')
  await Bun.write(file, block('js'))
  const { isOurs } = await import(file)
  const sent = headers['webhook-timestamp'] * 1000
  try {
    setSystemTime(sent + 1000)
    expect(isOurs(headers, body, secret)).toBe(true)
    const { 'webhook-signature': _, ...unsigned } = headers
    expect([isOurs(unsigned, body, secret), isOurs({}, body, secret)]).toEqual([false, false])
    const strange = { ...headers, 'webhook-signature': 'v1,AAAA v2,x' }
    expect(isOurs({ ...headers, 'webhook-id': 'lobby_1' }, body, secret)).toBe(false)
    expect(isOurs(strange, body, secret)).toBe(false)
    expect(isOurs(headers, `${body} `, secret)).toBe(false)
    setSystemTime(sent + 301_000)
    expect(isOurs(headers, body, secret)).toBe(false)
  } finally {
    setSystemTime()
  }
  const message = {
    id: 1795623835275000,
    screenname: 'tstone',
    author: 'rxd4we',
    value: 'Hello World',
  }
  const stand = { born: 1, head: message.id, trimmed: 0, cursor: message.id, more: false, now: 0 }
  const entries = [{ id: message.id, said: message }]
  const event = nextEvent('lobby', 0, { ...stand, entries })
  const seconds = Number(headers['webhook-timestamp'])
  expect(event?.body).toBe(body)
  expect(headers).toMatchObject(signed(secret, event as Event, seconds))
})

test('every property that a host may set is named, and every one named is used', async () => {
  const used = (await sourceOf('public/chat.css')).match(/--chat-[a-z]+/g)
  expect([...new Set(readme.match(/--chat-[a-z]+/g))].sort()).toEqual([...new Set(used)].sort())
})
