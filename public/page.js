// What a page of ours has, and how it is addressed. A room has a log, and at its end a poller and a composer; other
// pages show messages or times alone.

export const byId = (id) => document.getElementById(id)
export const [log, chatbox, composer, over, news, status, errors] = [
  'log',
  'chatbox',
  'composer',
  'over',
  'new',
  'status',
  'errors',
].map(byId)

// What htmx tells of a request.
export const on = (event, listen) =>
  document.addEventListener(`htmx:${event}`, (happened) => {
    const { ctx, tasks } = happened.detail
    if (ctx) listen(ctx, tasks, happened)
  })
export const isPoll = ({ sourceElement }) => sourceElement.id === 'poller'
// What never came, or broke off, has no text.
export const isLost = ({ text }) => text === undefined
export const isOk = (ctx) => !isLost(ctx) && ctx.response.raw.ok
export const filled = (template, what) => template.replace('{}', what)

// What some server in between says instead of ours, a page to log in for example, is no answer.
on('before:response', (ctx, _, event) => {
  const { status, headers } = ctx.response.raw
  if (!headers.has('chatbox') && !(isPoll(ctx) && status === 204)) event.preventDefault()
})

// The interface's language, as the reader's own region writes it.
const { lang } = document.documentElement
const locale = navigator.languages.find((language) => language.startsWith(lang)) ?? lang
const format = (options) => new Intl.DateTimeFormat(locale, options)
export const clock = format({ timeStyle: 'short' })
export const calendar = format({ dateStyle: 'full' })
export const moment = format({ dateStyle: 'medium', timeStyle: 'short' })
