/** Joins the routes, the files and the error answer into one app, which has no port of its own. */
import { BlockList } from 'node:net'
import { Elysia } from 'elysia'
import { type Chat, type Limits, openChat } from './chat/chat.ts'
import { openPresence } from './chat/presence.ts'
import type { Log, Store } from './chat/store.ts'
import { openTokens } from './chat/tokens.ts'
import { httpsAlone } from './http/answer.ts'
import { type Assets, loadAssets } from './http/assets.ts'
import { clientAddress } from './http/client.ts'
import { readEmbed } from './http/embed.ts'
import { encoded } from './http/encoding.ts'
import { errorAnswer, problemOf } from './http/errors.ts'
import { healthz, readMetrics, readyz } from './http/health.ts'
import { hook } from './http/hook.ts'
import { openIdentities } from './http/identity.ts'
import { openInterval } from './http/interval.ts'
import { readLatestChat } from './http/latest-chat.ts'
import { offerRevision, readMessage, remove, revise } from './http/message.ts'
import { type Metrics, openMetrics } from './http/metrics.ts'
import { clear, mute, readModeration, rule, sweep, unmute } from './http/moderation.ts'
import { openModerators } from './http/moderator.ts'
import { openNetworks } from './http/network.ts'
import { readOembed } from './http/oembed.ts'
import { readApi, readOpenApi } from './http/openapi.ts'
import type { Parts } from './http/parts.ts'
import { Problem } from './http/problem.ts'
import { readMessages, readRoom } from './http/reading.ts'
import { openReadingPace } from './http/reading-pace.ts'
import { enterRoom, readRooms } from './http/rooms.ts'
import { type Handler, type Handlers, route } from './http/routes.ts'
import { say } from './http/saying.ts'
import { readShare } from './http/share.ts'
import { readSignIn, signIn, signOut } from './http/signing-in.ts'
import { readIdentity } from './http/vouching.ts'

export type Settings = Limits & {
  /** The verbs over the store, where somebody else uses them, too. */
  chat?: Chat
  pollSeconds: number
  /** The most a client may read of one server in a minute; 0, the default, for no limit. */
  readsPerMinute?: number
  /** By which factor readers should slow down just now. */
  load: () => number
  metrics?: Metrics
  /** What identities are signed with; without it, the store keeps one. */
  secret?: string
  /** Where the chatbox is seen from outside, if not where it is asked; it may hold a path. */
  publicUrl?: URL
  /** Ends when the server shall: nothing is held back any longer. */
  stopping?: AbortSignal
  /** Those whose `X-Forwarded-For` is believed. */
  trustedProxies?: BlockList
  /** Origins of the sites that may show rooms on their own pages; `*` alone: all. */
  embedOrigins?: string[]
  /** What these sites sign with who somebody is. */
  identityKeys?: string[]
  /** Rooms in which only those speak whom these sites vouch for; `*` alone: all. */
  memberRooms?: string[]
  /** By which people and programs prove that they moderate; without it nobody does. */
  moderatorKey?: string
}

/** The whole program over one store, without a port: `app.handle(request)` answers. */
export async function openApp(store: Store, settings: Settings, log: Log) {
  const { pollSeconds, messageLength, load, secret, publicUrl } = settings
  const { trustedProxies = new BlockList() } = settings
  const { embedOrigins = [], identityKeys = [], memberRooms = [] } = settings
  const base = publicUrl?.pathname.replace(/(?<!\/)\/+$/, '') ?? ''
  const isSecure = publicUrl?.protocol === 'https:'
  const assets = await loadAssets(base)
  // A host may have a short name: a path begins after it, wherever that is.
  const app = new Elysia({ handler: { standardHostname: false } })
  const chat = settings.chat ?? openChat(store, settings)
  const metrics = settings.metrics ?? openMetrics()
  const presence = openPresence(store)
  const { gauge } = metrics
  gauge('rooms', 'Rooms that are read here', 'max', () => chat.reading().rooms)
  gauge('readers', 'Open pages in the rooms that are polled here', 'max', () => presence.all)
  const waiting = () => chat.reading().waiting
  gauge('waiting', 'Long polls and event streams that are open', 'sum', waiting)
  const identities = openIdentities(async () => secret ?? (await chat.secret()), isSecure, base)
  const { moderating } = chat
  const { sign } = identities
  const key = settings.moderatorKey
  const moderators = openModerators({ key, sign, moderating, secure: isSecure, base })
  const believed = trustedProxies.rules.length > 0
  const clientOf = (request: Request) => {
    const socket = app.server?.requestIP(request)?.address
    // No header is read where nobody's is believed.
    const forwarded = believed ? request.headers.get('x-forwarded-for') : null
    return socket && clientAddress(socket, forwarded, trustedProxies)
  }
  const hold = (request: Request, seconds: number) => app.server?.timeout(request, seconds)
  const parts: Parts = {
    chat,
    site: { base, pollSeconds, messageLength, assets: assets.addresses },
    identities,
    identityKeys,
    memberRooms,
    moderators,
    bots: openTokens(store, 'bots'),
    hooks: openTokens(store, 'hooks'),
    presence,
    interval: openInterval(pollSeconds, load),
    metrics,
    log,
    hold,
    stopping: settings.stopping ?? new AbortController().signal,
    networkOf: openNetworks(sign, clientOf),
    paceReading: openReadingPace(settings.readsPerMinute ?? 0, clientOf),
    origin: publicUrl?.origin,
    embedOrigins,
  }
  const failed = (request: Request, error: unknown) => {
    const problem = problemOf(error, request, log)
    parts.metrics.errors.inc(problem.labels)
    return encoded(request, errorAnswer(problem, request, parts), hold)
  }
  const finish = isSecure ? httpsAlone : undefined
  app.onError(async ({ error, code, request }) => {
    const isNowhere = code === 'NOT_FOUND'
    const told = isNowhere ? new Problem(404, ({ problems }) => problems.nowhere) : error
    const response = await failed(request, told)
    return finish?.(response) ?? response
  })
  const routeAll = (base: string) => {
    for (const [path, methods] of Object.entries(routesOf(parts, assets)))
      route(
        app,
        base + path,
        methods,
        { failed, finish, hold },
        OPEN.test(path) ? embedOrigins : undefined,
      )
  }
  routeAll('')
  // A proxy in front may or may not take the path off: both find the way.
  if (base) routeAll(base)
  return app
}

/** The addresses that pages of other sites may ask by scripts of their own. */
const OPEN = /^\/(?:rooms\/:room\/messages|api\/)/

function routesOf(parts: Parts, { handlers, embedScript }: Assets): Record<string, Handlers> {
  const paced =
    (handler: Handler): Handler =>
    (request, params) => {
      parts.paceReading(request)
      return handler(request, params)
    }
  const messages = (suffix: string) => ({
    GET: readMessages(parts, suffix),
    POST: say(parts, suffix),
  })
  return {
    '/': { GET: paced(readRooms(parts)) },
    '/rooms': { GET: enterRoom(parts) },
    '/rooms/:room': { GET: paced(readRoom(parts)) },
    '/rooms/:room/embed': { GET: paced(readEmbed(parts)) },
    '/rooms/:room/share': { GET: paced(readShare(parts)) },
    '/rooms/:room/moderation': { GET: paced(readModeration(parts)), POST: rule(parts) },
    '/rooms/:room/clearing': { POST: clear(parts) },
    '/rooms/:room/unmuting': { POST: unmute(parts) },
    '/rooms/:room/messages': messages(''),
    '/rooms/:room/messages.html': messages('.html'),
    '/rooms/:room/messages.json': messages('.json'),
    '/rooms/:room/messages.txt': { GET: readMessages(parts, '.txt') },
    '/rooms/:room/messages.atom': { GET: readMessages(parts, '.atom') },
    '/rooms/:room/messages.yaml': { GET: readMessages(parts, '.yaml') },
    '/rooms/:room/messages.events': { GET: readMessages(parts, '.events') },
    '/rooms/:room/messages/:id': {
      GET: paced(readMessage(parts)),
      PATCH: revise(parts),
      DELETE: remove(parts),
    },
    '/rooms/:room/messages/:id/revision': { GET: paced(offerRevision(parts)), POST: revise(parts) },
    '/rooms/:room/messages/:id/removal': { POST: remove(parts) },
    '/rooms/:room/messages/:id/clearing': { POST: sweep(parts) },
    '/rooms/:room/messages/:id/muting': { POST: mute(parts) },
    '/moderator': { GET: paced(readSignIn(parts)), POST: signIn(parts) },
    '/moderator/leaving': { POST: signOut(parts) },
    '/hooks/:token': { POST: hook(parts) },
    '/api/identity': { GET: paced(readIdentity(parts)) },
    '/api/latest-chat/:seconds': { GET: paced(readLatestChat(parts)) },
    '/oembed': { GET: paced(readOembed(parts)) },
    '/embed.js': { GET: embedScript },
    '/api': { GET: paced(readApi(parts)) },
    '/openapi.json': { GET: paced(readOpenApi(parts)) },
    '/healthz': { GET: healthz },
    '/readyz': { GET: readyz(parts) },
    '/metrics': { GET: readMetrics(parts) },
    ...Object.fromEntries(Object.entries(handlers).map(([path, GET]) => [path, { GET }])),
  }
}
