/** What each kind of request costs, as a multiple of a bare `Bun.serve` in the same round. */
import { test } from 'bun:test'
import { join } from 'node:path'
import { type Server, startProgram } from '../with/server.ts'
import { KINDS } from '../with/stores.ts'
import { load, postingScript, type Request } from './load.ts'
import {
  BROWSER,
  beforeLatest,
  emptyPoll,
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

async function scenariosOf(server: Server, room: string, cursor: string): Promise<Scenario[]> {
  const { url } = server
  const messages = `${url}/rooms/${room}/messages`
  const before = await beforeLatest(server, room)
  const visit = { Accept: 'text/html' }
  return [
    {
      name: 'empty fragment poll',
      goal: { cost: 1.15, rate: 0.87 },
      request: emptyPoll(server, room, cursor),
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
      request: { url, script: postingScript(['/rooms/posts/messages.json']) },
    },
  ]
}

test.each([...KINDS].reverse())('requests on %s', async (kind) => {
  const bare = await startProgram(join(import.meta.dir, 'bare.ts'))
  const stage = await openStage(kind)
  const server = await stage.start()
  const cursor = await fill(server, 'lobby', LENGTH)
  const scenarios = await scenariosOf(server, 'lobby', cursor)
  const rows = scenarios.map(({ name, goal }) => ({
    name,
    goal,
    cost: [] as number[],
    rate: [] as number[],
    micros: [] as number[],
    storeMicros: [] as number[],
    empty: [] as number[],
  }))
  const { storeMicros } = stage
  for (const { request } of scenarios) await load(server.process.pid, request, SECONDS / 2)
  for (let round = 0; round < ROUNDS; round++) {
    const one = await load(bare.process.pid, { url: bare.url, headers: BROWSER }, SECONDS)
    for (const [i, { request }] of scenarios.entries()) {
      const before = storeMicros()
      const { micros, rate, count, news } = await load(server.process.pid, request, SECONDS)
      const row = rows[i] as (typeof rows)[number]
      row.cost.push(micros / one.micros)
      row.rate.push(rate / one.rate)
      row.micros.push(micros)
      row.storeMicros.push((storeMicros() - before) / count)
      if (news >= 0) row.empty.push(1 - news / count)
    }
  }
  await Promise.all([bare.stop(), server.stop()])
  await stage.redis?.stop()
  print(
    `Requests on ${kind}, a room of ${LENGTH}: minimum, median and maximum of ${ROUNDS} rounds, as multiples of bare`,
    ['request', 'CPU time', 'at most', 'rate', 'at least', 'µs', "Redis's µs", '204s'],
    rows.map(({ name, goal, cost, rate, micros, storeMicros, empty }) => [
      name,
      spread(cost),
      goal.cost ?? '',
      spread(rate),
      goal.rate,
      median(micros).toFixed(1),
      stage.redis ? median(storeMicros).toFixed(1) : '',
      empty.length > 0 ? `${(100 * median(empty)).toFixed(2)} %` : '',
    ]),
  )
  await record(`requests-${kind}`, rows)
})
