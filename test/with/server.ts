/** The program as it is started for real: a process of its own, on a port of its own. */
import { join } from 'node:path'
import { atEnd } from './end.ts'
import { freshFolder } from './folder.ts'
import { sharedRedis } from './redis.ts'
import type { Kind } from './stores.ts'

const MAIN = join(import.meta.dir, '../../src/main.ts')

export type Server = { url: string; process: Bun.Subprocess; stop: () => Promise<void> }

/** The settings that make a server use this store. */
export async function storeSettings(kind: Kind): Promise<Record<string, string>> {
  if (kind === 'redis') return { REDIS_URL: (await sharedRedis()).url }
  return { SQLITE_PATH: join(freshFolder(), 'chat.sqlite') }
}

/** Starts a server with these settings, and no limit on posts; `before` is what it is started through, such as faketime. */
export async function startServer(
  settings: Record<string, string> = {},
  before: string[] = [],
): Promise<Server> {
  const server = Bun.spawn([...before, process.execPath, MAIN], {
    env: { PATH: process.env.PATH ?? '', PORT: '0', POSTS_PER_MINUTE: '0', ...settings },
    stdout: 'pipe',
    stderr: 'inherit',
  })
  atEnd(() => server.kill('SIGKILL'))
  const url = await addressIn(server.stdout)
  const stop = async () => {
    server.kill('SIGTERM')
    await server.exited
  }
  return { url, process: server, stop }
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
