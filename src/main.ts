/** Starts the chatbox: settings, store, app, port; and stops it cleanly. */
import { openApp } from './app.ts'
import type { Log, Store } from './chat/store.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import { openLoad } from './load.ts'
import { openRedis } from './store/redis.ts'
import { openSqlite } from './store/sqlite.ts'

const STOP_MS = 5000

/** One line of JSON an event, on standard error. */
const log: Log = (event, particulars) => {
  const { error, ...rest } = particulars
  const shown = error instanceof Error ? error.stack || error.message : error
  console.error(JSON.stringify({ time: new Date(), event, ...rest, error: shown }))
}

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

async function opened({ redisUrl, wait, sqlitePath, keep }: Config): Promise<Store> {
  if (redisUrl) return openRedis(redisUrl, keep, log, wait)
  try {
    return openSqlite(sqlitePath, keep)
  } catch (error) {
    return refuse(`SQLITE_PATH ${sqlitePath} cannot be opened: ${(error as Error).message}`)
  }
}

const config = configured()
const store = await opened(config)
const app = await openApp(store, { ...config, load: openLoad() }, log)

try {
  // Without reusePort a second server on the same port says so, instead of taking half of the requests.
  // Bodies are bounded where they are read, in words; this only keeps Bun from answering first.
  app.listen({
    port: config.port,
    hostname: config.host,
    reusePort: false,
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
  })
} catch (error) {
  refuse(`cannot listen on ${config.host}:${config.port}: ${(error as Error).message}`)
}
console.log(
  `Chatbox is at ${app.server?.url}, its messages in ${config.redisUrl ? 'Redis' : config.sqlitePath}`,
)

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, async () => {
    // Whoever is being answered gets the answer; whoever sends for ever is not awaited for ever.
    await Promise.race([app.stop(), Bun.sleep(STOP_MS)])
    await store.close()
    process.exit(0)
  })
