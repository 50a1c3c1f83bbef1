/** Every setting, read once from the environment. */
import { BlockList, isIP } from 'node:net'
import { ROOM } from './chat/chat.ts'

const SHORTEST_SECRET = 16
/** As long as the hash it goes into, at least (RFC 7518, section 3.2). */
const SHORTEST_KEY = 32
const RESERVED = 'moderator,mod,administrator,admin,system'

export type Config = {
  port: number
  host: string
  /** Processes that serve; `auto`: as many as there are cores. */
  workers: number | 'auto'
  redisUrl?: string
  /** Replicas that must have a message before it is answered. */
  wait: number
  sqlitePath: string
  secret?: string
  publicUrl?: URL
  keep: { messages: number; days: number }
  messageLength: number
  pollSeconds: number
  perMinute: number
  roomsPerHour: number
  readsPerMinute: number
  tailBytes: number
  trustedProxies: BlockList
  /** Origins of the sites that may show rooms on their own pages; `*` alone: all. */
  embedOrigins: string[]
  /** Networks that are not public and that webhooks may lead to all the same. */
  webhookNetworks: BlockList
  /** What these sites sign with who somebody is: any of them will do. */
  identityKeys: string[]
  /** Rooms in which only those speak whom these sites vouch for; `*` alone: all. */
  memberRooms: string[]
  moderatorKey?: string
  /** Names that only moderators may speak under. */
  reservedNames: string[]
}

/** A setting that cannot be; its message is one line for whoever started the program. */
export class ConfigError extends Error {}

type Environment = Record<string, string | undefined>

/** Reads all settings; throws a `ConfigError` at the first wrong one. An empty variable counts as absent. */
export function readConfig(env: Environment): Config {
  return {
    port: whole(env, 'PORT', 3000, 0, 65535),
    host: env.HOST || '127.0.0.1',
    workers: env.WORKERS === 'auto' ? 'auto' : whole(env, 'WORKERS', 1, 1, 256),
    redisUrl: redisUrl(env),
    wait: whole(env, 'WAIT', 0, 0, 10),
    sqlitePath: env.SQLITE_PATH || 'chatbox.sqlite',
    secret: long(env, 'SECRET'),
    publicUrl: publicUrl(env),
    keep: {
      messages: whole(env, 'KEEP_MESSAGES', 10_000, 1, 1_000_000),
      days: whole(env, 'KEEP_DAYS', 90, 1, 36_500),
    },
    messageLength: whole(env, 'MESSAGE_LENGTH', 1000, 1, 16_384),
    pollSeconds: whole(env, 'POLL_SECONDS', 5, 1, 3600),
    perMinute: whole(env, 'POSTS_PER_MINUTE', 30, 0, 1_000_000),
    roomsPerHour: whole(env, 'ROOMS_PER_HOUR', 600, 0, 1_000_000),
    readsPerMinute: whole(env, 'READS_PER_MINUTE', 3000, 0, 1_000_000),
    tailBytes: whole(env, 'TAIL_MEGABYTES', 64, 1, 65_536) * 2 ** 20,
    trustedProxies: networks(env, 'TRUSTED_PROXIES'),
    embedOrigins: embedOrigins(env),
    webhookNetworks: networks(env, 'WEBHOOK_NETWORKS'),
    identityKeys: identityKeys(env),
    memberRooms: memberRooms(env),
    moderatorKey: long(env, 'MODERATOR_KEY'),
    reservedNames: (env.RESERVED_NAMES || RESERVED).split(',').map((name) => name.trim()),
  }
}

function whole(
  env: Environment,
  name: string,
  absent: number,
  least: number,
  most: number,
): number {
  const text = env[name]
  if (!text) return absent
  const value = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw new ConfigError(
    `${name} must be a whole number from ${least} to ${most}, not ${quoted(text)}`,
  )
}

/** Whoever can try one, a secret on a token or a key on the sign-in, would find a short one. */
function long(env: Environment, name: string): string | undefined {
  const text = env[name]
  if (!text || text.length >= SHORTEST_SECRET) return text || undefined
  throw new ConfigError(`${name} must have ${SHORTEST_SECRET} characters or more`)
}

/** One server, or some nodes of a Cluster, each of which must be an address of its own. */
function redisUrl({ REDIS_URL }: Environment): string | undefined {
  if (!REDIS_URL) return undefined
  const [, scheme, cluster, login = '', hosts = '', database = ''] =
    /^(rediss?)(\+cluster)?:\/\/([^/]*@)?([^/]+)(?:\/([0-9]*))?$/.exec(REDIS_URL) ?? []
  if (!hosts || (cluster ? Number(database) > 0 : hosts.includes(',')))
    throw new ConfigError(
      'REDIS_URL must be redis://user:password@host:port/number, or redis+cluster://user:password@host:port,host:port (with TLS rediss)',
    )
  for (const host of hosts.split(',')) {
    const { hostname, username, password } = urlIn('REDIS_URL', `${scheme}://${login}${host}`)
    if (!hostname) throw new ConfigError('REDIS_URL names a host that is none')
    if (!isEncoded(username) || !isEncoded(password))
      throw new ConfigError('REDIS_URL must have its user and password in percent-encoded UTF-8')
  }
  return REDIS_URL
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

function publicUrl({ PUBLIC_URL }: Environment): URL | undefined {
  if (!PUBLIC_URL) return undefined
  const url = urlIn('PUBLIC_URL', PUBLIC_URL)
  const { protocol, pathname, search, hash, username } = url
  if (/^https?:$/.test(protocol) && !/[:*]/.test(pathname) && !(search || hash || username))
    return url
  throw new ConfigError(
    'PUBLIC_URL must be an http or https address without a user, a query, a fragment, or : and * in its path',
  )
}

/** Addresses, and networks in CIDR notation, separated by commas. */
function networks(env: Environment, name: string): BlockList {
  const list = new BlockList()
  const text = env[name]
  for (const entry of text ? text.split(',') : []) {
    const [, address = '', bits] = /^ *([0-9a-f.:]+)(?:\/([0-9]{1,3}))? *$/i.exec(entry) ?? []
    const most = { 4: 32, 6: 128 }[isIP(address)] ?? -1
    if (Number(bits ?? 0) > most)
      throw new ConfigError(`${name} must be addresses or networks, not ${quoted(entry)}`)
    list.addSubnet(address, Number(bits ?? most), most === 128 ? 'ipv6' : 'ipv4')
  }
  return list
}

/** Origins as browsers write them: what stands here becomes part of a policy. */
function embedOrigins({ EMBED_ORIGINS }: Environment): string[] {
  if (!EMBED_ORIGINS) return []
  return EMBED_ORIGINS.split(',').map((entry, _, all) => {
    if (entry.trim() === '*' && all.length === 1) return '*'
    const url = URL.parse(entry.trim())
    if (url?.href === `${url?.origin}/` && /^https?:\/\/[\w.:[\]-]+$/.test(url.origin))
      return url.origin
    throw new ConfigError(
      `EMBED_ORIGINS must be origins like https://www.example, or * alone, not ${quoted(entry)}`,
    )
  })
}

/** Whoever was signed for has a text to try keys on, so a short one would be found; a wrong one is not repeated. */
function identityKeys({ IDENTITY_KEYS }: Environment): string[] {
  const keys = IDENTITY_KEYS ? IDENTITY_KEYS.split(',').map((key) => key.trim()) : []
  if (keys.every((key) => key.length >= SHORTEST_KEY)) return keys
  throw new ConfigError(
    `IDENTITY_KEYS must be keys of ${SHORTEST_KEY} characters or more, separated by commas`,
  )
}

function memberRooms({ MEMBER_ROOMS }: Environment): string[] {
  if (!MEMBER_ROOMS) return []
  return MEMBER_ROOMS.split(',').map((entry, _, all) => {
    const room = entry.trim()
    if (ROOM.test(room) || (room === '*' && all.length === 1)) return room
    throw new ConfigError(
      `MEMBER_ROOMS must be names of rooms, separated by commas, or * alone, not ${quoted(entry)}`,
    )
  })
}

/** A Redis address may hold a password, so a wrong one is not repeated. */
function urlIn(name: string, text: string): URL {
  if (URL.canParse(text)) return new URL(text)
  throw new ConfigError(`${name} is not an address`)
}

const quoted = (text: string) => JSON.stringify(text)
