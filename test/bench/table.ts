/** What each kind of request costs, as a multiple of a bare `Bun.serve` in the same round. */
import { test } from 'bun:test'
import { join } from 'node:path'
import { startProgram } from '../with/server.ts'
import { KINDS } from '../with/stores.ts'
import { cpuMicros, load, postingScript, type Request } from './load.ts'
import {
  BROWSER,
  fill,
  LENGTH,
  median,
  openStage,
  print,
  ROUNDS,
  record,
  SECONDS,
  spread,
} from './stage.ts'

/** What is aimed at, as multiples of bare: at most this CPU time a request, at least this rate. */
type Goal = { cost?: number; rate: number }
type Scenario = { name: string; goal: Goal; request: Request }

async function scenariosOf(url: string, room: string, cursor: string): Promise<Scenario[]> {
  const messages = `${url}/rooms/${room}/messages`
  const page = await fetch(`${messages}.json?limit=21`)
  const before = ((await page.json()) as { messages: { id: string }[] }).messages[0]?.id
  const visit = { Accept: 'text/html' }
  return [
    {
      name: 'empty fragment poll',
      goal: { cost: 1.15, rate: 0.87 },
      request: { url: `${messages}.html?after=${cursor}&every=5&here=1`, headers: BROWSER },
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
      request: { url: `${url}/rooms/${room}`, headers: visit },
    },
    {
      name: 'the same, compressed',
      goal: { cost: 2, rate: 0.5 },
      request: {
        url: `${url}/rooms/${room}`,
        headers: { ...visit, 'Accept-Encoding': BROWSER['Accept-Encoding'] },
      },
    },
    {
      name: 'post',
      goal: { rate: 0.2 },
      request: { url: `${url}/rooms/posts/messages.json`, script: postingScript() },
    },
  ]
}

test.each([...KINDS].reverse())('requests on %s', async (kind) => {
  const bare = await startProgram(join(import.meta.dir, 'bare.ts'))
  const stage = await openStage(kind)
  const server = await stage.start()
  const cursor = await fill(server, 'lobby', LENGTH)
  const scenarios = await scenariosOf(server.url, 'lobby', cursor)
  const rows = scenarios.map(({ name, goal }) => ({
    name,
    goal,
    cost: [] as number[],
    rate: [] as number[],
    micros: [] as number[],
    storeMicros: [] as number[],
  }))
  const storeMicros = () => (stage.redis ? cpuMicros(stage.redis.process.pid) : 0)
  for (const { request } of scenarios) await load(server.process.pid, request, 1)
  for (let round = 0; round < ROUNDS; round++) {
    const one = await load(bare.process.pid, { url: bare.url, headers: BROWSER }, SECONDS)
    for (const [i, { request }] of scenarios.entries()) {
      const before = storeMicros()
      const { micros, rate, count } = await load(server.process.pid, request, SECONDS)
      const row = rows[i] as (typeof rows)[number]
      row.cost.push(micros / one.micros)
      row.rate.push(rate / one.rate)
      row.micros.push(micros)
      row.storeMicros.push((storeMicros() - before) / count)
    }
  }
  await Promise.all([bare.stop(), server.stop()])
  await stage.redis?.stop()
  print(
    `Requests on ${kind}, a room of ${LENGTH}: minimum, median and maximum of ${ROUNDS} rounds, as multiples of bare`,
    ['request', 'CPU time', 'at most', 'rate', 'at least', 'µs', "Redis's µs"],
    rows.map(({ name, goal, cost, rate, micros, storeMicros }) => [
      name,
      spread(cost),
      goal.cost ?? '',
      spread(rate),
      goal.rate,
      median(micros).toFixed(1),
      stage.redis ? median(storeMicros).toFixed(1) : '',
    ]),
  )
  await record(`requests-${kind}`, rows)
})
