/**
 * A program: many open pages, each a connection of its own that polls as our page does. Its first argument is what is
 * wanted, as JSON (`Wanted`); prints `ready` when it begins to measure, and then what came of it, as JSON (`Polls`).
 */
import type { Socket } from 'bun'

/** A room, and the cursor that its pages begin with. */
export type Place = [room: string, cursor: string]

export type Wanted = {
  /** Servers, over which pages are shared out, and at each of them the rooms. */
  urls: string[]
  rooms: Place[]
  pages: number
  /** Seconds from poll to poll, seconds over which they come, and seconds that are measured. */
  every: number
  within: number
  seconds: number
  /** Whether they are measured as they come, or else when all are there and have been told how many they are. */
  isArriving?: boolean
}

/** What was measured: polls that were answered, those of them with news, connections that broke, messages that came. */
export type Polls = {
  answered: number
  news: number
  broken: number
  messages: number
  /** Milliseconds from a poll to the end of its answer, here: of half of them, of 99 in a hundred, of all. */
  median: number
  p99: number
  slowest: number
}

const HEADERS = [
  'Accept: text/html',
  'Accept-Language: en-GB,en;q=0.9',
  'HX-Request: true',
  'HX-Source: div#poller',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36',
].join('\r\n')

const RETRY_MS = 1000

const wanted = JSON.parse(process.argv[2] as string) as Wanted
const latencies: number[] = []
const counts = { answered: 0, news: 0, broken: 0, messages: 0 }
let begun = 0
let isMeasuring = false

class Page {
  #socket?: Socket
  #path: string
  #sent = 0
  #seen = ''
  #hasPolled = false

  constructor(
    private readonly url: URL,
    room: string,
    cursor: string,
  ) {
    this.#path = `/rooms/${room}/messages.html?after=${cursor}&every=${Math.ceil(wanted.every)}&here=1`
  }

  async open(): Promise<void> {
    try {
      this.#socket = await Bun.connect({
        hostname: this.url.hostname,
        port: Number(this.url.port),
        socket: {
          data: (_, bytes) => this.#read(bytes.toString()),
          close: () => this.#lost(),
          error: () => {},
        },
      })
      this.#poll()
    } catch {
      setTimeout(() => this.open(), RETRY_MS * (0.5 + Math.random()))
    }
  }

  #poll(): void {
    this.#sent = performance.now()
    this.#seen = ''
    this.#socket?.write(
      `GET ${this.#path} HTTP/1.1\r\nHost: ${this.url.host}\r\n${HEADERS}\r\n\r\n`,
    )
  }

  #lost(): void {
    if (isMeasuring) counts.broken += 1
    setTimeout(() => this.open(), RETRY_MS * (0.5 + Math.random()))
  }

  #read(text: string): void {
    this.#seen += text
    const end = this.#seen.indexOf('\r\n\r\n')
    if (end < 0) return
    const length = Number(/^content-length: (\d+)/im.exec(this.#seen.slice(0, end))?.[1] ?? 0)
    if (Buffer.byteLength(this.#seen) < end + 4 + length) return
    if (!/^HTTP\/1\.1 20[04] /.test(this.#seen)) {
      this.#socket?.end()
      return
    }
    const now = performance.now()
    if (!this.#hasPolled) begun += 1
    this.#hasPolled = true
    const next = /hx-get="([^"]+)"/.exec(this.#seen)?.[1]
    if (next) this.#path = next.replaceAll('&amp;', '&')
    if (isMeasuring) {
      counts.answered += 1
      latencies.push(now - this.#sent)
      if (length > 0) counts.news += 1
      counts.messages += this.#seen.match(/<li id="m-/g)?.length ?? 0
    }
    const wait = this.#sent + wanted.every * 1000 - now
    setTimeout(() => this.#poll(), Math.max(0, wait))
  }
}

function begin(): void {
  console.log('ready')
  isMeasuring = true
}

const { urls, rooms, pages, within, seconds, isArriving } = wanted
if (isArriving) begin()
for (let i = 0; i < pages; i++) {
  const [room, cursor] = rooms[Math.floor(i / urls.length) % rooms.length] as Place
  const page = new Page(new URL(urls[i % urls.length] as string), room, cursor)
  setTimeout(() => page.open(), (i / pages) * within * 1000)
}
if (!isArriving) {
  while (begun < pages) await Bun.sleep(20)
  // What came first with the crowd is over by then, and most were told how many they are.
  await Bun.sleep(2 * wanted.every * 1000)
  begin()
}
await Bun.sleep(seconds * 1000)
isMeasuring = false
const ordered = latencies.sort((a, b) => a - b)
const at = (share: number) => ordered[Math.floor(ordered.length * share)] ?? Number.NaN
const polls: Polls = { ...counts, median: at(0.5), p99: at(0.99), slowest: ordered.at(-1) ?? 0 }
console.log(JSON.stringify(polls))
process.exit(0)
