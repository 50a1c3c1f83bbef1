/** Joins the routes, the files and the error answer into one app, which has no port of its own. */
import { BlockList } from 'node:net'
import { Elysia } from 'elysia'
import { type Limits, openChat } from './chat/chat.ts'
import { openPresence } from './chat/presence.ts'
import type { Log, Store } from './chat/store.ts'
import { loadAssets } from './http/assets.ts'
import { clientAddress } from './http/client.ts'
import { encoded } from './http/encoding.ts'
import { errorAnswer, problemOf } from './http/errors.ts'
import { healthz, readMetrics, readyz } from './http/health.ts'
import { openIdentities } from './http/identity.ts'
import { openInterval } from './http/interval.ts'
import { readLatestChat } from './http/latest-chat.ts'
import { offerRevision, readMessage, remove, revise } from './http/message.ts'
import { type Metrics, openMetrics } from './http/metrics.ts'
import type { Parts } from './http/parts.ts'
import { Problem } from './http/problem.ts'
import { readMessages, readRoom } from './http/reading.ts'
import { enterRoom, readRooms } from './http/rooms.ts'
import { type Handler, route } from './http/routes.ts'
import { say } from './http/saying.ts'

export type Settings = Limits & {
  pollSeconds: number
  /** By which factor readers should slow down just now. */
  load?: () => number
  metrics?: Metrics
  /** What identities are signed with; without it, the store keeps one. */
  secret?: string
  /** Where the chatbox is seen from outside, if not where it is asked; it may hold a path. */
  publicUrl?: URL
  /** Those whose `X-Forwarded-For` is believed. */
  trustedProxies?: BlockList
}

/** The whole program over one store, without a port: `app.handle(request)` answers. */
export async function openApp(store: Store, settings: Settings, log: Log) {
  const { pollSeconds, messageLength, load, secret, publicUrl } = settings
  const { trustedProxies = new BlockList() } = settings
  const base = publicUrl?.pathname.replace(/\/+$/, '') ?? ''
  const { addresses, handlers } = await loadAssets(base)
  // A host may have a short name: a path begins after it, wherever that is.
  const app = new Elysia({ handler: { standardHostname: false } })
  const chat = openChat(store, settings)
  const parts: Parts = {
    chat,
    site: { base, pollSeconds, messageLength, assets: addresses },
    identities: openIdentities(
      async () => secret ?? (await chat.secret()),
      publicUrl?.protocol === 'https:',
      base,
    ),
    presence: openPresence(store, log),
    interval: openInterval(pollSeconds, load),
    metrics: settings.metrics ?? openMetrics(),
    log,
    clientOf: (request) => {
      const socket = app.server?.requestIP(request)?.address
      const forwarded = request.headers.get('x-forwarded-for')
      return socket && clientAddress(socket, forwarded, trustedProxies)
    },
    origin: publicUrl?.origin,
  }
  app.onError(({ error, code, request }) => {
    const cause =
      code === 'NOT_FOUND' ? new Problem(404, ({ problems }) => problems.nowhere) : error
    const problem = problemOf(cause, request, log)
    parts.metrics.errors.inc({ status: problem.status })
    return encoded(request, errorAnswer(problem, request, parts.site))
  })
  routeAll(app, '', parts, handlers)
  // A proxy in front may or may not take the path off: both find the way.
  if (base) routeAll(app, base, parts, handlers)
  return app
}

function routeAll(app: Elysia, base: string, parts: Parts, assets: Record<string, Handler>) {
  route(app, `${base}/`, { GET: readRooms(parts) })
  route(app, `${base}/rooms`, { GET: enterRoom(parts) })
  route(app, `${base}/rooms/:room`, { GET: readRoom(parts) })
  for (const suffix of ['', '.html', '.json'])
    route(app, `${base}/rooms/:room/messages${suffix}`, {
      GET: readMessages(parts, suffix),
      POST: say(parts, suffix),
    })
  route(app, `${base}/rooms/:room/messages.txt`, { GET: readMessages(parts, '.txt') })
  const change = { PATCH: revise(parts), DELETE: remove(parts) }
  route(app, `${base}/rooms/:room/messages/:id`, { GET: readMessage(parts), ...change })
  const revision = { GET: offerRevision(parts), POST: revise(parts) }
  route(app, `${base}/rooms/:room/messages/:id/revision`, revision)
  route(app, `${base}/rooms/:room/messages/:id/removal`, { POST: remove(parts) })
  route(app, `${base}/api/latest-chat/:seconds`, { GET: readLatestChat(parts) })
  route(app, `${base}/healthz`, { GET: healthz })
  route(app, `${base}/readyz`, { GET: readyz(parts) })
  route(app, `${base}/metrics`, { GET: readMetrics(parts) })
  for (const [address, handler] of Object.entries(assets))
    route(app, base + address, { GET: handler })
}
