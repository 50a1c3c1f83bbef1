/** A real redis-server of the tests' own, on a free port; it goes when the tests end. */
import { createServer } from 'node:net'
import { atEnd } from './end.ts'

export type RedisServer = { url: string; process: Bun.Subprocess; stop: () => Promise<void> }

/** Starts a Redis that holds everything in memory, with any further options given; `--port` among them, or a free one. */
export async function startRedis(...options: string[]): Promise<RedisServer> {
  // A free port may be taken meanwhile, or, for a node of a Cluster, be too high.
  for (let tries = 0; tries < 5; tries++) {
    const given = options.indexOf('--port') + 1
    const redis = await startRedisAt(given ? Number(options[given]) : await freePort(), options)
    if (redis) return redis
  }
  throw new Error(`redis-server does not start with ${options.join(' ')}`)
}

async function startRedisAt(port: number, options: string[]): Promise<RedisServer | undefined> {
  const server = Bun.spawn(
    ['redis-server', '--bind', '127.0.0.1', '--port', String(port), '--save', '', ...options],
    { stdout: 'pipe', stderr: 'ignore' },
  )
  atEnd(() => server.kill('SIGKILL'))
  let told = ''
  for await (const text of server.stdout.pipeThrough(new TextDecoderStream())) {
    told += text
    if (told.includes('Ready to accept connections')) break
  }
  if (!told.includes('Ready to accept connections')) return undefined
  const stop = async () => {
    server.kill('SIGKILL')
    await server.exited
  }
  return { url: `redis://127.0.0.1:${port}`, process: server, stop }
}

/** What `redis-cli` says to a command. */
export function cli({ url }: { url: string }, ...command: string[]): string {
  const { stdout } = Bun.spawnSync(['redis-cli', '-u', url, ...command])
  return stdout.toString().trim()
}

let shared: Promise<RedisServer> | undefined

/** The one Redis that all tests share which do not harm it. */
export function sharedRedis(): Promise<RedisServer> {
  shared ??= startRedis()
  return shared
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
