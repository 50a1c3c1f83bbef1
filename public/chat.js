// Says when the poller gets no answer, and takes it back when it does.
const status = () => document.getElementById('status')

function ofPoller(event) {
  return event.detail?.ctx?.sourceElement?.id === 'poller'
}

function lost(event) {
  if (ofPoller(event) && status()) status().textContent = status().dataset.lost
}

document.addEventListener('htmx:response:error', lost)
document.addEventListener('htmx:error', lost)
document.addEventListener('htmx:after:request', (event) => {
  if (ofPoller(event) && event.detail.ctx.response?.raw?.ok && status()) status().textContent = ''
})
