/** Whatever becomes of the file, under two servers on which people talk and read. */
import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { copyFileSync, renameSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { freshFolder } from '../with/folder.ts'
import { expectTold, kindsIn } from '../with/outages.ts'
import { type Server, startServer } from '../with/server.ts'
import { hasSmallDisks, smallDisk } from '../with/small-disk.ts'
import { freshRoom } from '../with/stores.ts'
import { eventually } from '../with/tab.ts'
import { startTraffic } from '../with/traffic.ts'

async function scene(file: string) {
  const servers = await Promise.all([1, 2].map(() => startServer({ SQLITE_PATH: file })))
  const room = freshRoom()
  const traffic = startTraffic(
    servers.map((server) => server.url),
    room,
  )
  await traffic.goOn(20)
  const end = async (faults: number, what: string) => {
    console.log(`${what}: ${faults} faults, ${await traffic.stop()}`)
    await Promise.all(servers.map((server) => server.stop()))
  }
  return { servers, server: servers[0] as Server, room, traffic, end }
}

const say = async (server: Server, room: string) => {
  const body = new URLSearchParams({ screenname: 'tester', value: 'x'.repeat(900) })
  const answer = await fetch(`${server.url}/rooms/${room}/messages.json`, { method: 'POST', body })
  return answer.status
}

const read = async (server: Server, path: string) => (await fetch(server.url + path)).status

test.concurrent('a file that another program has locked holds up nobody who reads', async () => {
  const file = join(freshFolder(), 'chat.sqlite')
  const { server, room, traffic, end } = await scene(file)
  using other = new Database(file)
  other.run('PRAGMA busy_timeout = 5000')
  for (let locks = 0; locks < 2; locks++) {
    other.run('BEGIN IMMEDIATE')
    const saying = say(server, freshRoom())
    let isAnswered = false
    saying.then(() => {
      isAnswered = true
    })
    let polls = 0
    for (; !isAnswered; polls++)
      expect(await read(server, `/rooms/${room}/messages.json?after=0`)).toBe(200)
    // The last may have come with that answer.
    expect(polls).toBeGreaterThan(2)
    expect(await saying).toBe(503)
    other.run('ROLLBACK')
    await traffic.goOn(20)
  }
  expectTold(server, ['SQLITE_BUSY'], 2)
  await end(2, 'locked')
})

test.concurrent.skipIf(!hasSmallDisks)(
  'a full disk takes nothing that was answered, and is read on',
  async () => {
    const disk = smallDisk()
    const { server, room, traffic, end } = await scene(join(disk.folder, 'chat.sqlite'))
    disk.fill()
    const other = freshRoom()
    await eventually(async () => expect(await say(server, other)).toBe(503))
    for (const path of ['/', `/rooms/${room}`, `/rooms/${room}/messages.json?after=0`, '/readyz'])
      expect([path, await read(server, path)]).toEqual([path, 200])
    disk.free()
    await traffic.goOn(20)
    expectTold(server, ['SQLITE_FULL'])
    await end(1, 'disk full')
  },
)

test.concurrent('to a file that was replaced nothing is said, until it is back', async () => {
  const folder = freshFolder()
  const [file, away, copy] = ['chat', 'away', 'copy'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  const { server, room, traffic, end } = await scene(file)
  copyFileSync(file, copy)
  renameSync(file, away)
  for (const replace of [() => {}, () => renameSync(copy, file)]) {
    replace()
    expect(await say(server, freshRoom())).toBe(503)
    expect(await read(server, '/readyz')).toBe(503)
    expect(await read(server, `/rooms/${room}/messages.json?after=0`)).toBe(200)
  }
  renameSync(away, file)
  await traffic.goOn(20)
  expect(await read(server, '/readyz')).toBe(200)
  await end(2, 'replaced')
})

test.concurrent('a file that was cut short is an error, and no empty room', async () => {
  const file = join(freshFolder(), 'chat.sqlite')
  const first = await startServer({ SQLITE_PATH: file })
  const rooms = Array.from({ length: 40 }, freshRoom)
  for (const room of rooms) for (let i = 0; i < 3; i++) expect(await say(first, room)).toBe(201)
  await first.stop()
  const server = await startServer({ SQLITE_PATH: file })
  truncateSync(file, 64 * 1024)
  const answers = await Promise.all(
    rooms.map(async (room) => {
      const answer = await fetch(`${server.url}/rooms/${room}/messages.json`)
      return { status: answer.status, page: await answer.json() }
    }),
  )
  for (const { status, page } of answers)
    if (status === 200) expect(page).toMatchObject({ messages: [{}, {}, {}] })
    else expect(status).toBe(503)
  expect(answers.filter(({ status }) => status === 503).length).toBeGreaterThan(0)
  expect(kindsIn(server).length).toBe(1)
  console.log(`cut short: 1 fault, ${answers.length} rooms read`)
  await server.stop()
})
