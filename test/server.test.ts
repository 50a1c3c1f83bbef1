/** The program as a process, on real sockets: what it bears, and how it starts and stops. */
import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { memoryOf } from './with/crowd.ts'
import { freshFolder } from './with/folder.ts'
import { type Server, startServer, storeSettings } from './with/server.ts'
import { freshRoom, KINDS } from './with/stores.ts'

const MAIN = join(import.meta.dir, '../src/main.ts')
const SQLITE_PATH = join(freshFolder(), 'chat.sqlite')
const LIMIT = 64 * 1024

/** Matches nothing, so that all is read until the server closes. */
const AT_CLOSE = /(?!)/

const HOSTS = [
  '',
  'Host:',
  'Host: "><script>alert(1)</script>',
  'Host: evil.example/?x=',
  'Host: evil.example#',
  'Host: user@evil.example:99999',
  'Host: [::1',
  'Host: %00',
  'Host: a b',
  'Host: \u00e4.example',
  'Host: a\r\nHost: b',
  `Host: ${'a'.repeat(5000)}`,
]

/** A connection to a server, and all that it has answered there. */
async function socketTo({ url }: Server) {
  const { hostname, port } = new URL(url)
  const socket: Socket = connect(Number(port), hostname)
  const seen = { text: '', closed: false }
  socket.on('data', (data) => {
    seen.text += data
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    seen.closed = true
  })
  await new Promise((resolve) => socket.once('connect', resolve))
  return { socket, seen, close: () => socket.destroy() }
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 10_000 && !condition(); i++) await Bun.sleep(5)
  if (!condition()) throw new Error(`waited in vain for ${what}`)
}

/** Sends this on a connection of its own, and answers what comes back, up to `end`. */
async function exchange(server: Server, sent: (string | Uint8Array)[], end = /\r\n\r\n/) {
  const { socket, seen, close } = await socketTo(server)
  for (const piece of sent) socket.write(piece)
  await until(() => end.test(seen.text) || seen.closed, `${end}, not ${seen.text.slice(0, 200)}`)
  close()
  return seen.text
}

const post = (room: string, ...headers: string[]) =>
  [
    `POST /rooms/${room}/messages HTTP/1.1`,
    'Host: localhost',
    'Accept: application/json',
    'Content-Type: application/x-www-form-urlencoded',
    ...headers,
    '\r\n',
  ].join('\r\n')

/** A form of exactly so many bytes that says `hi`. */
const formOf = (length: number) => 'screenname=a&value=hi&more='.padEnd(length, 'x')

const chunked = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`

/** Whatever tells addresses of ours, or might. */
const TELLING = [
  ...['/', '/rooms?room=ROOM', '/moderator', '/api', '/openapi.json', '/embed.js', '/nowhere'],
  ...['', '/embed', '/share', '/moderation', '/messages', '/messages/ID'].map(
    (path) => `/rooms/ROOM${path}`,
  ),
  ...['.html', '.html?after=0', '.json?limit=1', '.txt', '.atom', '.yaml'].map(
    (suffix) => `/rooms/ROOM/messages${suffix}`,
  ),
  ...['/api/latest-chat/60/?room=ROOM', '/oembed?url=/rooms/ROOM'],
  ...['/oembed?url=https://chat.example/rooms/ROOM'],
]

/** Where no header is looked at: a poll whose answer is known, and where there is nothing. */
const UNSEEN: Record<string, RegExp> = {
  '/rooms/ROOM/messages.html?after=0': /^HTTP\/1\.1 [24]00 /,
  '/nowhere': /^HTTP\/1\.1 404 /,
}

test.concurrent('no address in an answer is made of a Host where PUBLIC_URL tells it, and several are refused', async () => {
  const settings = { PUBLIC_URL: 'https://chat.example', MODERATOR_KEY: 'x'.repeat(16) }
  const server = await startServer({ ...(await storeSettings('sqlite')), ...settings })
  const room = freshRoom()
  const evil = 'Host: evil.example'
  const ask = (method: string, path: string, ...lines: string[]) => {
    const head = [`${method} ${path} HTTP/1.1`, 'Connection: close', ...lines, '\r\n']
    return exchange(server, [head.join('\r\n')], AT_CLOSE)
  }
  const saying = `/rooms/${room}/messages?screenname=tester`
  const body = ['Content-Type: text/plain', 'Content-Length: 2', '', 'hi']
  let id = ''
  for (const accept of ['text/html', 'application/json']) {
    const answer = await ask('POST', saying, evil, `Accept: ${accept}`, ...body)
    expect(answer).toMatch(/^HTTP\/1\.1 (201|303) /)
    expect(answer).not.toContain('evil.example')
    id = /"id":"(\d+)"/.exec(answer)?.[1] ?? ''
  }
  const several = [
    [evil, 'Host: evil.example:80'],
    ['Host: localhost', 'Host: localhost'],
  ]
  for (const hosts of several)
    expect(await ask('POST', saying, ...hosts, ...body)).toMatch(/^HTTP\/1\.1 400 /)
  // To a page of another site addresses are told whole.
  for (const asked of TELLING)
    for (const origin of [[], ['Origin: https://site.example']]) {
      const path = asked.replace('ROOM', room).replace('ID', id)
      const answer = await ask('GET', path, evil, ...origin)
      expect(answer).toMatch(/^HTTP\/1\.1 (200|204|303|404) /)
      expect([path, answer.includes('evil.example')]).toEqual([path, false])
      for (const hosts of several) {
        const refused = await ask('GET', path, ...hosts, ...origin)
        expect(refused).toMatch(UNSEEN[asked] ?? /^HTTP\/1\.1 400 /)
        expect([path, refused.includes('evil.example')]).toEqual([path, false])
      }
    }
  const { messages } = await (await fetch(`${server.url}/rooms/${room}/messages.json`)).json()
  expect(messages).toBeArrayOfSize(2)
  await server.stop()
})

/** Connections to a server that it has not ended, whatever has become of their other ends. */
function standing({ url }: Server): number {
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0')
  const established = new RegExp(`: \\w+:${port} \\w+:\\w+ 01 `, 'g')
  return readFileSync('/proc/net/tcp', 'utf8').match(established)?.length ?? 0
}

/** Twenty who ask, and take no more than fits into the smallest buffer that a socket can have. */
const TAKE_NOTHING = `
import socket, sys, time
sockets = [socket.socket() for _ in range(20)]
for one in sockets:
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    one.connect((sys.argv[1], int(sys.argv[2])))
    one.sendall(b'GET ' + sys.argv[3].encode() + b' HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n')
time.sleep(60)`

test.concurrent('who takes nothing of an answer is cut off, and so is who stays after waiting for news', async () => {
  const server = await startServer({ ...(await storeSettings('sqlite')), MESSAGE_LENGTH: '16384' })
  const room = `/rooms/${freshRoom()}/messages`
  // In JSON it is six times as long.
  const text = '<'.repeat(16_000)
  // No connection of ours is kept, or it would be counted.
  const send = (path: string, init = {}) => fetch(server.url + path, { ...init, keepalive: false })
  const say = (i: number) =>
    send(`${room}.json?screenname=tester`, { method: 'POST', body: `${i} ${text}` })
  for (let i = 0; i < 100; i += 20)
    await Promise.all(Array.from({ length: 20 }, (_, more) => say(i + more)))
  const path = `${room}.json?after=0&limit=200`
  const { cursor } = await (await send(path)).json()
  const before = memoryOf(server)
  const waiting = await socketTo(server)
  const wait = `GET ${room}.json?after=${cursor}&wait=1 HTTP/1.1\r\nHost: localhost\r\n\r\n`
  waiting.socket.write(wait)
  const { hostname, port } = new URL(server.url)
  const slow = Bun.spawn(['python3', '-c', TAKE_NOTHING, hostname, port, path])
  await until(() => standing(server) === 21, 'all to ask')
  expect(waiting.seen.closed).toBe(false)
  await Bun.sleep(3000)
  // All of them were answered the same, which is there once.
  expect(memoryOf(server) - before).toBeLessThan(40)
  await Bun.sleep(7000)
  await until(() => waiting.seen.closed && standing(server) === 0, 'all to be cut off')
  expect(slow.exitCode).toBeNull()
  slow.kill()
  const whole = await send(path, { headers: { 'accept-encoding': 'identity' } })
  expect(((await whole.json()) as { messages: [] }).messages).toBeArrayOfSize(100)
  await server.stop()
})

describe.each(KINDS)('a server on %s', async (kind) => {
  const server = await startServer(await storeSettings(kind))
  const alive = async () => (await fetch(`${server.url}/readyz`)).status === 200

  test('answers a poll that finds nothing in 80 bytes, which no cache keeps', async () => {
    const room = freshRoom()
    const page = await (await fetch(`${server.url}/rooms/${room}`)).text()
    const [, poll = ''] = /hx-get="([^"]*messages\.html[^"]*)"/.exec(page) ?? []
    const bare = `/rooms/${room}/messages.html?after=0`
    for (const path of [poll.replaceAll('&amp;', '&'), bare, bare]) {
      const answer = await exchange(server, [`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`])
      expect(answer).toStartWith('HTTP/1.1 204 No Content\r\n')
      expect(answer).toContain('\r\nExpires: 0\r\n')
      expect(answer.length).toBeLessThanOrEqual(80)
    }
  })

  test('takes a body of 64 KiB, and no byte more', async () => {
    const lengths: [number, number][] = [
      [LIMIT, 201],
      [LIMIT + 1, 413],
    ]
    for (const [length, status] of lengths) {
      const room = freshRoom()
      const body = formOf(length)
      const measured = await exchange(server, [post(room, `Content-Length: ${length}`), body])
      expect(measured).toStartWith(`HTTP/1.1 ${status} `)
      const pieces = [body.slice(0, 40_000), body.slice(40_000), ''].map(chunked)
      const streamed = await exchange(server, [post(room, 'Transfer-Encoding: chunked'), ...pieces])
      expect(streamed).toStartWith(`HTTP/1.1 ${status} `)
      const { messages } = await (await fetch(`${server.url}/rooms/${room}/messages.json`)).json()
      expect(messages).toHaveLength(status === 201 ? 2 : 0)
    }
  })

  test('refuses 50 MB in words, declared or not, without taking them in', async () => {
    const large = Buffer.alloc(50 * 1024 * 1024, 'x')
    const declared = post(freshRoom(), `Content-Length: ${large.length}`)
    const measured = await exchange(server, [declared, large], /"detail":"[^"]*"\}/)
    const size = `${large.length.toString(16)}\r\n`
    const streaming = post(freshRoom(), 'Transfer-Encoding: chunked')
    const streamed = await exchange(server, [streaming, size, large], /"detail":"[^"]*"\}/)
    for (const answer of [measured, streamed]) {
      expect(answer).toStartWith('HTTP/1.1 413 ')
      expect(answer).toContain('A request may bring 64 KiB at the most.')
    }
    expect(await alive()).toBe(true)
  })

  test('ten unfinished uploads of 100 MB take little memory', async () => {
    const before = memoryOf(server)
    const declared = post(freshRoom(), `Content-Length: ${100 * 1024 * 1024}`)
    const size = `${(100 * 1024 * 1024).toString(16)}\r\n`
    const streaming = post(freshRoom(), 'Transfer-Encoding: chunked') + size
    const sockets = await Promise.all(Array.from({ length: 10 }, () => socketTo(server)))
    for (const [i, { socket }] of sockets.entries()) {
      socket.write(i % 2 ? declared : streaming)
      socket.write(Buffer.alloc(10 * 1024 * 1024, 'x'))
    }
    await until(() => sockets.every(({ seen }) => seen.text || seen.closed), 'answers')
    await Bun.sleep(500)
    expect(memoryOf(server) - before).toBeLessThan(50)
    expect(await alive()).toBe(true)
    for (const { close } of sockets) close()
  })

  test('a body that breaks off is no fault of the server', async () => {
    const { socket, close } = await socketTo(server)
    socket.write(`${post(freshRoom(), 'Content-Length: 1000')}screen`)
    await Bun.sleep(200)
    close()
    const metrics = async () => (await fetch(`${server.url}/metrics`)).text()
    while (!(await metrics()).includes('errors_total{status="400",')) await Bun.sleep(20)
    expect(await metrics()).not.toContain('errors_total{status="500"')
  })

  test('an odd or a missing Host header harms nothing', async () => {
    const paths = ['/rooms/lobby', '/rooms/lobby/messages.json', '/rooms?room=lobby', '/nowhere']
    for (const host of HOSTS)
      for (const version of ['1.1', '1.0'])
        for (const path of paths) {
          const lines = [`GET ${path} HTTP/${version}`, host, 'Connection: close', '\r\n']
          const request = lines.filter(Boolean).join('\r\n')
          const answer = await exchange(server, [request], AT_CLOSE)
          expect(answer).toMatch(/^HTTP\/1\.1 (200|303|400|404|431) /)
          expect(answer).not.toContain('<script>alert')
          expect(answer).not.toMatch(/\nlocation: (?!\/rooms\/lobby\r)/i)
        }
    expect(await alive()).toBe(true)
  })

  test('HEAD sends no body, not even of an error', async () => {
    for (const path of ['/', '/nowhere', '/rooms/lobby/messages.json']) {
      const request = `HEAD ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`
      const answer = await exchange(server, [request], AT_CLOSE)
      expect(answer).toMatch(/^HTTP\/1\.1 (200|404) /)
      expect(answer).toEndWith('\r\n\r\n')
      expect(answer.match(/\r\n\r\n/g)).toHaveLength(1)
    }
  })

  test('a second one on its port stops with one clear line', async () => {
    const { port } = new URL(server.url)
    const second = await startInVain({ ...(await storeSettings(kind)), PORT: port })
    expect(second.words).toMatch(
      new RegExp(`^chatbox: cannot listen on 127\\.0\\.0\\.1:${port}: .+\n$`),
    )
    expect(second.code).toBe(1)
    expect(await alive()).toBe(true)
  })

  test.concurrent('stops at SIGTERM with what is in flight finished', async () => {
    const settings = await storeSettings(kind)
    const stopping = await startServer(settings)
    const idle = await socketTo(stopping)
    idle.socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await until(() => idle.seen.text.endsWith('ok\n'), 'an answer on a connection that is kept')
    const room = freshRoom()
    const { socket, seen } = await socketTo(stopping)
    const body = formOf(1000)
    socket.write(post(room, 'Content-Length: 1000') + body.slice(0, 500))
    await Bun.sleep(300)
    stopping.process.kill('SIGTERM')
    await Bun.sleep(300)
    socket.write(body.slice(500))
    await until(() => seen.text.includes('\r\n\r\n') || seen.closed, 'the answer')
    expect(seen.text).toStartWith('HTTP/1.1 201 ')
    expect(await Promise.race([stopping.process.exited, Bun.sleep(10_000)])).toBe(0)

    const next = await startServer(settings)
    const { messages } = await (await fetch(`${next.url}/rooms/${room}/messages.json`)).json()
    expect(messages).toMatchObject([{ screenname: 'a', value: 'hi' }])
    await next.stop()
    expect(next.process.exitCode).toBe(0)
  })

  test.concurrent('does not wait at SIGTERM for who sends for ever', async () => {
    const stopping = await startServer(await storeSettings(kind))
    const { socket, close } = await socketTo(stopping)
    socket.write(`${post(freshRoom(), 'Content-Length: 1000')}screen`)
    await Bun.sleep(200)
    stopping.process.kill('SIGTERM')
    expect(await Promise.race([stopping.process.exited, Bun.sleep(15_000)])).toBe(0)
    close()
  })
})

/** Starts a server that cannot start: its words and its exit code. */
async function startInVain(settings: Record<string, string>) {
  const server = Bun.spawn([process.execPath, MAIN], {
    env: { PATH: process.env.PATH ?? '', PORT: '0', SQLITE_PATH, ...settings },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const late = setTimeout(() => server.kill('SIGKILL'), 10_000)
  const words =
    (await Bun.readableStreamToText(server.stdout)) +
    (await Bun.readableStreamToText(server.stderr))
  clearTimeout(late)
  return { words, code: await server.exited }
}

test.concurrent.each([
  ['PORT', '70000'],
  ['SQLITE_PATH', '/nowhere/at/all/chat.sqlite'],
])('%s=%s stops the start with one clear line', async (name, value) => {
  const { words, code } = await startInVain({ [name]: value })
  expect(words).toMatch(/^chatbox: [^\n]+\n$/)
  expect(words).toContain(name)
  expect(code).toBe(1)
})
