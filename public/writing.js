// Writing: Enter sends, refusals stand beside what was written, and no word is lost.
import { byId, composer, errors, filled, isOk, isOurs, isPoll, isPost, log, on } from './page.js'

document.addEventListener('keydown', (event) => {
  const { target, key, keyCode, shiftKey, isComposing } = event
  if (key === 'Escape') target.closest('.own')?.querySelector('.cancel')?.click()
  // Safari ends the writing of an input method with an Enter of this code.
  if (key !== 'Enter' || shiftKey || isComposing || keyCode === 229) return
  if (!target.matches('textarea')) return
  event.preventDefault()
  if (!target.form.querySelector(':disabled')) target.form.requestSubmit()
})

const unanswered = (ctx) => errors.dataset[isPost(ctx) ? 'unsent' : 'lost']

on('before:swap', (ctx, tasks) => {
  // What it says is not for our readers: they are told what it means for them.
  if (!isOk(ctx) && !isOurs(ctx)) tasks[0]?.fragment.replaceChildren(unanswered(ctx))
})
on('finally:request', (ctx) => {
  if (isPoll(ctx)) return
  const beside = ctx.sourceElement.closest('.own')?.querySelector('.told') ?? errors
  if (!ctx.response) beside.textContent = unanswered(ctx)
  else if (isOk(ctx)) errors.textContent = ''
})

if (composer)
  keepDraft(byId('screenname'), byId('value'), byId('left'), `chatbox ${location.pathname}`)

// A draft is this tab's own; a tab that has none takes the last one that was kept, for it may have crashed.
function keepDraft(who, value, left, name) {
  // A browser may keep nothing for us, or no more.
  const tried = (attempt) => {
    try {
      return attempt()
    } catch {}
  }
  const stores = [() => sessionStorage, () => localStorage].map(tried).filter(Boolean)
  // Sent, and not answered: under the same nonce it can be sent again and is said once.
  let pending
  let written

  function keep() {
    tell()
    const draft = value.value && JSON.stringify({ text: value.value, who: who.value, pending })
    for (const store of stores)
      tried(() => {
        if (draft) store.setItem(name, draft)
        else if (store.getItem(name) === written) store.removeItem(name)
      })
    written = draft || undefined
  }

  function tell() {
    const { most } = composer.dataset
    const text = value.value.trim()
    const isNear = text.length >= most * 0.9
    const length = isNear ? [...new Intl.Segmenter().segment(text)].length : 0
    left.textContent = length < most * 0.9 ? '' : filled(composer.dataset.left, most - length)
    // Where the stylesheet's `field-sizing` does not let it grow.
    value.rows = value.value.split('\n').length
  }

  value.addEventListener('input', keep)
  // Where htmx does not send it, the answer is another page.
  if (!composer.hasAttribute('hx-post'))
    composer.addEventListener('submit', () => {
      for (const store of stores) tried(() => store.removeItem(name))
    })

  for (const store of stores) {
    const kept = tried(() => JSON.parse(store.getItem(name)))
    if (!kept?.text || value.value) continue
    value.value = kept.text
    who.value ||= kept.who
    pending = kept.pending
    keep()
    if (pending) {
      byId('nonce').value = pending
      errors.textContent = errors.dataset.unsent
    }
  }

  let typed
  on('before:request', (ctx) => {
    if (!isPost(ctx)) return
    pending = byId('nonce').value
    keep()
  })
  on('before:swap', (ctx) => {
    if (!isPost(ctx)) return
    if (ctx.response.raw.status < 500) pending = undefined
    const sent = new URLSearchParams(ctx.request.body).get('value')
    if (isOk(ctx))
      typed = value.value.startsWith(sent) ? value.value.slice(sent.length) : value.value
  })
  on('finally:request', (ctx) => {
    if (!isPost(ctx)) return
    if (isOk(ctx)) {
      value.value = typed
      log.scrollTop = 0
    }
    keep()
    // The button was disabled while it was sent.
    if (document.activeElement === document.body) value.focus()
  })
}
