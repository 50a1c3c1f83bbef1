/** Starts the program of many open pages (`pages.ts`), and sees what they cost a server. */
import { join } from 'node:path'
import type { Server } from '../with/server.ts'
import { cpuMicros, residentBytes } from './load.ts'
import type { Polls, Wanted } from './pages.ts'

const PROGRAM = join(import.meta.dir, 'pages.ts')

/** `cores`: how much of one the server used, `bytes`: by how much its memory grew for each page, both while measured. */
export type Crowd = Polls & { cores: number; bytes: number; microsAPoll: number }

/** `during` runs while they are measured. */
export async function openCrowd(
  server: Server,
  wanted: Omit<Wanted, 'urls'> & { urls?: string[] },
  during: () => Promise<unknown> = async () => {},
): Promise<Crowd> {
  const { pid } = server.process
  const bytesBefore = residentBytes(pid)
  const argument = JSON.stringify({ urls: [server.url], ...wanted } satisfies Wanted)
  const crowd = Bun.spawn([process.execPath, PROGRAM, argument], {
    stdout: 'pipe',
    stderr: 'inherit',
  })
  let told = ''
  let before = 0
  let began = 0
  const meanwhile: Promise<unknown>[] = []
  for await (const text of crowd.stdout.pipeThrough(new TextDecoderStream())) {
    told += text
    if (!told.includes('ready\n') || began) continue
    before = cpuMicros(pid)
    began = performance.now()
    meanwhile.push(during())
  }
  // It may have been killed meanwhile.
  const isAlive = server.process.exitCode === null && !server.process.killed
  const micros = isAlive ? cpuMicros(pid) - before : Number.NaN
  const seconds = (performance.now() - began) / 1000
  await Promise.all(meanwhile)
  const polls = JSON.parse(told.slice(told.indexOf('ready\n') + 6)) as Polls
  return {
    ...polls,
    cores: micros / 1e6 / seconds,
    bytes: isAlive ? Math.max(0, residentBytes(pid) - bytesBefore) / wanted.pages : Number.NaN,
    microsAPoll: micros / polls.answered,
  }
}
