/**
 * What a poll costs as rooms grow longer, readers more and rooms more: it should grow with none of them, but with rooms as
 * each of them is read.
 */
import { test } from 'bun:test'
import type { Server } from '../with/server.ts'
import { KINDS } from '../with/stores.ts'
import { type Crowd, freshCrowd } from './crowd.ts'
import { load, postingScript, type Request } from './load.ts'
import {
  BROWSER,
  beforeLatest,
  EVERY,
  emptyPoll,
  fill,
  LENGTH,
  median,
  openStage,
  PAGES,
  print,
  ROUNDS,
  record,
  roomsNamed,
  SECONDS,
} from './stage.ts'

const VISIT = { Accept: 'text/html', 'Accept-Encoding': BROWSER['Accept-Encoding'] }
const LENGTHS = [LENGTH / 100, LENGTH / 10, LENGTH, LENGTH * 5]
const READERS = [PAGES / 15, PAGES / 5, PAGES]
const ROOMS = [1, PAGES / 150, PAGES / 15, PAGES / 5]

/** What is asked of a room of such a length: polls without news and with it, pages, and at last posts, which change it. */
async function requestsOf(server: Server, length: number): Promise<Request[]> {
  const room = `length-${length}`
  const cursor = await fill(server, room, length)
  const before = await beforeLatest(server, room)
  const url = `${server.url}/rooms/${room}`
  return [
    emptyPoll(server, room, cursor),
    { url: `${url}/messages.html?after=${before}`, headers: BROWSER },
    { url, headers: VISIT },
    { url, script: postingScript([`/rooms/${room}/messages.json`]) },
  ]
}

test.each([...KINDS].reverse())('curves on %s', async (kind) => {
  const stage = await openStage(kind)
  const server = await stage.start()
  const { pid } = server.process
  const requests: Request[][] = []
  for (const length of LENGTHS) requests.push(await requestsOf(server, length))
  const micros: number[][][] = requests.map((asked) => asked.map(() => []))
  for (const what of [0, 1, 2, 3])
    for (let round = 0; round < ROUNDS; round++)
      for (const i of LENGTHS.keys()) {
        const measured = await load(pid, requests[i]?.[what] as Request, SECONDS / 2)
        micros[i]?.[what]?.push(measured.micros)
      }
  const lengths = LENGTHS.map((length, i) => {
    const [empty, news, page, post] = micros[i]?.map(median) ?? []
    return { length, empty, news, page, post }
  })
  print(
    `A room's length on ${kind}: µs of CPU time a request, median of ${ROUNDS} rounds`,
    ['messages', 'empty poll', 'poll with 20 new', 'page', 'post'],
    lengths.map(({ length, ...micros }) => [
      length,
      ...Object.values(micros).map((value = 0) => value.toFixed(1)),
    ]),
  )
  await server.stop()

  const crowdOf = (pages: number, rooms: number) =>
    freshCrowd(stage, roomsNamed(rooms), pages, 2 * EVERY)
  const readers = []
  for (const pages of READERS) readers.push(await crowdOf(pages, 1))
  // The most come first, so that as many are there for the others, unread.
  const rooms: Crowd[] = []
  for (const count of ROOMS.toReversed()) rooms.unshift(await crowdOf(PAGES / 5, count))
  const row = ({ pages, rooms, microsAPoll, cores, storeCores, p99 }: Crowd) => [
    ...[pages, rooms, microsAPoll.toFixed(1), cores.toFixed(3)],
    ...[stage.redis ? storeCores.toFixed(3) : '', p99.toFixed(2)],
  ]
  const head = ['pages', 'rooms', 'µs a poll', 'of a core', 'Redis’s share of one', 'ms, 99 of 100']
  print(`Readers of one room on ${kind}`, head, readers.map(row))
  print(
    `Rooms that are read on ${kind}, of ${Math.max(...ROOMS)} that are there`,
    head,
    rooms.map(row),
  )
  await stage.redis?.stop()
  await record(`curves-${kind}`, { lengths, readers, rooms })
})
