/** Who may import whom: an arrow only goes down. */
import { expect, test } from 'bun:test'
import { join } from 'node:path'

const SRC = join(import.meta.dir, '../src')

/** Each layer, and those it may import from. */
const MAY: Record<string, string[]> = {
  'main.ts': [
    ...['config.ts', 'load.ts', 'log.ts', 'skeleton.ts', 'workers.ts', 'app.ts'],
    ...['commands', 'http', 'webhooks', 'chat', 'store'],
  ],
  'config.ts': ['chat'],
  'load.ts': [],
  'log.ts': ['chat'],
  'skeleton.ts': [],
  'workers.ts': ['chat'],
  'app.ts': ['http', 'view', 'chat'],
  // The command line is a way in, as HTTP is: it is given a store, and knows none. Of views it has the words of refusals.
  commands: ['commands', 'webhooks', 'view', 'chat'],
  http: ['http', 'view', 'chat'],
  // A way out, as HTTP is a way in.
  webhooks: ['webhooks', 'view', 'chat'],
  view: ['view', 'chat'],
  store: ['store', 'chat'],
  chat: ['chat'],
}

test('every import goes down the house', async () => {
  const imports: string[] = []
  for await (const file of new Bun.Glob('**/*.{ts,tsx}').scan(SRC)) {
    const layer = file.split('/')[0] as string
    expect(Object.keys(MAY)).toContain(layer)
    const code = await Bun.file(join(SRC, file)).text()
    for (const [, path] of code.matchAll(/^(?:import|export) [^'"]*['"](\.[^'"]+)['"]/gm)) {
      const target = join(file, '..', path as string).split('/')[0] as string
      imports.push(`${layer} → ${target}`)
      if (!MAY[layer]?.includes(target)) throw new Error(`${file} may not import ${path}`)
    }
  }
  expect(imports.length).toBeGreaterThan(50)
})

test('the chat knows neither HTTP nor a database', async () => {
  for await (const file of new Bun.Glob('chat/*.ts').scan(SRC)) {
    const code = await Bun.file(join(SRC, file)).text()
    expect(code).not.toMatch(/from '(?!\.)/)
    expect(code).not.toMatch(/\b(?:Request|Response|Headers|fetch)\b/)
  }
})
