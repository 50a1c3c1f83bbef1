// What the page does beyond htmx: it stays at the newest message, says when there is no connection, and
// loses neither what is being typed nor the place it is typed in.

const byId = (id) => document.getElementById(id)
const sourceOf = (event) => event.detail.ctx?.sourceElement?.id

// Whoever reads the end goes on reading the end.
const page = document.documentElement
const isAtEnd = () => page.scrollHeight - page.clientHeight - page.scrollTop < 4
const toEnd = () => page.scrollTo(0, page.scrollHeight)
let atEnd = true

if (byId('poller') && !location.hash) toEnd()
document.addEventListener('htmx:before:swap', () => {
  atEnd = isAtEnd()
})
document.addEventListener('htmx:after:swap', () => {
  if (atEnd) toEnd()
})

// No answer: a poll goes on by itself, anything else is for its asker to try again.
function lost(place) {
  byId(place).textContent = byId(place).dataset.lost
}

document.addEventListener('htmx:response:error', (event) => {
  if (sourceOf(event) === 'poller') lost('status')
})
document.addEventListener('htmx:error', (event) => {
  if (event.detail.ctx) lost(sourceOf(event) === 'poller' ? 'status' : 'errors')
})
document.addEventListener('htmx:after:request', (event) => {
  if (sourceOf(event) === 'poller' && event.detail.ctx.response.raw.ok)
    byId('status').textContent = ''
})

// The fresh composer that answers a post takes over what was typed since.
let typed = ''

document.addEventListener('htmx:before:swap', (event) => {
  const { request, response } = event.detail.ctx
  if (sourceOf(event) !== 'composer' || !response.raw.ok) return
  const sent = new URLSearchParams(request.body).get('value')
  const { value } = byId('value')
  typed = value.startsWith(sent) ? value.slice(sent.length) : value
})
document.addEventListener('htmx:finally:request', (event) => {
  const { request, response } = event.detail.ctx
  if (request.method !== 'POST') return
  if (response?.raw.ok) byId('value').value = typed
  if (document.activeElement === document.body) byId('value').focus()
})
