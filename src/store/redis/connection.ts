/** The way to Redis, one server or a Cluster of them: what is asked of either is asked alike. */
import { createClient, createCluster, defineScript, ErrorReply } from 'redis'
import { inTime } from '../../chat/in-time.ts'
import { type Log, Unreachable } from '../../chat/store.ts'
import appendScript from './append.lua' with { type: 'text' }
import attemptScript from './attempt.lua' with { type: 'text' }
import clearScript from './clear.lua' with { type: 'text' }
import findScript from './find.lua' with { type: 'text' }
import hereScript from './here.lua' with { type: 'text' }
import leadScript from './lead.lua' with { type: 'text' }
import muteScript from './mute.lua' with { type: 'text' }
import readScript from './read.lua' with { type: 'text' }
import removeScript from './remove.lua' with { type: 'text' }
import restoreScript from './restore.lua' with { type: 'text' }
import reviseScript from './revise.lua' with { type: 'text' }
import room from './room.lua' with { type: 'text' }
import roomsScript from './rooms.lua' with { type: 'text' }
import ruleScript from './rule.lua' with { type: 'text' }
import sweepScript from './sweep.lua' with { type: 'text' }
import terms from './terms.lua' with { type: 'text' }

const SLOWEST_MS = 2000

function script<Reply>(body: string) {
  return defineScript({
    SCRIPT: body,
    parseCommand(parser, keys: string[], args: (string | number)[]) {
      parser.pushKeysLength(keys)
      for (const argument of args) parser.push(String(argument))
    },
    transformReply: (reply: unknown) => reply as Reply,
  })
}

const scripts = {
  appendTo: script<unknown>(room + terms + appendScript),
  attemptIn: script<string>(room + attemptScript),
  clearIn: script<string>(room + clearScript),
  findIn: script<string[]>(room + findScript),
  hereIn: script<number>(hereScript),
  lead: script<number>(leadScript),
  muteIn: script<null>(room + muteScript),
  readFrom: script<string[]>(room + readScript),
  removeFrom: script<string>(room + removeScript),
  restoreTo: script<string>(room + restoreScript),
  reviseIn: script<string[]>(room + terms + reviseScript),
  roomsIn: script<string[]>(roomsScript),
  ruleIn: script<string>(room + ruleScript),
  sweepIn: script<unknown>(room + sweepScript),
}

const OPTIONS = {
  // A Redis that hangs is noticed by its silence on pings; the client then connects anew, for ever.
  disableOfflineQueue: true,
  pingInterval: 1000,
  maintNotifications: 'disabled',
  commandOptions: { timeout: SLOWEST_MS },
} as const

const SOCKET = { connectTimeout: 2000, socketTimeout: 3000, reconnectStrategy: pause }

function pause(tries: number): number {
  return Math.min(50 * 2 ** tries, 500) + Math.random() * 100
}

/** What a Redis answers to pings that is there, but can do less than it should just now. */
const THERE = /^(?:MISCONF|LOADING|BUSY|MASTERDOWN) /

const one = (url: string) => createClient({ url, scripts, ...OPTIONS, socket: SOCKET })

/** `redis+cluster://user:password@host:port,host:port`: some of its nodes, by which the others are found. */
const CLUSTER = /^(rediss?)\+cluster:\/\/((?:.*@)?)([^/]*)/

function cluster([, protocol, login, hosts = '']: RegExpExecArray) {
  const urls = hosts.split(',').map((host) => `${protocol}://${login}${host}`)
  const { username, password } = new URL(urls[0] as string)
  return createCluster({
    rootNodes: urls.map((url) => ({ url })),
    scripts,
    commandOptions: OPTIONS.commandOptions,
    defaults: {
      ...OPTIONS,
      socket: protocol === 'rediss' ? { ...SOCKET, tls: true } : SOCKET,
      username: decodeURIComponent(username) || undefined,
      password: decodeURIComponent(password) || undefined,
    },
    // A node that is lost may be replaced: the others are asked that soon, and again with each try to reach it.
    topologyRefreshOnReconnectionAttemptStrategy: 200,
  })
}

/** One server, or the node of a Cluster that holds a key. */
export type Node = ReturnType<typeof one>

export type Connection = ReturnType<typeof openConnection>

/** Connects in the background, and again whenever the connection is lost. */
export function openConnection(url: string, log: Log) {
  const clustered = CLUSTER.exec(url)
  const nodes = clustered && cluster(clustered)
  const client = nodes ?? one(url)
  let isClosed = false

  /** Nodes that are lost, each told once until it is back. */
  const lost = new Set<string>()
  const onLost = (error: unknown, node = { host: '', port: 0 }) => {
    if (error instanceof ErrorReply && THERE.test(error.message)) return
    const name = `${node.host}:${node.port}`
    if (!lost.has(name)) log('redis lost', { node: nodes && name, error })
    lost.add(name)
  }
  const onBack = (node = { host: '', port: 0 }) => {
    const name = `${node.host}:${node.port}`
    if (lost.delete(name)) log('redis back', { node: nodes && name })
  }
  client.on('error', onLost)
  client.on('node-error', onLost)
  client.on('ready', onBack)
  client.on('node-ready', onBack)

  async function connect(): Promise<void> {
    for (let tries = 0; !isClosed; tries++) {
      try {
        await client.connect()
        return
      } catch {
        // A single server is tried by the client itself, a Cluster of which no node answers is not.
        await Bun.sleep(pause(tries))
      }
    }
  }

  async function nodeOf(key: string): Promise<Node> {
    return (nodes ? await nodes.getNodeClientForKey(key) : client) as Node
  }

  async function eachMaster<T>(ask: (master: Node) => Promise<T>): Promise<T[]> {
    const masters = nodes ? nodes.masters.map((master) => nodes.nodeClient(master)) : [client]
    if (masters.length === 0) throw new Error('no node of the Cluster is known')
    return Promise.all(masters.map(async (master) => ask((await master) as Node)))
  }

  return {
    /** What is asked of whichever node holds the keys. */
    commands: client as Pick<
      ReturnType<typeof one>,
      | keyof typeof scripts
      | 'hmGet'
      | 'zAdd'
      | 'set'
      | 'get'
      | 'del'
      | 'hSetNX'
      | 'hDel'
      | 'hGetAll'
      | 'lRange'
    >,

    connected: connect(),

    /** The node that holds a key, as far as is known. */
    nodeOf,

    /** Rejects where a part of it cannot be read. */
    async ready(): Promise<void> {
      await eachMaster((master) => master.dbSize())
    },

    /** Whether all of it appends what is written to a file; rejects where it does not say so. */
    async isDurable(): Promise<boolean> {
      const told = await eachMaster((master) => master.info('persistence'))
      return told.every((text) => text.includes('aof_enabled:1'))
    },

    async close(): Promise<void> {
      isClosed = true
      if (client.isReady) await client.close()
      else client.destroy()
    },
  }
}

/** The client gives a sent command no deadline of its own; here it gets one, and whatever fails is `Unreachable`. */
export async function within<T>(ms: number, command: () => Promise<T>): Promise<T> {
  try {
    return await inTime(ms, command)
  } catch (error) {
    throw error instanceof Unreachable ? error : new Unreachable(error)
  }
}
