/** What a poll costs as rooms grow longer, readers more and rooms more: it should not grow with any of them. */
import { test } from 'bun:test'
import { KINDS } from '../with/stores.ts'
import { openCrowd } from './crowd.ts'
import { load, postingScript, residentBytes } from './load.ts'
import {
  BROWSER,
  cursorOf,
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
const ROOMS = [1, 10, 100, PAGES / 5]

test.each([...KINDS].reverse())('curves on %s', async (kind) => {
  const stage = await openStage(kind)
  const server = await stage.start()
  const { pid } = server.process
  const lengths = []
  for (const length of LENGTHS) {
    const room = `length-${length}`
    const cursor = await fill(server, room, length)
    const address = `${server.url}/rooms/${room}`
    const page = await fetch(`${address}/messages.json?limit=21`)
    const before = ((await page.json()) as { messages: { id: string }[] }).messages[0]?.id
    const micros = async (url: string) =>
      (await load(pid, { url, headers: BROWSER }, SECONDS)).micros
    lengths.push({
      length,
      empty: (await load(pid, emptyPoll(server, room, cursor), SECONDS)).micros,
      news: await micros(`${address}/messages.html?after=${before}`),
      page: (await load(pid, { url: address, headers: VISIT }, SECONDS)).micros,
      post: (await load(pid, { url: `${address}/messages.json`, script: postingScript() }, SECONDS))
        .micros,
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

  /** So many pages, in so many rooms, on a server of their own. */
  async function crowdOf(pages: number, count: number) {
    const fresh = await stage.start()
    const names = Array.from({ length: count }, (_, i) => `room-${i}`)
    for (const name of names) if ((await cursorOf(fresh, name)) === '0') await fill(fresh, name, 1)
    const rooms: [string, string][] = []
    for (const name of names) rooms.push([name, await cursorOf(fresh, name)])
    const crowd = await openCrowd(fresh, { rooms, pages, every: 5, within: 5, seconds: 10 })
    const bytes = residentBytes(fresh.process.pid)
    await fresh.stop()
    return {
      pages,
      rooms: count,
      micros: crowd.microsAPoll,
      cores: crowd.cores,
      p99: crowd.p99,
      bytes,
    }
  }

  const readers = []
  for (const pages of READERS) readers.push(await crowdOf(pages, 1))
  const rooms = []
  for (const count of ROOMS) rooms.push(await crowdOf(PAGES / 5, count))
  const row = ({
    pages,
    rooms,
    micros,
    cores,
    p99,
    bytes,
  }: Awaited<ReturnType<typeof crowdOf>>) => [
    ...[pages, rooms, micros.toFixed(1), cores.toFixed(3), p99.toFixed(2)],
    (bytes / 2 ** 20).toFixed(0),
  ]
  const head = ['pages', 'rooms', 'µs a poll', 'of a core', 'ms, 99 of 100', 'MB in all']
  print(`Readers of one room on ${kind}`, head, readers.map(row))
  print(`Rooms that are read on ${kind}`, head, rooms.map(row))
  await stage.redis?.stop()
  await record(`curves-${kind}`, { lengths, readers, rooms })
})
