/** What people paste to show a room on another site. */
import { ERRORS_TO_ALERT } from './alert.tsx'
import { embedAddress, messagesAddress, type Site, type Theme } from './site.ts'

const HTMX = 'https://cdn.jsdelivr.net/npm/htmx.org@4.0.1/dist'
const HEIGHT = 480
const TOLD = Object.entries(ERRORS_TO_ALERT)
  .map(([name, rule]) => `\n  ${name}="${rule}"`)
  .join('')

type Shown = {
  /** With whole addresses. */
  site: Site
  room: string
  isReadonly: boolean
  theme?: Theme
}

/** `width` in pixels, or a share of what is around it. */
export function frameSnippet(shown: Shown, width: number | string = '100%', height = HEIGHT) {
  const { site, room } = shown
  const address = embedAddress(site, room, shown).replace('&', '&amp;')
  return `<iframe src="${address}" title="Chatbox: ${room}" width="${width}" height="${height}" loading="lazy" frameborder="0"></iframe>`
}

function scriptSnippet({ site, room, isReadonly, theme }: Shown): string {
  const more = `${isReadonly ? ' data-readonly' : ''}${theme ? ` data-theme="${theme}"` : ''}`
  return `<script src="${site.base}/embed.js" data-room="${room}"${more}></script>`
}

function elementSnippet({ site, room, isReadonly, theme }: Shown): string {
  const more = `${isReadonly ? ' readonly' : ''}${theme ? ` theme="${theme}"` : ''}`
  return `<script src="${site.base}/embed.js" async></script>
<chat-box room="${room}"${more}></chat-box>`
}

function htmxSnippet({ site, room, isReadonly }: Shown): string {
  const address = messagesAddress(site, room, '.html')
  const reading = `<meta name="htmx-config" content='{"mode":"cors","noSwap":[204,304,"4xx","5xx"]}'>
<script src="${HTMX}/htmx.min.js" defer></script>
<script src="${HTMX}/ext/hx-upsert.min.js" defer></script>
<div hx-get="${address}" hx-trigger="load"></div>`
  if (isReadonly) return reading
  return `${reading}
<form hx-post="${address}" hx-swap="outerHTML"${TOLD}>
  <label>Name <input name="screenname" required></label>
  <label>Message <input name="value" required></label>
  <button>Say</button>
  <p id="errors" role="alert"></p>
</form>`
}

function includeSnippet({ site, room }: Shown): string {
  const address = messagesAddress(site, room, '.html')
  const tls = site.base.startsWith('https:') ? '\n  proxy_ssl_server_name on;' : ''
  return `# nginx, in the server block:
location = /chat/${room} {
  proxy_pass ${address};${tls}
  proxy_set_header Accept-Encoding "";
  proxy_set_header Cookie "";
}
# In a page, where ssi is on:
<!--# include virtual="/chat/${room}" -->

# Or in a page in PHP:
<?php readfile('${address}') ?>

# Or in a view of Django, for {{ messages|safe }} in its template:
from urllib.request import urlopen
def page(request):
    messages = urlopen('${address}').read().decode()
    return render(request, 'page.html', {'messages': messages})`
}

/** The ways there are, and what is pasted for each. */
export const WAYS = {
  frame: (shown: Shown) => frameSnippet(shown),
  script: scriptSnippet,
  element: elementSnippet,
  htmx: htmxSnippet,
  include: includeSnippet,
}

export type Way = keyof typeof WAYS
