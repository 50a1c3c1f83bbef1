/**
 * What a poll costs as rooms grow longer, readers more and rooms more: it should grow with none of them, but with rooms as
 * each of them is read.
 */
import { test } from 'bun:test'
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
  openStage,
  PAGES,
  print,
  record,
  SECONDS,
} from './stage.ts'

const VISIT = { Accept: 'text/html', 'Accept-Encoding': BROWSER['Accept-Encoding'] }
const LENGTHS = [LENGTH / 100, LENGTH / 10, LENGTH, LENGTH * 5]
const READERS = [PAGES / 15, PAGES / 5, PAGES]
const ROOMS = [1, PAGES / 150, PAGES / 15, PAGES / 5]

test.each([...KINDS].reverse())('curves on %s', async (kind) => {
  const stage = await openStage(kind)
  const server = await stage.start()
  const { pid } = server.process
  const lengths = []
  for (const length of LENGTHS) {
    const room = `length-${length}`
    const cursor = await fill(server, room, length)
    const address = `${server.url}/rooms/${room}`
    const before = await beforeLatest(server, room)
    const micros = async (request: Request) => (await load(pid, request, SECONDS)).micros
    const messages = `${address}/messages`
    lengths.push({
      length,
      empty: await micros(emptyPoll(server, room, cursor)),
      news: await micros({ url: `${messages}.html?after=${before}`, headers: BROWSER }),
      page: await micros({ url: address, headers: VISIT }),
      post: await micros({ url: `${messages}.json`, script: postingScript() }),
    })
  }
  print(
    `A room's length on ${kind}: µs of CPU time a request`,
    ['messages', 'empty poll', 'poll with 20 new', 'page', 'post'],
    lengths.map(({ length, ...micros }) => [
      length,
      ...Object.values(micros).map((value) => value.toFixed(1)),
    ]),
  )
  await server.stop()

  const crowdOf = (pages: number, rooms: number) =>
    freshCrowd(
      stage,
      Array.from({ length: rooms }, (_, i) => `room-${i}`),
      pages,
      2 * EVERY,
    )
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
