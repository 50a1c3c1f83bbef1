// What a room in a frame does beyond a page of its own: it tells the page around it how high it is, and takes its theme
// from it, once that page has said who it is (public/embed.js); and it stays the same person without a cookie, or is the
// one whom that page has signed.
const { origins } = document.currentScript.dataset
const root = document.documentElement
const byId = (id) => document.getElementById(id)
const [log, chatbox] = ['log', 'chatbox'].map(byId)

let host
let told

const isHost = (origin) => [location.origin, ...origins.split(' ')].includes(origin)

addEventListener('message', ({ source, origin, data }) => {
  if (source !== parent || !(origins === '*' || isHost(origin))) return
  const theme = data?.chatboxTheme
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme
  host = origin
  told = undefined
  tell()
})

// With all of its log in sight. However high the frame is, that stays the same: the log takes what is left.
function tell() {
  const height = document.body.offsetHeight - log.clientHeight + chatbox.offsetHeight
  if (!host || height === told) return
  told = height
  parent.postMessage({ chatboxHeight: height }, host)
}

const observer = new ResizeObserver(tell)
observer.observe(log)
observer.observe(chatbox)

// A browser may keep nothing for us.
function inStore(act) {
  try {
    return act(localStorage)
  } catch {}
}

// Whom the page around it has signed. It is taken out of the address, which htmx tells with each request. A frame that is
// loaded anew finds it in its history, where htmx leaves alone what says it is its own.
let identity

function takeIdentity() {
  const given = new URLSearchParams(location.hash.slice(1)).get('identity')
  const known = given || history.state?.identity || identity
  if (!known) return
  const bare = given ? location.pathname + location.search : undefined
  history.replaceState({ htmx: true, identity: known }, '', bare)
  if (known === identity) return
  identity = known
  if (byId('identity')) becomeKnown()
}

// The server tells what is shown of them: it knows whether that is true.
function becomeKnown() {
  byId('identity').value = identity
  document.querySelector('#composer > .members')?.remove()
  const who = byId('screenname')
  who.disabled = true
  who.value = who.defaultValue = ''
  document.querySelector('.who .mark').textContent = ''
  globalThis.htmx?.ajax('GET', `${base}/api/identity`, {
    source: byId('over'),
    target: '.who',
    swap: 'outerMorph',
  })
}

// One identity for all rooms of a chatbox, which may share its origin with others.
const base = location.pathname.replace(/\/rooms\/.*/, '')
const name = `chatbox ${base}`

// The page says who it is shown to; what was kept before is better.
if (byId('token')) {
  const mark = document.querySelector('.who .mark')
  const kept = inStore((store) => JSON.parse(store.getItem(name)))
  if (kept) {
    byId('token').value = kept.token
    byId('screenname').value ||= kept.screenname
    mark.textContent = kept.mark
    mark.dataset.hue = kept.hue
  }
  keep()
  byId('composer').addEventListener('htmx:finally:request', keep)
  document.addEventListener('htmx:config:request', ({ detail: { ctx } }) => {
    if (ctx.sourceElement.id === 'poller') return
    ctx.request.headers['Chatbox-Token'] = byId('token').value
    if (identity) ctx.request.headers['Chatbox-Identity'] = identity
  })
}
addEventListener('hashchange', takeIdentity)
takeIdentity()

function keep() {
  if (identity) return
  const mark = document.querySelector('.who .mark')
  const kept = {
    token: byId('token').value,
    screenname: byId('screenname').value,
    mark: mark.textContent,
    hue: mark.dataset.hue,
  }
  inStore((store) => store.setItem(name, JSON.stringify(kept)))
}
