/** Starts the chatbox: settings, store, app, port; and stops it cleanly. */
import { availableParallelism } from 'node:os'
import { openApp } from './app.ts'
import { openChat } from './chat/chat.ts'
import { observed } from './chat/observed.ts'
import { type Store, Unreachable } from './chat/store.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import { drained } from './http/draining.ts'
import { openMetrics } from './http/metrics.ts'
import { openLoad } from './load.ts'
import { log } from './log.ts'
import { openSkeleton } from './skeleton.ts'
import { deliverWebhooks } from './webhooks/leading.ts'
import { isWorker, joinWorkers, superviseWorkers } from './workers.ts'

const STOP_MS = 5000

function configured(): Config {
  try {
    return readConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return refuse(error.message)
  }
}

function refuse(words: string): never {
  console.error(`chatbox: ${words}`)
  process.exit(1)
}

/** Each store is loaded where it is used: the client of Redis takes longer to load than all the rest. */
async function opened({ redisUrl, wait, sqlitePath, keep }: Config): Promise<Store> {
  if (redisUrl) {
    const { openRedis } = await import('./store/redis.ts')
    return openRedis(redisUrl, keep, log, wait)
  }
  const { openSqlite } = await import('./store/sqlite.ts')
  try {
    return openSqlite(sqlitePath, keep)
  } catch (error) {
    return refuse(`SQLITE_PATH ${sqlitePath} cannot be opened: ${(error as Error).message}`)
  }
}

/** Binds to the port of the settings, or ends the process in one line. */
function listening<Listener>({ host, port }: Config, listen: () => Listener): Listener {
  try {
    return listen()
  } catch (error) {
    return refuse(`cannot listen on ${host}:${port}: ${(error as Error).message}`)
  }
}

/** Serves in this process; answers where. */
async function serve(config: Config): Promise<URL | undefined> {
  const own = openMetrics()
  const store = observed(await opened(config), log, own.asked)
  const worker = isWorker() ? joinWorkers(own.counted, stop) : undefined
  const metrics = worker ? { ...own, text: worker.sum } : own
  const ending = new AbortController()
  const names = { reserved: config.reservedNames, skeleton: openSkeleton }
  const chat = openChat(store, { ...config, names })
  const settings = { ...config, chat, load: openLoad(), metrics, stopping: ending.signal }
  const app = await openApp(store, settings, log)
  const webhooks = deliverWebhooks(store, { chat, log, networks: config.webhookNetworks })

  async function stop(): Promise<void> {
    ending.abort()
    if (app.server) await drained(app.server, app.fetch)
    // Whoever is being answered gets the answer; whoever sends for ever is not awaited for ever.
    await Promise.race([Promise.all([app.stop(), webhooks.stop()]), Bun.sleep(STOP_MS)])
    await store.close()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop)

  // Without reusePort a second server on the same port says so, instead of taking half of the requests.
  // Bodies are bounded where they are read, in words; this only keeps Bun from answering first.
  listening(config, () =>
    app.listen({
      port: config.port,
      hostname: config.host,
      reusePort: worker !== undefined,
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    }),
  )
  worker?.listening()
  return app.server?.url
}

/** Serves in as many processes as shall; answers where. */
async function serveByWorkers(config: Config, count: number): Promise<URL> {
  const { host, port } = config
  // Workers share a port with whoever else does: here it is seen to be free, or found.
  const probe = listening(config, () =>
    Bun.serve({ hostname: host, port, fetch: () => new Response() }),
  )
  const { url } = probe
  await probe.stop(true)
  await superviseWorkers(count, Number(url.port || port), log)
  return url
}

/** Does one thing on the store, and ends the process. */
async function carryOut(args: string[]): Promise<never> {
  // A server needs none of them.
  const { commandIn } = await import('./commands/commands.ts')
  const { Declined, print } = await import('./commands/terminal.ts')
  try {
    const command = commandIn(args)
    const config = configured()
    const store = await opened(config)
    const { publicUrl, host, port, webhookNetworks } = config
    const home = (publicUrl?.href ?? `http://${host}:${port}`).replace(/(?<!\/)\/+$/, '')
    await command(store, { input: Bun.stdin.stream(), home, webhookNetworks, print })
    await store.close()
    process.exit(0)
  } catch (error) {
    if (error instanceof Declined || error instanceof Unreachable) return refuse(error.message)
    throw error
  }
}

async function warnOfLoss(redisUrl: string): Promise<void> {
  // Nobody waits for it.
  const durability = await import('./store/redis/durability.ts')
  await durability.warnOfLoss(redisUrl, log)
}

function framing({ embedOrigins }: Config): string {
  if (embedOrigins.length === 0)
    return 'No other site may show its rooms: EMBED_ORIGINS names those that may'
  return `Its rooms may be shown by ${embedOrigins[0] === '*' ? 'every site' : embedOrigins.join(' and ')}`
}

const args = process.argv.slice(2)
if (args.length > 0 && !isWorker()) await carryOut(args)

const config = configured()
const workers = config.workers === 'auto' ? availableParallelism() : config.workers
const url = await (workers > 1 && !isWorker() ? serveByWorkers(config, workers) : serve(config))
if (!isWorker()) {
  if (config.redisUrl) warnOfLoss(config.redisUrl)
  console.log(
    `Chatbox is at ${url}, its messages in ${config.redisUrl ? 'Redis' : config.sqlitePath}`,
  )
  console.log(framing(config))
}
