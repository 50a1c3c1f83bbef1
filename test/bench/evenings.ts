/** Evenings in a chat: a busy one, a flood of posts, a crowd that comes at once, one that comes back after an outage. */
import { expect, test } from 'bun:test'
import type { Server } from '../with/server.ts'
import { KINDS } from '../with/stores.ts'
import { type Crowd, openCrowd } from './crowd.ts'
import { cursorsOf, EVERY, fill, openStage, PAGES, print, record } from './stage.ts'

const HISTORY = 100
const ROOMS = ['lobby', 'garden', 'kitchen', 'attic', 'cellar']
const READERS = Math.min(1000, PAGES)
const WRITERS = 20
const MESSAGES = 13
const CROWD = Math.round(PAGES / 3)
const OUTAGE = 0.6 * EVERY

const rowOf = ({ answered, news, broken, cores, median, p99, slowest }: Crowd) => [
  // Of a server that was killed nobody knows.
  ...[answered, news, broken, Number.isNaN(cores) ? '' : cores.toFixed(3)],
  ...[median, p99, slowest].map((ms) => ms.toFixed(2)),
]

/** Each says something once a second, or five times an interval, in turn in each room. */
async function talk(server: Server): Promise<number> {
  const pause = (EVERY / 5) * 1000
  let said = 0
  const speak = async (writer: number) => {
    await Bun.sleep((writer / WRITERS) * pause)
    for (let i = 0; i < MESSAGES; i++) {
      const next = Bun.sleep(pause)
      const room = ROOMS[(writer + i) % ROOMS.length]
      const body = new URLSearchParams({ screenname: `writer ${writer}`, value: `and ${i}` })
      const answer = await fetch(`${server.url}/rooms/${room}/messages.json`, {
        method: 'POST',
        body,
      })
      if (answer.status === 201) said += 1
      await next
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => speak(writer)))
  return said
}

/** One client posts as much as fifty connections can, of which nearly all is refused; answers how much was tried. */
async function flood(server: Server): Promise<number> {
  const end = performance.now() + 2 * EVERY * 1000
  let tried = 0
  const post = async () => {
    while (performance.now() < end) {
      tried += 1
      const body = new URLSearchParams({ screenname: 'flood', value: `${tried}` })
      const answer = await fetch(`${server.url}/rooms/lobby/messages.json`, {
        method: 'POST',
        body,
      })
      expect([201, 429]).toContain(answer.status)
      await answer.bytes()
    }
  }
  await Promise.all(Array.from({ length: 50 }, post))
  return tried
}

test.each([...KINDS].reverse())('evenings on %s', async (kind) => {
  const stage = await openStage(kind)
  const server = await stage.start()
  for (const room of ROOMS) await fill(server, room, HISTORY)
  const rooms = await cursorsOf(server, ROOMS)
  let said = 0
  // Talk is over more than an interval before the end.
  const seconds = 4 * EVERY + 1
  const busy = await openCrowd(stage, server, { rooms, pages: READERS, seconds }, async () => {
    said = await talk(server)
  })
  // Each is read by everybody in its room, once.
  expect(busy.messages).toBe((said * READERS) / ROOMS.length)
  const held = await stage.start({ POSTS_PER_MINUTE: '30' })
  let tried = 0
  const flooded = await openCrowd(
    stage,
    held,
    { rooms, pages: READERS, seconds: 3 * EVERY },
    async () => {
      tried = await flood(held)
    },
  )
  await held.stop()
  const atOnce = await openCrowd(stage, server, {
    rooms,
    pages: CROWD,
    within: 0.1,
    isArriving: true,
    seconds: 2 * EVERY,
  })

  // Everybody is there, and all of it goes; they are back when nothing breaks any more.
  const port = new URL(server.url).port
  let back: Promise<Server> | undefined
  const returning = await openCrowd(
    stage,
    server,
    { rooms, pages: CROWD, seconds: 3 * EVERY },
    async () => {
      await Bun.sleep(0.4 * EVERY * 1000)
      server.process.kill('SIGKILL')
      await Bun.sleep(OUTAGE * 1000)
      back = stage.start({ PORT: port })
      await back
    },
  )
  await (await back)?.stop()
  await stage.redis?.stop()
  const head = [
    'evening',
    'answered',
    'with news',
    'broken',
    'of a core',
    'ms: half',
    '99 of 100',
    'slowest',
  ]
  print(`Evenings on ${kind}`, head, [
    [
      `busy: ${READERS} readers, ${WRITERS} writers, ${ROOMS.length} rooms, ${said} said`,
      ...rowOf(busy),
    ],
    [`${READERS} readers in a flood of ${tried} posts by one client`, ...rowOf(flooded)],
    [`${CROWD} pages at once`, ...rowOf(atOnce)],
    [`${CROWD} pages after an outage of ${OUTAGE} s`, ...rowOf(returning)],
  ])
  await record(`evenings-${kind}`, { said, seconds, busy, flooded, atOnce, returning })
})
