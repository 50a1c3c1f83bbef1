// Writing: Enter sends, refusals stand beside what was written, and no word is lost.
import { byId, composer, errors, filled, isLost, isOk, isPoll, log, on } from './page.js'

document.addEventListener('keydown', (event) => {
  const { target, keyCode, shiftKey, isComposing } = event
  if (isComposing) return
  if (keyCode === 27) target.closest('.own')?.querySelector('.cancel')?.click()
  // Safari ends the writing of an input method with an Enter that has another code.
  if (keyCode !== 13 || shiftKey || !target.matches('textarea')) return
  event.preventDefault()
  if (!target.form.querySelector(':disabled')) target.form.requestSubmit()
})

function tell(box) {
  const left = box.form.querySelector('.left')
  const { most } = left.dataset
  const { length } = [...new Intl.Segmenter().segment(box.value.trim())]
  left.textContent = length < most * 0.9 ? '' : filled(left.dataset.left, most - length)
  // Where the stylesheet's `field-sizing` does not let it grow.
  box.rows = box.value.split('\n').length
}
document.addEventListener('input', ({ target }) => target.matches('textarea') && tell(target))

// For so long a server lets through the same nonce once.
const REMEMBERED = 86_400_000

on('finally:request', (ctx) => {
  if (isPoll(ctx)) return
  const beside = ctx.sourceElement.closest('.own')?.querySelector('.told') ?? errors
  if (isLost(ctx))
    beside.textContent = errors.dataset[ctx.sourceElement === composer ? 'unsent' : 'lost']
  else if (isOk(ctx)) errors.textContent = ''
})

if (composer) keepDraft(`chatbox ${composer.action}`, ...['screenname', 'value', 'nonce'].map(byId))

// A draft is this tab's own; a tab that has none takes the last one that was kept, for it may have crashed.
function keepDraft(name, who, value, nonce) {
  // When it was sent, where no answer came: under the same nonce it can be sent again and is said once.
  let sent
  let written
  let said, typed

  // A browser may keep nothing for us, or no more.
  const inStores = (act) =>
    ['sessionStorage', 'localStorage'].map((store) => {
      try {
        return act(window[store])
      } catch {
        return null
      }
    })

  function keep() {
    const draft =
      value.value && JSON.stringify({ text: value.value, who: who.value, nonce: nonce.value, sent })
    inStores((store) => {
      if (draft) store.setItem(name, draft)
      else if (store.getItem(name) === written) store.removeItem(name)
    })
    written = draft
  }

  value.addEventListener('input', () => {
    // Another text, which other tabs know nothing of. Who emptied the box gave up what was sent.
    if (!written) {
      sent = undefined
      nonce.value = Math.random()
    }
    keep()
  })
  composer.addEventListener('submit', () => {
    said = value.value
    sent ??= Date.now()
    keep()
  })

  const kept = inStores((store) => JSON.parse(store.getItem(name))).find((draft) => draft)
  // Where a form was sent without htmx, and said, one is led here from the page it was on.
  if (
    kept?.sent &&
    performance.getEntriesByType('navigation')[0].redirectCount &&
    /\/rooms\/[^/]+(\/messages|\/embed)?(\?|$)/.test(document.referrer)
  )
    inStores((store) => store.removeItem(name))
  // What was refused is there already, or somebody began to write before this script came.
  else if (kept && !value.defaultValue && [kept.text, ''].includes(value.value)) {
    value.value = kept.text
    who.value ||= kept.who
    if (!(Date.now() - kept.sent > REMEMBERED)) {
      sent = kept.sent
      nonce.value = kept.nonce
    }
    if (sent) errors.textContent = errors.dataset.unsent
  }
  keep()
  tell(value)

  // Another tab that had the same draft said it.
  addEventListener('storage', ({ key, oldValue, newValue }) => {
    if (key !== name || newValue) return
    const went = JSON.parse(oldValue)
    if (!went.sent || went.text !== value.value || went.nonce !== nonce.value) return
    value.value = errors.textContent = ''
    sent = undefined
    keep()
    tell(value)
  })

  on('before:swap', (ctx, tasks) => {
    if (ctx.sourceElement !== composer) return
    // What is written meanwhile stays; without this script, a fresh form takes its place.
    if (isOk(ctx)) tasks[0].swapSpec.style = 'outerMorph'
    if (ctx.response.raw.status < 500) sent = undefined
    typed = value.value.slice(value.value.startsWith(said) ? said.length : 0)
  })
  on('finally:request', (ctx) => {
    if (ctx.sourceElement !== composer) return
    if (isOk(ctx)) {
      value.value = typed
      log.scrollTop = 0
    }
    keep()
    tell(value)
    // The button was disabled while it was sent.
    if (document.activeElement === document.body) value.focus()
  })
}
