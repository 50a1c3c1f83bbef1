/** The last step of `npm run check`, on lock files as they should be and as they should not (`test/audit.ts`). */
import { expect, test } from 'bun:test'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { freshFolder } from './with/folder.ts'

const ROOT = join(import.meta.dir, '..')
/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:9/'

type Json = { [name: string]: Json } & Record<string, unknown>

/** Audits a copy in which something was changed, by a registry. */
async function audited(change: (manifest: Json, lock: Json) => void, registry = NOWHERE) {
  const folder = freshFolder()
  const names = ['package.json', 'package-lock.json', 'bunfig.toml']
  for (const name of names) await cp(join(ROOT, name), join(folder, name))
  const [manifest, lock] = await Promise.all(
    names.slice(0, 2).map(async (name): Promise<Json> => Bun.file(join(folder, name)).json()),
  )
  change(manifest as Json, lock?.packages as Json)
  await Bun.write(join(folder, 'package.json'), JSON.stringify(manifest))
  await Bun.write(join(folder, 'package-lock.json'), JSON.stringify(lock))
  const audit = Bun.spawn([process.execPath, join(import.meta.dir, 'audit.ts'), folder], {
    env: { PATH: process.env.PATH ?? '', npm_config_registry: registry },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err] = await Promise.all(
    [audit.stdout, audit.stderr].map((text) => new Response(text).text()),
  )
  return { passed: (await audit.exited) === 0, out, err }
}

test.concurrent('without a network it passes, and says what it did not look up', async () => {
  const { passed, out, err } = await audited(() => {})
  expect([passed, err]).toEqual([true, ''])
  expect(out).toMatch(/was NOT looked up: .*ConnectionRefused/)
  expect(out).not.toContain('Nothing is known')
})

test.concurrent.each([
  ['yaml has no sha512', (_: Json, lock: Json) => delete lock['node_modules/yaml']?.integrity],
  [
    'yaml comes from http://evil.example/yaml.tgz',
    (_: Json, lock: Json) =>
      Object.assign(lock['node_modules/yaml'] ?? {}, { resolved: 'http://evil.example/yaml.tgz' }),
  ],
  [
    'yaml runs a script',
    (_: Json, lock: Json) =>
      Object.assign(lock['node_modules/yaml'] ?? {}, { hasInstallScript: true }),
  ],
  [
    'yaml has no exact version, but ^2.9.1',
    (manifest: Json) => Object.assign(manifest.dependencies ?? {}, { yaml: '^2.9.1' }),
  ],
] as [string, (manifest: Json, lock: Json) => void][])(
  'it fails where %s',
  async (words, change) => {
    const { passed, err } = await audited(change)
    expect(passed).toBe(false)
    expect(err).toContain(words)
  },
)

test.concurrent('what a registry knows against the program fails it, and against its tools is told', async () => {
  const advisory = {
    id: 1,
    severity: 'high',
    title: 'bad',
    url: 'https://a.example',
    vulnerable_versions: '*',
  }
  const knowing = (...names: string[]) =>
    Bun.serve({
      port: 0,
      fetch: () => Response.json(Object.fromEntries(names.map((name) => [name, [advisory]]))),
    })
  const [none, tool, served] = [knowing(), knowing('lighthouse'), knowing('elysia')]
  const by = async ({ url }: { url: URL }) => audited(() => {}, url.href)
  expect(await by(none)).toMatchObject({
    passed: true,
    out: expect.stringContaining('Nothing is known'),
  })
  expect(await by(tool)).toMatchObject({
    passed: true,
    out: expect.stringContaining('lighthouse: high, bad'),
  })
  expect(await by(served)).toMatchObject({
    passed: false,
    err: expect.stringContaining('elysia: high, bad'),
  })
  for (const registry of [none, tool, served]) await registry.stop(true)
})
