// What a room in a frame does beyond a page of its own: it tells the page around it how high it is, and takes its theme
// from it, once that page has said who it is (public/embed.js).
const { origins } = document.currentScript.dataset
const root = document.documentElement
const [log, chatbox] = ['log', 'chatbox'].map((id) => document.getElementById(id))

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
