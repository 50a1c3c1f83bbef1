/** The files a page needs, each at an address that changes with its content. */
import type { Asset } from '../view/site.ts'
import { immutable } from './answer.ts'
import type { Handler } from './routes.ts'

const FILES: Record<Asset, string> = {
  'chat.css': '../../public/chat.css',
  'chat.js': '../../public/chat.js',
  'htmx.min.js': 'htmx.org/dist/htmx.min.js',
  'hx-upsert.min.js': 'htmx.org/dist/ext/hx-upsert.min.js',
  'icon.svg': '../../public/icon.svg',
}

/** Reads every file once: the address that pages have for each, and the handlers by address below `base`. */
export async function loadAssets(base: string) {
  const addresses = {} as Record<Asset, string>
  const handlers: Record<string, Handler> = {}
  for (const [name, specifier] of Object.entries(FILES) as [Asset, string][]) {
    const file = Bun.file(Bun.resolveSync(specifier, import.meta.dir))
    const bytes = await file.bytes()
    const hash = Bun.hash(bytes).toString(36).slice(0, 8)
    const address = `/assets/${hash}/${name}`
    addresses[name] = base + address
    handlers[address] = () => immutable(bytes, file.type)
  }
  return { addresses, handlers }
}
