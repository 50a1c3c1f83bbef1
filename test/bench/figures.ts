/** Figures that are no multiples: what is sent, asked, used and waited for. */
import { test } from 'bun:test'
import { connect } from 'node:net'
import { createClient } from 'redis'
import type { Server } from '../with/server.ts'
import { KINDS } from '../with/stores.ts'
import { freshCrowd } from './crowd.ts'
import { load, residentBytes } from './load.ts'
import {
  cursorOf,
  EVERY,
  emptyPoll,
  fill,
  LENGTH,
  openStage,
  PAGES,
  print,
  ROUNDS,
  record,
  SECONDS,
  spread,
} from './stage.ts'

const POLLS = 10_000
const MESSAGES = 200

/** The bytes of an empty poll's answer on the wire. */
async function bytesOfPoll(server: Server, cursor: string): Promise<number> {
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  socket.write(
    `GET /rooms/lobby/messages.html?after=${cursor} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`,
  )
  let answer = ''
  for await (const bytes of socket) answer += bytes
  // What this connection alone is told for being closed.
  return answer.replace(/connection: close\r\n/i, '').length
}

/** The commands that Redis processed for so many empty polls of a room that is read. */
async function commandsOf(server: Server, url: string, cursor: string): Promise<number> {
  const client = await createClient({ url }).connect()
  const processed = async () =>
    Number(/total_commands_processed:(\d+)/.exec(await client.info('stats'))?.[1])
  const poll = emptyPoll(server, 'lobby', cursor)
  await load(server.process.pid, poll, SECONDS / 2)
  const before = await processed()
  let count = 0
  while (count < POLLS) count += (await load(server.process.pid, poll, SECONDS / 2)).count
  // The question itself is one, and pings of our clients' are not the polls'.
  const commands = (await processed()) - before - 1
  client.destroy()
  return (commands * POLLS) / count
}

/** Milliseconds from a post's being sent to one server to a poll's answer with it from another. */
async function latencies(one: Server, other: Server): Promise<number[]> {
  const room = 'relay'
  let cursor = await cursorOf(other, room)
  const measured: number[] = []
  for (let i = 0; i < MESSAGES; i++) {
    const began = performance.now()
    const body = new URLSearchParams({ screenname: 'Ann', value: `${i}` })
    const said = fetch(`${one.url}/rooms/${room}/messages.json`, { method: 'POST', body })
    for (;;) {
      const answer = await fetch(`${other.url}/rooms/${room}/messages.json?after=${cursor}`)
      const page = (await answer.json()) as { cursor: string; messages: unknown[] }
      cursor = page.cursor
      if (page.messages.length > 0) break
      await Bun.sleep(1)
    }
    measured.push(performance.now() - began)
    await said
  }
  return measured.sort((a, b) => a - b)
}

/** Milliseconds from a start to the first answer, and memory after a second of rest. */
async function startOf(start: () => Promise<Server>): Promise<{ ms: number; megabytes: number }> {
  const began = performance.now()
  const server = await start()
  await (await fetch(`${server.url}/rooms/lobby`)).text()
  const ms = performance.now() - began
  await Bun.sleep(1000)
  const megabytes = residentBytes(server.process.pid) / 2 ** 20
  await server.stop()
  return { ms, megabytes }
}

test.each([...KINDS].reverse())('figures on %s', async (kind) => {
  const stage = await openStage(kind)
  const server = await stage.start()
  const cursor = await fill(server, 'lobby', LENGTH)
  const rows: [string, string, string][] = []
  const bytes = await bytesOfPoll(server, cursor)
  rows.push(['bytes of an empty poll’s answer', '80', `${bytes}`])
  const commands = stage.redis && (await commandsOf(server, stage.redis.url, cursor))
  if (commands !== undefined)
    rows.push([`commands of Redis for ${POLLS} empty polls`, '20', commands.toFixed(1)])

  const starts = []
  for (let i = 0; i < ROUNDS; i++) starts.push(await startOf(stage.start))
  const startMs = starts.map(({ ms }) => ms)
  const megabytes = starts.map(({ megabytes }) => megabytes)
  rows.push(['ms from a start to the first page', '300', spread(startMs, 0)])
  rows.push(['MB of memory at rest', '80', spread(megabytes, 0)])

  const other = await stage.start()
  const relay = await latencies(server, other)
  const p99 = relay[Math.floor(relay.length * 0.99)] as number
  rows.push(['ms from a post to another server’s answer, 99 of 100', '50', p99.toFixed(1)])
  await other.stop()
  await server.stop()

  const seconds = 4 * EVERY
  const crowd = await freshCrowd(stage, ['lobby'], PAGES, seconds)
  const due = (PAGES / EVERY) * seconds
  rows.push([`${PAGES} open pages: polls answered of ${due}`, `${due}`, `${crowd.answered}`])
  rows.push(['… share of a core', '0.12', crowd.cores.toFixed(3)])
  rows.push(['… ms to an answer, 99 of 100', '1', crowd.p99.toFixed(2)])
  rows.push(['… bytes of memory a page', '1024', crowd.bytes.toFixed(0)])
  rows.push(['… µs of CPU time a poll', '', crowd.microsAPoll.toFixed(1)])
  rows.push(['… connections that broke', '0', `${crowd.broken}`])
  await stage.redis?.stop()
  print(`Figures on ${kind}`, ['what', 'goal', 'measured'], rows)
  await record(`figures-${kind}`, { bytes, commands, startMs, megabytes, relay, crowd })
})
