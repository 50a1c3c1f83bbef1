/** Servers that are killed, stopped, kept waiting or out of descriptors, while people talk and read. */
import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { startBalancer } from '../with/balancer.ts'
import { freePort } from '../with/redis.ts'
import { type Server, startServer, steppedClock, storeSettings } from '../with/server.ts'
import { freshRoom, KINDS } from '../with/stores.ts'
import { eventually } from '../with/tab.ts'
import { startTraffic } from '../with/traffic.ts'
import { openVisitor } from '../with/visitor.ts'

const settings = await storeSettings('redis')
const start = async (port: number): Promise<Server> =>
  startServer({ ...settings, PORT: String(port) })

/** Three servers behind a balancer that keeps nobody on one of them. */
async function startThree() {
  const ports = await Promise.all([freePort(), freePort(), freePort()])
  const servers = await Promise.all(ports.map(start))
  const url = await startBalancer(servers.map((server) => server.url))
  return { ports, servers, url }
}

test.concurrent('servers that are killed one after another take nothing along, and nobody skips, doubles or hangs', async () => {
  const { ports, servers, url } = await startThree()
  const traffic = startTraffic([url], freshRoom())
  for (const [i, server] of servers.entries()) {
    await traffic.goOn(20)
    server.process.kill('SIGKILL')
    await traffic.goOn(20)
    servers[i] = await start(ports[i] as number)
  }
  await traffic.goOn(20)
  console.log(`servers killed: 3 faults, ${await traffic.stop()}`)
})

test.concurrent('servers that are restarted one after another are missed by nobody', async () => {
  const { ports, servers, url } = await startThree()
  // Where the machine stands still the store is late for some, which another try shows.
  await eventually(async () => {
    const traffic = startTraffic([url], freshRoom())
    for (const [i, server] of servers.entries()) {
      await traffic.goOn(20)
      await server.stop()
      servers[i] = await start(ports[i] as number)
      await traffic.goOn(20)
    }
    const account = await traffic.stop()
    expect(traffic.refused()).toBe(0)
    console.log(`servers restarted: 3 faults, ${account}`)
  })
})

test.concurrent('who is answered by one server is answered as much by the next', async () => {
  const { url } = await startThree()
  const room = freshRoom()
  const say = async (value: string) => {
    const body = new URLSearchParams({ screenname: 'tester', value })
    const answer = await fetch(`${url}/rooms/${room}/messages.json`, { method: 'POST', body })
    return (await answer.json()) as { id: string }
  }
  for (let i = 0; i < 100; i++) {
    const { id } = await say(`${i}`)
    const page = await fetch(`${url}/rooms/${room}/messages.json?after=${id}`)
    expect(await page.json()).toMatchObject({ cursor: id, messages: [], reset: false })
  }
})

test.concurrent('a server whose clock steps back and forth loses nothing, moves nothing, and knows everybody on', async () => {
  const { settings: stepped, step } = await steppedClock()
  const servers = [await start(0), await startServer({ ...settings, ...stepped })] as const
  const traffic = startTraffic(
    servers.map(({ url }) => url),
    freshRoom(),
  )
  const { url } = servers[1]
  // A browser that does not tell where its forms come from: they must bring their nonce.
  const visitor = openVisitor((path, init) => fetch(url + path, init))
  const path = `/rooms/${freshRoom()}`
  const post = async (form: Record<string, string>) =>
    expect((await visitor.post(`${path}/messages`, form, { 'user-agent': 'Mozilla' })).ok).toBe(
      true,
    )
  const steps = { '+2d': 2 * 24 * 60, '-10m': -10, '+0': 0 }
  let posted: Record<string, string> | undefined
  for (const [by, minutes] of Object.entries(steps)) {
    const [, nonce = ''] =
      /name="nonce" value="([^"]+)"/.exec(await (await visitor(path)).text()) ?? []
    const form = { screenname: 'tester', value: by, nonce }
    step(by)
    await eventually(async () => {
      const date = (await fetch(`${url}/healthz`)).headers.get('date') ?? ''
      expect((Date.parse(date) - Date.now()) / 60_000).toBeWithin(minutes - 1, minutes + 1)
    })
    await post(form)
    if (posted) await post(posted)
    posted = form
    await traffic.goOn(20)
  }
  const { messages } = (await (await fetch(`${url}${path}/messages.json`)).json()) as {
    messages: { value: string; mark: string }[]
  }
  expect(messages.map(({ value }) => value)).toEqual(Object.keys(steps))
  expect(new Set(messages.map(({ mark }) => mark)).size).toBe(1)
  console.log(`clock stepped: 3 faults, ${await traffic.stop()}`)
  await Promise.all(servers.map((server) => server.stop()))
})

/** Asks one thing after another on a connection that it keeps, until it is told to leave; answers how many. */
async function askOn(
  server: Server,
  request: () => string,
  mayAsk: () => boolean,
): Promise<number> {
  const { hostname, port } = new URL(server.url)
  let answered = 0
  while (mayAsk()) {
    const socket = connect(Number(port), hostname)
    const parts = socket[Symbol.asyncIterator]()
    for (let isKept = true; isKept && mayAsk(); ) {
      socket.write(request())
      let text = ''
      while (!isWhole(text)) {
        const { value, done } = await parts.next()
        if (done) throw new Error(`the server went away over a request: ${text}`)
        text += value
      }
      answered += 1
      isKept = !/^connection: close\r$/im.test(text)
      await Bun.sleep(Math.random() * 10)
    }
    socket.destroy()
  }
  return answered
}

function isWhole(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n')
  const length = Number(/^content-length: (\d+)\r$/im.exec(answer)?.[1])
  return head > 0 && Buffer.byteLength(answer) >= head + 4 + length
}

/** Stops a server under people who ask until `/readyz` says no; answers how much was answered and said. */
async function stopUnderLoad(settings: Record<string, string>) {
  const server = await startServer(settings)
  const path = `/rooms/${freshRoom()}/messages.json`
  const poll = () => `GET ${path}?after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n`
  let said = 0
  const post = () => {
    const body = `screenname=tester&value=${++said}`
    const type = 'Content-Type: application/x-www-form-urlencoded'
    return `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  }
  let isReady = true
  const asking = Promise.all(
    Array.from({ length: 12 }, (_, i) => askOn(server, i % 4 ? poll : post, () => isReady)),
  )
  const ending = Bun.sleep(300).then(async () => {
    server.process.kill('SIGTERM')
    while (isReady) isReady = (await fetch(`${server.url}/readyz`)).ok
  })
  const [answers] = await Promise.all([asking, ending])
  expect(await server.process.exited).toBe(0)
  const next = await startServer(settings)
  const page = (await (await fetch(`${next.url}${path}?after=0&limit=200`)).json()) as {
    messages: []
  }
  await next.stop()
  expect(page.messages).toBeArrayOfSize(Math.min(said, 200))
  return { answered: answers.reduce((sum, count) => sum + count, 0), said }
}

// Where the machine stands still for longer than the server waits for who may still ask, another try shows it.
test.concurrent.each(KINDS)(
  'at SIGTERM on %s no request fails of those who ask until /readyz says no',
  async (kind) => {
    const settings = await storeSettings(kind)
    await eventually(async () => {
      const { answered, said } = await stopUnderLoad(settings)
      console.log(`SIGTERM on ${kind}: 1 fault, ${answered} answered, ${said} said`)
    })
  },
)

test.concurrent('what is said between a page and its first poll is in that poll', async () => {
  const server = await startServer(settings)
  const room = freshRoom()
  let said = 0
  let missed = 0
  await Promise.all(
    Array.from({ length: 10 }, async (_, writer) => {
      for (let i = 0; i < 100; i++) {
        const page = await (await fetch(`${server.url}/rooms/${room}`)).text()
        const [, cursor = ''] = /messages\.html\?after=(\d+)/.exec(page) ?? []
        const body = new URLSearchParams({ screenname: 'tester', value: `${writer} ${i}` })
        const url = `${server.url}/rooms/${room}/messages`
        const { id } = await (await fetch(`${url}.json`, { method: 'POST', body })).json()
        const poll = await (await fetch(`${url}.html?after=${cursor}&limit=200`)).text()
        said += 1
        if (!poll.includes(`id="m-${id}"`)) missed += 1
      }
    }),
  )
  expect([said, missed]).toEqual([1000, 0])
  console.log(`between page and poll: ${said} said, ${missed} missed`)
  await server.stop()
})

test.concurrent('a flood of posts is held back, and all others are answered', async () => {
  const server = await startServer({ ...settings, POSTS_PER_MINUTE: '5' })
  const room = freshRoom()
  const url = `${server.url}/rooms/${room}/messages.json`
  const post = async (_: unknown, i: number) => {
    const body = new URLSearchParams({ screenname: 'flood', value: `${i}` })
    const answer = await fetch(url, { method: 'POST', body })
    return [answer.status, answer.headers.has('retry-after')] as const
  }
  const flood = (async () => {
    const answers: Awaited<ReturnType<typeof post>>[] = []
    while (answers.length < 2000)
      answers.push(...(await Promise.all(Array.from({ length: 20 }, post))))
    return answers
  })()
  for (let polls = 0; polls < 50; polls++) expect((await fetch(`${url}?after=0`)).status).toBe(200)
  const answers = await flood
  expect(answers.filter(([status]) => status === 201).length).toBeWithin(5, 10)
  for (const [status, mayRetry] of answers)
    expect([status, mayRetry]).toEqual(status === 201 ? [201, false] : [429, true])
  await server.stop()
})

/** What clients do with `slowhttptest`: H sends its headers slowly, B its body, X reads slowly. */
test.concurrent('clients who are slow on purpose are cut off, and others do not notice', async () => {
  const server = await startServer(settings)
  const room = freshRoom()
  const traffic = startTraffic([server.url], room)
  const url = `${server.url}/rooms/${room}`
  const attacks = [
    ['-H', '-i', '3'],
    ['-B', '-i', '3'],
    ['-X', '-w', '10', '-y', '20', '-n', '5', '-z', '5'],
  ].map((way) =>
    Bun.spawn(['slowhttptest', ...way, '-c', '200', '-r', '200', '-l', '14', '-u', url], {
      stdout: 'pipe',
      stderr: 'ignore',
    }),
  )
  const reports = await Promise.all(attacks.map(({ stdout }) => new Response(stdout).text()))
  const [headers, body] = reports.map((report) => report.includes('No open connections left'))
  // What is read slowly was written at once: it is the kernel's, and costs the server nothing.
  expect([headers, body]).toEqual([true, true])
  console.log(`slow clients: ${attacks.length} faults, ${await traffic.stop()}`)
  await server.stop()
})

test.concurrent('a server that is out of descriptors does not spin, and goes on when it has some again', async () => {
  const server = await startServer(settings)
  const { pid } = server.process
  Bun.spawnSync(['prlimit', '--pid', String(pid), '--nofile=100'])
  const { hostname, port } = new URL(server.url)
  const idle = Array.from({ length: 300 }, () =>
    connect(Number(port), hostname).on('error', () => {}),
  )
  await Bun.sleep(500)
  const before = busyOf(pid)
  await Bun.sleep(1000)
  // Of a second; a process that accepts in vain takes all of it.
  expect(busyOf(pid) - before).toBeLessThan(0.5)
  for (const socket of idle) socket.destroy()
  await eventually(async () => expect((await fetch(`${server.url}/readyz`)).status).toBe(200))
  await server.stop()
})

/** Seconds of CPU time that a process has used. */
function busyOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}
