/**
 * `npm run bench`: what each kind of request costs, as a multiple of a bare `Bun.serve` in the same round. Measured
 * time, so this is no test of the suite. `ROUNDS` (5) and `SECONDS` (2, a measurement) may be set.
 */
import { test } from 'bun:test'
import { join } from 'node:path'
import { ensurePrograms } from '../with/programs.ts'
import { startProgram, startServer, storeSettings } from '../with/server.ts'
import { KINDS, type Kind } from '../with/stores.ts'
import { sayAll } from '../with/tab.ts'
import { load, type Measured, postingScript, type Request } from './load.ts'

const ROUNDS = Number(process.env.ROUNDS || 5)
const SECONDS = Number(process.env.SECONDS || 2)
const LENGTH = Number(process.env.LENGTH || 10_000)

/** What Chromium sends with a poll of htmx's. */
const BROWSER = {
  Accept: 'text/html',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  'Accept-Language': 'en-GB,en;q=0.9',
  Cookie: `chatbox=${'x'.repeat(22)}.${'y'.repeat(43)}.QW5u`,
  'HX-Current-URL': 'http://127.0.0.1:3000/rooms/lobby',
  'HX-Request': 'true',
  'HX-Request-Type': 'partial',
  'HX-Source': 'div#poller',
  'HX-Target': 'div#poller',
  Referer: 'http://127.0.0.1:3000/rooms/lobby',
  'User-Agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
}

/** What is aimed at, as multiples of bare: at most this CPU time a request, at least this rate. */
type Goal = { cost: number; rate: number }
type Scenario = { name: string; goal: Goal; request: Request }

/** The scenarios over a room of 10,000 messages. */
async function scenariosOf(url: string, room: string): Promise<Scenario[]> {
  const messages = `${url}/rooms/${room}/messages`
  const read = async (query: string) =>
    (await (await fetch(`${messages}.json${query}`)).json()) as {
      cursor: string
      messages: { id: string }[]
    }
  const { cursor, messages: last } = await read('?limit=21')
  const before = last[0]?.id
  return [
    {
      name: 'empty fragment poll',
      goal: { cost: 1.15, rate: 0.87 },
      request: { url: `${messages}.html?after=${cursor}`, headers: BROWSER },
    },
    {
      name: 'poll with 20 new',
      goal: { cost: 1.5, rate: 0.65 },
      request: { url: `${messages}.html?after=${before}`, headers: BROWSER },
    },
    {
      name: 'JSON poll, empty',
      goal: { cost: 1.3, rate: 0.77 },
      request: { url: `${messages}.json?after=${cursor}` },
    },
    {
      name: 'JSON poll with 20 new',
      goal: { cost: 1.6, rate: 0.62 },
      request: { url: `${messages}.json?after=${before}` },
    },
    {
      name: 'page of 50, first visit',
      goal: { cost: 2, rate: 0.5 },
      request: { url: `${url}/rooms/${room}`, headers: { Accept: 'text/html' } },
    },
    {
      name: 'the same, compressed',
      goal: { cost: 2, rate: 0.5 },
      request: {
        url: `${url}/rooms/${room}`,
        headers: { Accept: 'text/html', 'Accept-Encoding': 'gzip, deflate, br, zstd' },
      },
    },
    {
      name: 'post',
      goal: { cost: 5, rate: 0.2 },
      request: { url: `${url}/rooms/posts/messages.json`, script: postingScript() },
    },
  ]
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number
const shown = (values: number[]) =>
  [Math.min(...values), median(values), Math.max(...values)]
    .map((value) => value.toFixed(2))
    .join(' ')

async function measure(kind: Kind) {
  const bare = await startProgram(join(import.meta.dir, 'bare.ts'))
  const server = await startServer(await storeSettings(kind))
  const room = 'lobby'
  const lines = Array.from({ length: LENGTH }, (_, i) => `message ${i + 1}, said in a long night`)
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      sayAll(server, room, lines.slice((i * LENGTH) / 20, ((i + 1) * LENGTH) / 20)),
    ),
  )
  const scenarios = await scenariosOf(server.url, room)
  const rows = scenarios.map(({ name, goal }) => ({
    name,
    goal,
    cost: [] as number[],
    rate: [] as number[],
    micros: [] as number[],
  }))
  for (let round = 0; round < ROUNDS; round++) {
    const one = await load(bare.process.pid, { url: bare.url, headers: BROWSER }, SECONDS)
    for (const [i, { request }] of scenarios.entries()) {
      const measured: Measured = await load(server.process.pid, request, SECONDS)
      const row = rows[i] as (typeof rows)[number]
      row.cost.push(measured.micros / one.micros)
      row.rate.push(measured.rate / one.rate)
      row.micros.push(measured.micros)
    }
  }
  await Promise.all([bare.stop(), server.stop()])
  return rows
}

test.each([...KINDS].reverse())('costs on %s', async (kind) => {
  ensurePrograms({ 'redis-server': 'redis-server', wrk: 'wrk' })
  const rows = await measure(kind)
  console.log(`${kind}, a room of ${LENGTH}: minimum, median and maximum of ${ROUNDS} rounds`)
  console.log('| request | CPU time | at most | rate | at least | µs |')
  console.log('| --- | --- | --- | --- | --- | --- |')
  for (const { name, goal, cost, rate, micros } of rows)
    console.log(
      `| ${[name, shown(cost), goal.cost, shown(rate), goal.rate, median(micros).toFixed(1)].join(' | ')} |`,
    )
  await Bun.write(`bench-${kind}.json`, `${JSON.stringify(rows, null, 2)}\n`)
})
