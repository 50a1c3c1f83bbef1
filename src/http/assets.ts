/** The files a page needs, each at an address that changes with its content. */
import type { Asset } from '../view/site.ts'
import { fileAnswer } from './answer.ts'
import { type Coding, codingOf, SMALLEST } from './encoding.ts'
import type { Handler } from './routes.ts'

/** What each is made of. Without its extension htmx would take news and show none of it, so both come or neither. */
const FILES: Record<Asset, string[]> = {
  'chat.css': ['../../public/chat.css'],
  'chat.js': ['../../public/chat.js'],
  'htmx.min.js': ['htmx.org/dist/htmx.min.js', 'htmx.org/dist/ext/hx-upsert.min.js'],
  'icon.svg': ['../../public/icon.svg'],
}

/** Reads every file once: the address that pages have for each, and the handlers by path below `base`. */
export async function loadAssets(base: string) {
  const addresses = {} as Record<Asset, string>
  const handlers: Record<string, Handler> = {}
  for (const [name, specifiers] of Object.entries(FILES) as [Asset, string[]][]) {
    const paths = specifiers.map((specifier) => Bun.resolveSync(specifier, import.meta.dir))
    const bytes = name === 'chat.js' ? await bundled(paths) : await joinedFiles(paths)
    const { type } = Bun.file(name)
    const hash = Bun.hash(bytes).toString(36).slice(0, 8)
    const address = `/assets/${hash}/${name}`
    addresses[name] = base + address
    // Who asks first waits for the compressing (50 ms for htmx, off the main thread): at the start it would
    // hold up everybody.
    const bodies: Partial<Record<Coding, Promise<Uint8Array<ArrayBuffer>>>> = {}
    const answering =
      (cacheControl: string): Handler =>
      async (request) => {
        const coding = codingOf(request)
        bodies[coding] ??= SMALLEST[coding](bytes)
        return fileAnswer(await bodies[coding], type, coding, cacheControl)
      }
    handlers[address] = answering('public, max-age=31536000, immutable')
    // While servers are updated one by one, a page of one version may ask a server of another.
    handlers[`/assets/:version/${name}`] = answering('no-store')
  }
  return { addresses, handlers }
}

async function joinedFiles(paths: string[]): Promise<Uint8Array<ArrayBuffer>> {
  const texts = await Promise.all(paths.map((path) => Bun.file(path).text()))
  return Buffer.from(texts.join('\n'))
}

/** Our own script and what it imports, as one, without comments and with short names. */
async function bundled(entrypoints: string[]): Promise<Uint8Array<ArrayBuffer>> {
  const { outputs } = await Bun.build({ entrypoints, minify: true, format: 'iife' })
  return Buffer.from(await (outputs[0] as Bun.BuildArtifact).arrayBuffer())
}
