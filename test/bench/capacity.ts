/**
 * How far it goes: what a million open pages need, reckoned from measured costs. The reckoning is held against crowds that
 * were measured as well, and against a simulation of all the million's polls.
 */
import { expect, test } from 'bun:test'
import { measureCosts } from './costs.ts'
import { type Crowd, freshCrowd, MOMENTS, openCrowd } from './crowd.ts'
import { type Costs, roomsAProcess, type Scene, sharesOf } from './model.ts'
import { type Played, play } from './simulation.ts'
import {
  BROWSER,
  cursorsOf,
  EVERY,
  fill,
  median,
  openStage,
  PAGES,
  print,
  record,
  recorded,
  roomsNamed,
  SECONDS,
  type Stage,
} from './stage.ts'

/** No process and no Redis shall be busier; the rest is for the kernel, and for what was not foreseen. */
const MOST_BUSY = 0.7
/** Of each box, as of the one that was measured; a process for each. */
const CORES = 2
const MILLION = 1_000_000
const MANY = 100_000
/** What is not done with so many is not done with more. */
const MOST_PROCESSES = 200
const INTERVALS = Math.ceil(SECONDS)

/** What is said: in one room once a second, in many once a minute in each. */
const EVENINGS = [
  { name: 'one room, any box', rooms: 1, messages: 1, byRoom: false },
  { name: `${MANY} rooms, any box`, rooms: MANY, messages: MANY / 60, byRoom: false },
  { name: `${MANY} rooms, a box by its room`, rooms: MANY, messages: MANY / 60, byRoom: true },
]

/** A crowd that was measured, as it was: polls came as fast as they did. */
const sceneOf = ({ pages, rooms, seconds, answered }: Crowd, processes = 1): Scene => ({
  ...{ pages, rooms, processes, messages: 0, byRoom: false, nodes: 1 },
  moments: MOMENTS,
  every: (pages * seconds) / answered,
})

/** Crowds that no cost was taken from, but that of waking Redis from the second. */
async function crowdsOf(stage: Stage): Promise<[string, Scene, Crowd][]> {
  const { readers, rooms } = await recorded<{ readers: Crowd[]; rooms: Crowd[] }>('curves-redis')
  const { said, busy } = await recorded<{ said: number; busy: Crowd }>('evenings-redis')
  const names = roomsNamed(Math.ceil(PAGES / 10))
  const seconds = 2 * EVERY
  const small = await freshCrowd(stage, names, PAGES, seconds)
  const [server, other] = [await stage.start(), await stage.start()]
  const urls = [server.url, other.url]
  await cursorsOf(other, names)
  const places = await cursorsOf(server, names)
  const shared = await openCrowd(stage, server, { urls, rooms: places, pages: PAGES, seconds })
  await Promise.all([server.stop(), other.stop()])
  const crowd = readers.at(-1) as Crowd
  const alone = rooms.at(-1) as Crowd
  return [
    [`${crowd.pages} pages in one room`, sceneOf(crowd), crowd],
    [`${alone.pages} pages, each in a room of its own`, sceneOf(alone), alone],
    [`${PAGES} pages, ten in a room`, sceneOf(small), small],
    ['the same over two processes', sceneOf(shared, 2), shared],
    [`the busy evening, ${said} said`, { ...sceneOf(busy), messages: said / busy.seconds }, busy],
  ]
}

/** The fewest boxes, and then the fewest nodes, of which none is too busy. */
function sized({ rooms, messages, byRoom }: (typeof EVENINGS)[number], costs: Costs): Scene {
  const scene = { pages: MILLION, every: 5, rooms, messages, byRoom, processes: CORES, nodes: 1 }
  while (sharesOf(scene, costs).server > MOST_BUSY && scene.processes < MOST_PROCESSES)
    scene.processes += CORES
  while (sharesOf(scene, costs).store > MOST_BUSY && scene.nodes < MOST_PROCESSES) scene.nodes += 1
  return scene
}

/** The bytes of a browser's poll, and of the answer with the latest messages, as a browser takes it. */
async function bytesOf(stage: Stage, messages: number): Promise<{ poll: number; news: number }> {
  const server = await stage.start()
  const before = await fill(server, 'bytes', 1)
  await fill(server, 'bytes', messages)
  const url = `${server.url}/rooms/bytes/messages.html?after=${before}&every=5&here=1000000`
  const answer = await fetch(url, { headers: BROWSER, decompress: false })
  const sent = await answer.arrayBuffer()
  await server.stop()
  const linesOf = (headers: Iterable<[string, string]>) =>
    [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const { pathname, search, host } = new URL(url)
  const lines = linesOf([['Host', host], ...Object.entries(BROWSER)])
  return {
    poll: `GET ${pathname}${search} HTTP/1.1\r\n${lines}\r\n`.length,
    news: `HTTP/1.1 200 OK\r\n${linesOf(answer.headers)}\r\n`.length + sent.byteLength,
  }
}

type Figures = { crowd: Crowd; megabytes: number[]; bytes: number }

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

test('capacity on redis', async () => {
  const measuring = await openStage('redis')
  const { costs, roomBytes } = await measureCosts(measuring)
  await measuring.redis?.stop()
  const figures = await recorded<Figures>('figures-redis')
  const { rest, ...steps } = costs
  print(
    `What one of each costs: µs of CPU time, bytes of memory; at rest a server uses ${percent(rest.server)} of a core, Redis ${percent(rest.store)}`,
    ['', 'server', 'Redis', 'memory'],
    [
      ...Object.entries(steps).map(([name, { server, store }]) => [
        ...[name, server.toFixed(1), store.toFixed(1), ''],
      ]),
      ['an open page', '', '', figures.crowd.bytes.toFixed(0)],
      ['a room that is read', '', '', roomBytes.toFixed(0)],
    ],
  )

  const stage = await openStage('redis')
  const crowds = await crowdsOf(stage)
  const bytes = await bytesOf(stage, 5)
  await stage.redis?.stop()
  const checks = crowds.map(([name, scene, measured]) => ({
    ...{ name, reckoned: sharesOf(scene, costs), measured },
  }))
  print(
    'Crowds: shares of a core, as reckoned from these and as measured',
    ['crowd', 'server: reckoned', 'measured', 'Redis: reckoned', 'measured'],
    checks.map(({ name, reckoned, measured }) => [
      ...[name, percent(reckoned.server), percent(measured.cores)],
      ...[percent(reckoned.store), percent(measured.storeCores)],
    ]),
  )

  const evenings = EVENINGS.map((evening) => {
    const scene = sized(evening, costs)
    const boxes = scene.processes / CORES
    const news = 1 - Math.exp((-scene.messages / scene.rooms) * scene.every)
    const answer = figures.bytes + news * (bytes.news - figures.bytes)
    const one = MILLION / scene.processes
    return {
      name: evening.name,
      boxes,
      nodes: scene.nodes,
      reckoned: sharesOf(scene, costs),
      played: play(scene, costs, INTERVALS),
      without:
        boxes > 1
          ? play({ ...scene, processes: scene.processes - CORES }, costs, INTERVALS)
          : undefined,
      megabytes:
        median(figures.megabytes) +
        (one * figures.crowd.bytes + roomsAProcess(scene) * roomBytes) / 2 ** 20,
      megabits: ((MILLION / scene.every) * (bytes.poll + answer) * 8) / 1e6 / boxes,
    }
  })
  const shown = (played?: Played) =>
    played ? [percent(played.server), percent(played.store), played.p99.toFixed(2)] : ['', '', '']
  print(
    `${MILLION} open pages, on boxes of ${CORES} cores at most ${percent(MOST_BUSY)} busy: shares of a core, as reckoned and as played`,
    [
      ...['evening', 'boxes', 'Redis nodes', 'a process', 'a node', 'MB a process', 'Mbit/s a box'],
      ...['played: a process', 'a node', 'ms, 99 of 100', 'a box less: a process', 'a node', 'ms'],
    ],
    evenings.map(({ name, boxes, nodes, reckoned, played, without, megabytes, megabits }) => [
      ...[name, boxes, nodes, percent(reckoned.server), percent(reckoned.store)],
      ...[megabytes.toFixed(0), megabits.toFixed(0), ...shown(played), ...shown(without)],
    ]),
  )
  await record('capacity', { costs, roomBytes, bytes, checks, evenings })
  for (const { reckoned, played } of evenings) {
    expect(Math.abs(played.server - reckoned.server)).toBeLessThan(0.1)
    expect(Math.abs(played.store - reckoned.store)).toBeLessThan(0.1)
  }
})
