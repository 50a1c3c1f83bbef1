/** A site of somebody else that shows the chatbox: another origin, and another site, for it has another name. */
import type { Page } from 'playwright-core'
import { atEnd } from './end.ts'
import { type Server, startServer, storeSettings } from './server.ts'
import { type Opening, openPage } from './tab.ts'

export type Host = {
  origin: string
  /** Opens a page of the site with this in its body; the test closes it. `policy`: its own. */
  open: (body: string, options?: Opening & { policy?: string }) => Promise<Page>
  /** Only the address of such a page. */
  put: (body: string, policy?: string) => string
}

/** What such a site may have, too. */
const HTMX: Record<string, string> = {
  '/htmx.min.js': 'htmx.org/dist/htmx.min.js',
  '/ext/hx-upsert.min.js': 'htmx.org/dist/ext/hx-upsert.min.js',
}

export function openHost(name = 'localhost'): Host {
  const pages = new Map<string, { body: string; policy?: string }>()
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: ({ url }) => {
      const file = HTMX[new URL(url).pathname]
      if (file) return new Response(Bun.file(Bun.resolveSync(file, import.meta.dir)))
      const { body = '', policy } = pages.get(new URL(url).pathname) ?? {}
      const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title><body>${body}`
      const headers = new Headers({ 'content-type': 'text/html' })
      if (policy) headers.set('content-security-policy', policy)
      return new Response(html, { headers })
    },
  })
  atEnd(() => server.stop(true))
  const origin = `http://${name}:${server.port}`
  const put = (body: string, policy?: string) => {
    const path = `/${pages.size}`
    pages.set(path, { body, policy })
    return origin + path
  }
  return {
    origin,
    put,
    open: (body, { policy, ...options } = {}) => openPage(put(body, policy), options),
  }
}

/** A site and the chatbox it may show. */
export async function openHosted(
  settings: Record<string, string> = {},
): Promise<{ host: Host; server: Server }> {
  const host = openHost()
  const server = await startServer({
    ...(await storeSettings('sqlite')),
    POLL_SECONDS: '1',
    EMBED_ORIGINS: host.origin,
    ...settings,
  })
  return { host, server }
}

/** As strict as a site may be that shows the chatbox. */
export const strict = ({ url }: Server) =>
  `default-src 'none'; script-src ${url}; frame-src ${url}; base-uri 'none'`

/** Those of other sites in frames, as browsers do more and more. */
export async function blockCookies(tab: Page): Promise<void> {
  const network = await tab.context().newCDPSession(tab)
  await network.send('Network.enable')
  await network.send('Network.setCookieControls', { enableThirdPartyCookieRestriction: true })
}
