/** Starts the program of many open pages (`pages.ts`), and sees what they cost a server and its store. */
import { join } from 'node:path'
import type { Server } from '../with/server.ts'
import { cpuMicros, residentBytes } from './load.ts'
import type { Polls, Wanted } from './pages.ts'
import { cursorsOf, EVERY, fill, type Stage } from './stage.ts'

/** In so many moments of a second it polls at the most: its timers count whole milliseconds. */
export const MOMENTS = 1000

const PROGRAM = join(import.meta.dir, 'pages.ts')

/**
 * `cores` and `storeCores`: how much of one the server and Redis used, `bytes`: by how much the server's memory grew for
 * each page, all while they are measured.
 */
export type Crowd = Polls & {
  pages: number
  rooms: number
  seconds: number
  cores: number
  storeCores: number
  bytes: number
  microsAPoll: number
}

type Asked = Omit<Wanted, 'urls' | 'every' | 'within'> & Partial<Wanted>

/**
 * They come within two intervals, and what they cost `server` is measured then, or as they come, though they may be shared
 * out over others; `during` runs meanwhile.
 */
export async function openCrowd(
  stage: Stage,
  server: Server,
  asked: Asked,
  during: () => Promise<unknown> = async () => {},
): Promise<Crowd> {
  const { pid } = server.process
  const wanted: Wanted = { urls: [server.url], every: EVERY, within: 2 * EVERY, ...asked }
  const bytesBefore = residentBytes(pid)
  const crowd = Bun.spawn([process.execPath, PROGRAM, JSON.stringify(wanted)], {
    stdout: 'pipe',
    stderr: 'inherit',
  })
  let told = ''
  let before = 0
  let storeBefore = 0
  let began = 0
  const meanwhile: Promise<unknown>[] = []
  for await (const text of crowd.stdout.pipeThrough(new TextDecoderStream())) {
    told += text
    if (!told.includes('ready\n') || began) continue
    before = cpuMicros(pid)
    storeBefore = stage.storeMicros()
    began = performance.now()
    meanwhile.push(during())
  }
  // It may have been killed meanwhile.
  const isAlive = server.process.exitCode === null && !server.process.killed
  const micros = isAlive ? cpuMicros(pid) - before : Number.NaN
  const storeMicros = stage.storeMicros() - storeBefore
  const seconds = (performance.now() - began) / 1000
  await Promise.all(meanwhile)
  const polls = JSON.parse(told.slice(told.indexOf('ready\n') + 6)) as Polls
  return {
    ...polls,
    pages: wanted.pages,
    rooms: wanted.rooms.length,
    seconds: wanted.seconds,
    cores: micros / 1e6 / seconds,
    storeCores: storeMicros / 1e6 / seconds,
    bytes: isAlive ? Math.max(0, residentBytes(pid) - bytesBefore) / wanted.pages : Number.NaN,
    microsAPoll: micros / polls.answered,
  }
}

/** So many pages, shared out over rooms in which something was said, on a server of their own. */
export async function freshCrowd(
  stage: Stage,
  names: string[],
  pages: number,
  seconds: number,
): Promise<Crowd> {
  const server = await stage.start()
  for (const [room, cursor] of await cursorsOf(server, names))
    if (cursor === '0') await fill(server, room, 1)
  const crowd = await openCrowd(stage, server, {
    rooms: await cursorsOf(server, names),
    pages,
    seconds,
  })
  await server.stop()
  return crowd
}
