// For pages of other sites: puts a room there, in a frame as high as what is in it.
const script = document.currentScript
const home = new URL(script.src)
const LEAST = 160
const MOST = 640

// Those that are loaded, each with what tells its theme.
const frames = new Map()

// The page is dark where its text is light, by whatever means it is so.
function themeAround(place) {
  const pixel = document.createElement('canvas').getContext('2d')
  pixel.fillStyle = getComputedStyle(place).color
  pixel.fillRect(0, 0, 1, 1)
  const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data
  return red + green + blue > 382 ? 'dark' : 'light'
}

// The frame learns by it who may be told how high it is.
const greet = (themed, frame) =>
  frame.contentWindow?.postMessage({ chatboxTheme: themed() }, home.origin)

const follow = () => frames.forEach(greet)
const observer = new MutationObserver(follow)
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', follow)

function open(place, { room, theme, identity, isReadonly }) {
  const frame = document.createElement('iframe')
  const themed = () => theme || themeAround(place)
  frame.title = `Chatbox: ${room}`
  frame.loading = 'lazy'
  // What a host's own stylesheet may change.
  frame.width = '100%'
  frame.height = 480
  frame.frameBorder = 0
  frame.onload = () => {
    frames.set(frame, themed)
    greet(themed, frame)
  }
  // No server is told what stands behind a #.
  const signed = identity ? `#identity=${identity}` : ''
  const query = `${isReadonly ? 'readonly&' : ''}theme=${themed()}`
  frame.src = new URL(`rooms/${room}/embed?${query}${signed}`, home)
  for (const element of [document.documentElement, document.body ?? place])
    observer.observe(element, { attributes: true })
  return frame
}

addEventListener('message', ({ source, origin, data }) => {
  const height = data?.chatboxHeight
  if (origin !== home.origin || !Number.isInteger(height)) return
  for (const frame of frames.keys())
    if (frame.contentWindow === source) frame.height = Math.min(Math.max(height, LEAST), MOST)
})

class ChatBox extends HTMLElement {
  static observedAttributes = ['room', 'readonly', 'theme', 'identity']

  connectedCallback() {
    this.disconnectedCallback()
    const [room, theme, identity] = ['room', 'theme', 'identity'].map((name) =>
      this.getAttribute(name),
    )
    if (!room) return this.frame?.remove()
    this.frame = open(this, { room, theme, identity, isReadonly: this.hasAttribute('readonly') })
    this.replaceChildren(this.frame)
  }

  // What an element has from the beginning is told before it is in its place.
  attributeChangedCallback() {
    if (this.frame) this.connectedCallback()
  }

  disconnectedCallback() {
    frames.delete(this.frame)
  }
}
// The script may stand on a page several times.
if (!customElements.get('chat-box')) customElements.define('chat-box', ChatBox)

const { readonly, ...asked } = script.dataset
if (asked.room)
  script.before(open(script.parentElement, { ...asked, isReadonly: readonly !== undefined }))
