/** Both real stores, so that one suite runs over each. */
import { join } from 'node:path'
import { openApp, type Settings } from '../../src/app.ts'
import { observed } from '../../src/chat/observed.ts'
import type { Keep, Log, Store } from '../../src/chat/store.ts'
import { openMetrics } from '../../src/http/metrics.ts'
import { openSkeleton } from '../../src/skeleton.ts'
import { openRedis } from '../../src/store/redis.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { freshFolder } from './folder.ts'
import { sharedRedis } from './redis.ts'

export const KINDS = ['sqlite', 'redis'] as const
export type Kind = (typeof KINDS)[number]

export const silent: Log = () => {}

/** Where a SQLite store may be. */
export const freshFile = () => join(freshFolder(), 'chat.sqlite')

export async function openStore(
  kind: Kind,
  keep: Partial<Keep> = {},
  log = silent,
  file = freshFile(),
): Promise<Store> {
  const kept = { messages: 10_000, days: 90, ...keep }
  if (kind === 'sqlite') return openSqlite(file, kept)
  return openRedis((await sharedRedis()).url, kept, log)
}

/** The program over a store, without a port: `get('/rooms/lobby')` answers as the server would. */
export async function openChatbox(
  kind: Kind,
  {
    keep = {},
    log = silent,
    file,
    reserved = [],
    ...settings
  }: Partial<Settings> & {
    keep?: Partial<Keep>
    log?: Log
    file?: string
    reserved?: string[]
  } = {},
) {
  const metrics = openMetrics()
  const store = observed(await openStore(kind, keep, log, file), log, metrics.asked)
  const app = await openApp(
    store,
    {
      ...{ messageLength: 1000, pollSeconds: 5, perMinute: 0, load: () => 1, metrics },
      names: { reserved, skeleton: openSkeleton },
      ...settings,
    },
    log,
  )
  const ask = (path: string, init?: RequestInit) =>
    app.handle(new Request(`http://localhost${path}`, init))
  return {
    store,
    /** Every address, and the methods that are answered at it. */
    routes: app.routes.map(({ method, path }) => ({ method, path })),
    /** As the server calls it: answers without a promise what is known. */
    fetch: (path: string) => app.fetch(new Request(`http://localhost${path}`)),
    get: (path: string, headers: Record<string, string> = {}) => ask(path, { headers }),
    ask,
    /** Says something as a script does, and answers the message. */
    say: async (room: string, value: string, screenname = 'tester') => {
      const answer = await ask(`/rooms/${room}/messages.json`, {
        method: 'POST',
        body: new URLSearchParams({ screenname, value }),
      })
      return (await answer.json()) as {
        id: string
        screenname: string
        value: string
        created: string
      }
    },
  }
}

let rooms = 0

/** The name of a room that no other test speaks in. */
export function freshRoom(): string {
  rooms += 1
  return `room-${process.pid}-${rooms}`
}
