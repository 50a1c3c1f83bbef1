// Messages as their reader sees them: in their own time, days separated, what one person says in a row together, what
// names the reader marked, and what is the reader's own open to change. src/view/messages.tsx does the same for pages.
import { byId, calendar, clock, composer, log, moment, over } from './page.js'

const GOES_ON = 300_000
const OPEN = 600_000

const textOf = (item, part) => item?.querySelector(part)?.textContent ?? ''
const wordsIn = (text) => ` ${text} `.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')

// Asked each time: the first post may bring a mark that another tab was given. Who only reads has none.
export const isOwn = (item) => textOf(item, '.mark') === textOf(composer, '.mark')

function names(text) {
  const name = wordsIn(byId('screenname').value)
  return (
    name !== ' ' &&
    wordsIn(text).includes(RegExp(composer.dataset.joined, 'u').test(name) ? name.trim() : name)
  )
}

// Once, before it is shown: nothing is announced anew because it changed later. Answers with what its neighbours ask of it.
export function dress(item) {
  const shown = item.querySelector('time')
  const time = new Date(shown.dateTime)
  shown.textContent = clock.format(time)
  shown.title = moment.format(time)
  if (composer) item.toggleAttribute('data-mentions', !isOwn(item) && names(textOf(item, '.text')))
  item.facts = {
    time,
    day: calendar.format(time),
    person: `${textOf(item, '.user')} ${textOf(item, '.mark')}`,
    acts: item.querySelector('.text > em'),
  }
  return item.facts
}

// An own message is changed in its place: its time, which leads to its page, brings the form while that is open.
log?.addEventListener('click', (event) => {
  const link = event.target.closest('[data-own] .permalink')
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  const target = link.closest('.chat')
  htmx.ajax('GET', `${link.href}/revision`, { source: over, target, swap: 'beforeend' })
  // Where htmx is not there, that was no call, and the link leads on.
  event.preventDefault()
})

function offer(item, isOpen) {
  item.toggleAttribute('data-own', isOpen)
  item.querySelector('.permalink').title = isOpen ? log.dataset.edit : ''
}

function separate(item, { time, day }, separator) {
  const element = separator ?? document.createElement('li')
  if (element.textContent === day) return
  element.className = 'day'
  // Swedish writes dates as machines do.
  element.innerHTML = `<time datetime="${time.toLocaleDateString('sv')}">${day}</time>`
  if (!separator) item.before(element)
}

export function arrange() {
  let separator, before
  for (const item of document.querySelectorAll('#chatbox > *')) {
    if (item.matches('.day')) {
      separator?.remove()
      separator = item
    }
    if (!item.matches('.chat')) continue
    const facts = item.facts ?? dress(item)
    const isNewDay = before?.day !== facts.day
    if (isNewDay) separate(item, facts, separator)
    else separator?.remove()
    separator = undefined
    const goesOn = !isNewDay && before.person === facts.person && !before.acts && !facts.acts
    item.toggleAttribute('data-continues', goesOn && facts.time - before.time < GOES_ON)
    if (composer) offer(item, isOwn(item) && Date.now() - facts.time < OPEN)
    before = facts
  }
  separator?.remove()
}
