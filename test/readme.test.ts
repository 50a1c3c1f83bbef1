/** The README names what there is, all of it, and nothing else. */
import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '../src/config.ts'
import { CLIENTS } from './with/clients.ts'
import { command } from './with/commands.ts'
import { freshFolder } from './with/folder.ts'
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
  const server = await startServer(settings)
  const store = await openStore('sqlite', {}, silent, settings.SQLITE_PATH)
  const made = async (...args: string[]) => (await command(store, args)).printed.trim()
  const hook = (await made('hook', 'add', 'lobby', 'tstone')).replace(
    /^https:\/\/[^/]*/,
    server.url,
  )
  const env = { TOKEN: await made('bot', 'add', 'tstone'), HOOK: hook }
  const lines = readme.match(/^curl .*$/gm) ?? []

  test('are some', () => expect(lines.length).toBeGreaterThan(5))

  describe.each(Object.entries(CLIENTS))('done by %s', (_, client) => {
    test.each(lines)('%s', async (line) => {
      const asked = line.replaceAll('http://127.0.0.1:3000', server.url)
      expect(await client(asked, { cwd: freshFolder(), env })).toMatch(/tstone|^ok$/)
    })
  })
})

test('every property that a host may set is named, and every one named is used', async () => {
  const used = (await sourceOf('public/chat.css')).match(/--chat-[a-z]+/g)
  expect([...new Set(readme.match(/--chat-[a-z]+/g))].sort()).toEqual([...new Set(used)].sort())
})
