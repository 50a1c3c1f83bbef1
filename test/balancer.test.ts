/** Three servers on one Redis behind a balancer that keeps nobody on one of them, and what happens when servers go. */
import { expect, test } from 'bun:test'
import { startBalancer } from './with/balancer.ts'
import { freePort } from './with/redis.ts'
import { type Server, startServer, storeSettings } from './with/server.ts'
import { freshRoom } from './with/stores.ts'
import { eventually } from './with/tab.ts'
import { startTraffic } from './with/traffic.ts'

const settings = await storeSettings('redis')
const start = async (port: number): Promise<Server> =>
  startServer({ ...settings, PORT: String(port) })

const ports = await Promise.all([freePort(), freePort(), freePort()])
const servers = await Promise.all(ports.map(start))
const url = await startBalancer(servers.map((server) => server.url))

/** Until so many more posts were answered. */
async function goOn(traffic: ReturnType<typeof startTraffic>, more: number) {
  const before = traffic.count()
  await eventually(async () => expect(traffic.count()).toBeGreaterThan(before + more))
}

test('servers that are killed one after another take nothing along, and nobody skips, doubles or hangs', async () => {
  const traffic = startTraffic([url], freshRoom())
  for (const [i, server] of servers.entries()) {
    await goOn(traffic, 50)
    server.process.kill('SIGKILL')
    await goOn(traffic, 50)
    servers[i] = await start(ports[i] as number)
  }
  await goOn(traffic, 50)
  const { said, refused, slowest } = await traffic.stop()
  console.log(`${said} said, ${refused} tried again, the slowest took ${slowest} ms`)
})

test('servers that are restarted one after another are missed by nobody', async () => {
  const traffic = startTraffic([url], freshRoom())
  for (const [i, server] of servers.entries()) {
    await goOn(traffic, 50)
    await server.stop()
    servers[i] = await start(ports[i] as number)
    await goOn(traffic, 50)
  }
  const { said, refused, slowest } = await traffic.stop()
  console.log(`${said} said, ${refused} tried again, the slowest took ${slowest} ms`)
})

test('who is answered by one server is answered as much by the next', async () => {
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
