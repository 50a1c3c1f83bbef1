// The reader's place: at the end one stays there, elsewhere one stays to the pixel, and is told how many are new. What
// comes late, or comes again, changes nothing; what is being written stays.
import { arrange, dress, isOwn } from './conversation.js'
import { byId, chatbox, filled, isOk, isPoll, log, news, on, over } from './page.js'

const title = document.title
const isAtEnd = () => log.scrollTop > -4
// A badge may be left of the page before.
let unread = ['']

function count() {
  if (!news || !unread.length) return
  unread = isAtEnd() && document.hasFocus() ? [] : unread.filter(byId)
  const { length } = unread
  document.title = length ? `(${length}) ${title}` : title
  navigator.setAppBadge?.(length).catch(() => {})
  news.hidden = !length || isAtEnd()
  news.hash = unread[0]
  news.textContent = filled(news.dataset.new, length)
}

addEventListener('scroll', count, true)
addEventListener('focus', count)
count()

// What takes room from the log takes it at its end, and moves nothing that is being read.
let height
if (log)
  new ResizeObserver(() => {
    if (!isAtEnd()) log.scrollTop += log.clientHeight - height || 0
    height = log.clientHeight
  }).observe(log)

// What is in sight, and where; first of all what the reader works in.
function placeIn(held) {
  const { top } = log.getBoundingClientRect()
  return [held, ...chatbox.children]
    .map((item) => [item, item?.getBoundingClientRect()])
    .filter(([item, box]) => item === held || box.bottom > top)
}

// What was made of a message since it was said; nothing of one that was removed.
const changed = new Map()
const textOf = (item) => item?.querySelector('.text').innerHTML

// A log scrolls by whole pixels of the screen, and what is left over adds up.
let rest = 0
let place, held, wasOlder

on('before:swap', (ctx, tasks) => {
  for (const [, id] of ctx.text.matchAll(/hx-target="#(m-\d+)" hx-swap="delete"/g))
    changed.set(id, '')

  const { sourceElement } = ctx
  const inItem = sourceElement.closest('.chat')
  // A button that was pressed is disabled, and has lost the focus.
  held = document.activeElement?.closest('#chatbox > *') ?? inItem
  place = tasks.length && (!isAtEnd() || (held && !isPoll(ctx))) ? placeIn(held) : []
  wasOlder = sourceElement.closest('.older')
  // A screen reader tells what is new; history is not. What went wrong is said at once.
  if (isOk(ctx) && (wasOlder || inItem || sourceElement === over)) log.ariaLive = 'off'
  for (const task of tasks) {
    const { fragment, swapSpec } = task
    const isAdded = wasOlder || swapSpec.style === 'upsert'
    for (const item of fragment?.querySelectorAll('.chat') ?? []) {
      const { id } = item
      const shown = byId(id)
      const written = isPoll(ctx) && shown?.querySelector('.own')
      const isSame = textOf(shown) === textOf(item)
      if (isAdded) {
        item.innerHTML = changed.get(id) ?? item.innerHTML
        if (!item.innerHTML) item.remove()
        // A post that was sent again is answered with its first text.
        else if (shown && (!isPoll(ctx) || written || isSame)) item.remove()
        else if (!shown && isPoll(ctx) && !isOwn(item)) unread.push(id)
      } else {
        changed.set(id, item.innerHTML)
        // A correction, and a list drawn anew, are no news.
        item.ariaLive = 'off'
        // What stands there already stays: a form may be on its way to it.
        if (isSame && isPoll(ctx) && task.target === shown) swapSpec.style = 'none'
        else if (written) item.append(written)
      }
      if (item.innerHTML) dress(item)
    }
    // Its place is at the end: the extension would look for that of each from the beginning.
    if (isAdded && chatbox.lastElementChild?.id < fragment.firstElementChild?.id)
      swapSpec.style = 'beforeend'
  }
})

on('after:swap', () => {
  arrange()
  const [item, before] = place.find(([item]) => item?.isConnected) ?? []
  if (item) {
    rest += log.scrollTop + item.getBoundingClientRect().top - before.top
    log.scrollTop = rest
    rest -= log.scrollTop
  }
  count()
  // A form was opened: one goes on at the end of what was written, and it takes the focus once.
  const box = chatbox.querySelector('[autofocus]')
  box?.setSelectionRange(box.value.length, box.value.length)
  box?.closest('.own').scrollIntoView({ block: 'nearest' })
  box?.removeAttribute('autofocus')
})

// What had the focus may be gone: it goes to what stands there now.
on('finally:request', ({ sourceElement }) => {
  if (log.ariaLive)
    setTimeout(() => {
      log.ariaLive = null
    }, 500)
  const place = held ?? sourceElement.closest('.chat')
  held = undefined
  if (!place || document.activeElement !== document.body) return
  const item = wasOlder ? chatbox.querySelector('.older') : byId(place.id)
  const heir = item?.querySelector('textarea') ?? item?.querySelector('a') ?? log
  heir.focus({ preventScroll: true })
})
