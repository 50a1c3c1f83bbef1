/** The program as it is started for real: a process of its own, on a port of its own. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterThese, atEnd } from './end.ts'
import { freshFolder } from './folder.ts'
import { sharedRedis } from './redis.ts'
import type { Kind } from './stores.ts'

const MAIN = join(import.meta.dir, '../../src/main.ts')

/** A line of the log. */
export type Logged = { time: string; event: string; [particular: string]: unknown }

export type Server = {
  url: string
  process: Bun.Subprocess
  stop: () => Promise<void>
  /** What it logged so far, in this word or in all. */
  logged: (event?: string) => Logged[]
}

/** The settings that make a server use this store. */
export async function storeSettings(kind: Kind): Promise<Record<string, string>> {
  if (kind === 'redis') return { REDIS_URL: (await sharedRedis()).url }
  return { SQLITE_PATH: join(freshFolder(), 'chat.sqlite') }
}

/** Settings under which a server's clock is wrong by so much (`-1h`); the store's is not touched. */
export const wrongClock = async (by: string) => ({ ...(await fakedClock()), FAKETIME: by })

/** Settings under which a server's clock can be set while it runs, by `step`; at first it is right. */
export async function steppedClock() {
  const file = join(freshFolder(), 'clock')
  const step = (by: string) => writeFileSync(file, by)
  step('+0')
  const settings = {
    ...(await fakedClock()),
    ...{ FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1' },
    // No step of a clock moves what tells how long something took.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
  return { settings, step }
}

async function fakedClock(): Promise<Record<string, string>> {
  const [library] = await Array.fromAsync(
    new Bun.Glob('/usr/lib/*/faketime/libfaketime.so.1').scan('/'),
  )
  if (!library) throw new Error('libfaketime is not where Debian puts it')
  return { LD_PRELOAD: library }
}

/** Starts a server with these settings, and no limit on posts; it goes after the tests of whoever starts it. */
export function startServer(
  settings: Record<string, string> = {},
  goes = afterThese,
): Promise<Server> {
  const all = {
    PORT: '0',
    POSTS_PER_MINUTE: '0',
    READS_PER_MINUTE: '0',
    ROOMS_PER_HOUR: '0',
    ...settings,
  }
  return startProgram(MAIN, all, goes)
}

const shared = new Map<string, Promise<Server & { settings: Record<string, string> }>>()

/** The one server over such a store, with these settings, that all tests share: each starts in half a second of a core. */
export function sharedServer(kind: Kind, settings: Record<string, string> = {}) {
  const start = async () => {
    const all: typeof settings = {
      ...(await storeSettings(kind)),
      POLL_SECONDS: '1',
      ...settings,
    }
    return { ...(await startServer(all, atEnd)), settings: all }
  }
  const name = JSON.stringify([kind, settings])
  const server = shared.get(name) ?? start()
  shared.set(name, server)
  return server
}

/** Starts a program that tells its address on standard output, before a comma. */
export async function startProgram(
  path: string,
  settings: Record<string, string> = {},
  goes = afterThese,
): Promise<Server> {
  const server = Bun.spawn([process.execPath, path], {
    env: { PATH: process.env.PATH ?? '', ...settings },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  // Dozens that idle cost half a core.
  goes(() => server.kill('SIGKILL'))
  const lines: Logged[] = []
  hear(server.stderr, (line) => {
    // What is no line of the log is for whoever reads the tests.
    if (line.startsWith('{')) lines.push(JSON.parse(line))
    else console.error(line)
  })
  const url = await addressIn(server.stdout)
  const stop = async () => {
    server.kill('SIGTERM')
    await server.exited
  }
  const logged = (event?: string) =>
    lines.filter((line) => event === undefined || line.event === event)
  return { url, process: server, stop, logged }
}

async function hear(stream: ReadableStream<Uint8Array<ArrayBuffer>>, hear: (line: string) => void) {
  let rest = ''
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) hear(line)
  }
}

async function addressIn(output: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let seen = ''
  for await (const text of output.pipeThrough(new TextDecoderStream())) {
    seen += text
    const url = /http:\/\/\S+(?=\/,)/.exec(seen)
    if (url) return url[0]
  }
  throw new Error(`the server did not start: ${seen}`)
}
