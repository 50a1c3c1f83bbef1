// Polls with manners: none while nobody looks, one at once when somebody does, and ever fewer while no answer comes.
import { byId, clock, filled, isOk, isPoll, on, status } from './page.js'

const LONGEST = 60_000

// A clock that nobody sets.
const now = () => performance.now()

let failures = 0
let resume = 0
let resumeAtLeast = 0
let polled = 0

const every = () => byId('poller').getAttribute('hx-trigger').match(/\d+/)[0] * 1000

on('config:request', (ctx, _, event) => {
  if (!isPoll(ctx)) return
  // A poll out of turn has just done what this one would do; and each counts as a page that is open.
  const isEarly = now() - polled < every() / 2
  const waits = ctx.sourceEvent?.type === 'every' && (now() < resume || isEarly)
  if (document.hidden || waits) event.preventDefault()
  else polled = now()
})

// Milliseconds that a `Retry-After` asks for, in seconds or as a date.
function askedBy(response) {
  const after = response?.headers.get('retry-after') ?? 0
  return after * 1000 || Date.parse(after) - Date.now() || 0
}

function lost(response) {
  // A quarter more or less, so that those who lost it at once do not come back at once.
  const wait = Math.min(every() * 2 ** failures, LONGEST) * (0.75 + Math.random() / 2)
  if (!failures) status.textContent = filled(status.dataset.lost, clock.format())
  failures += 1
  resumeAtLeast = now() + askedBy(response)
  resume = Math.max(resumeAtLeast, now() + wait)
}

function wake() {
  resume = resumeAtLeast
  polled = -Infinity
  if (byId('poller')) htmx.trigger('#poller', 'every')
}
addEventListener('online', wake)
document.addEventListener('visibilitychange', () => document.hidden || wake())

on('finally:request', (ctx) => {
  if (!isPoll(ctx)) return
  if (!isOk(ctx)) return lost(ctx.response?.raw)
  failures = 0
  status.textContent = ''
})
