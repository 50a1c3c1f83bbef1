/** The files a page needs, each at an address that changes with its content. */
import type { Asset } from '../view/site.ts'
import { fileAnswer, IMMUTABLE, unchanged } from './answer.ts'
import { type Coding, codingOf, SMALLEST } from './encoding.ts'
import { isKnown, tagOf } from './etag.ts'
import type { Handler } from './routes.ts'

/** What each is made of. Without its extension htmx would take news and show none of it, so both come or neither. */
const FILES: Record<Asset, string[]> = {
  'chat.css': ['../../public/chat.css'],
  'chat.js': ['../../public/chat.js'],
  'frame.js': ['../../public/frame.js'],
  'htmx.min.js': ['htmx.org/dist/htmx.min.js', 'htmx.org/dist/ext/hx-upsert.min.js'],
  'icon.svg': ['../../public/icon.svg'],
}

/** The script that other sites name: its address stays. */
const EMBED = '../../public/embed.js'
/** So many seconds after a new one is served, nobody has the old one any more. */
const EMBED_SECONDS = 600

/** Reads every file once: the address that pages have for each, and the handlers by path below `base`. */
export async function loadAssets(base: string) {
  const addresses = {} as Record<Asset, string>
  const handlers: Record<string, Handler> = {}
  for (const [name, specifiers] of Object.entries(FILES) as [Asset, string[]][]) {
    const { bytes, type } = await read(specifiers)
    const hash = Bun.hash(bytes).toString(36).slice(0, 8)
    const address = `/assets/${hash}/${name}`
    addresses[name] = base + address
    const compressed = compressing(bytes)
    const answering =
      (fields: Record<string, string>): Handler =>
      async (request) => {
        const coding = codingOf(request)
        return fileAnswer(await compressed(coding), type, coding, fields)
      }
    handlers[address] = answering(IMMUTABLE)
    // While servers are updated one by one, a page of one version may ask a server of another.
    handlers[`/assets/:version/${name}`] = answering({ 'cache-control': 'no-store' })
  }
  return { addresses, handlers, embedScript: await embedScript() }
}

export type Assets = Awaited<ReturnType<typeof loadAssets>>

async function embedScript(): Promise<Handler> {
  const { bytes, type } = await read([EMBED])
  const compressed = compressing(bytes)
  const etag = tagOf(bytes)
  const fields = { etag, 'cache-control': `public, max-age=${EMBED_SECONDS}` }
  return async (request) => {
    if (isKnown(request, etag)) return unchanged(fields)
    const coding = codingOf(request)
    return fileAnswer(await compressed(coding), type, coding, fields)
  }
}

/**
 * Who asks first waits for the compressing (50 ms for htmx, off the main thread): at the start it would hold up
 * everybody.
 */
function compressing(bytes: Uint8Array<ArrayBuffer>) {
  const bodies: Partial<Record<Coding, Promise<Uint8Array<ArrayBuffer>>>> = {}
  return (coding: Coding) => {
    bodies[coding] ??= SMALLEST[coding](bytes)
    return bodies[coding]
  }
}

async function read(specifiers: string[]) {
  const paths = specifiers.map((specifier) => Bun.resolveSync(specifier, import.meta.dir))
  const [first = ''] = specifiers
  const isOurs = first.startsWith('.') && first.endsWith('.js')
  const bytes = isOurs ? await bundled(paths) : await joinedFiles(paths)
  return { bytes, type: Bun.file(first).type }
}

async function joinedFiles(paths: string[]): Promise<Uint8Array<ArrayBuffer>> {
  const texts = await Promise.all(paths.map((path) => Bun.file(path).text()))
  return Buffer.from(texts.join('\n'))
}

/** A script of ours and what it imports, as one, without comments and with short names. */
async function bundled(entrypoints: string[]): Promise<Uint8Array<ArrayBuffer>> {
  const { outputs } = await Bun.build({ entrypoints, minify: true, format: 'iife' })
  return Buffer.from(await (outputs[0] as Bun.BuildArtifact).arrayBuffer())
}
