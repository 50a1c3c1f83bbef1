/** A real Redis Cluster of the tests' own: three primaries with a replica each, on free ports. */
import { expect } from 'bun:test'
import { freshFolder } from './folder.ts'
import { type RedisServer, startRedis } from './redis.ts'
import { eventually } from './tab.ts'

const PRIMARIES = 3

export type Cluster = {
  /** As `REDIS_URL`: one of its nodes, by which the others are found. */
  url: string
  nodes: RedisServer[]
  /** The primary that holds a key, and its replicas. */
  shardOf: (key: string) => Promise<{ primary: RedisServer; replicas: RedisServer[] }>
  /** Has another primary hold a key, and all in the same slot; answers which. */
  move: (key: string) => Promise<RedisServer>
  /** Starts a node again that was killed, with what it had on its disk and knew of the others. */
  restart: (node: RedisServer) => Promise<void>
}

const portOf = ({ url }: RedisServer) => new URL(url).port

/** `options` for each node; a primary that is lost for a second is replaced. */
export async function startCluster(...options: string[]): Promise<Cluster> {
  const always = [
    ...['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000'],
    ...['--repl-diskless-sync-delay', '0', ...options],
  ]
  const folders = Array.from({ length: 2 * PRIMARIES }, freshFolder)
  const nodes = await Promise.all(folders.map((folder) => startRedis(...always, '--dir', folder)))
  const cli = (node: RedisServer, ...command: string[]) => {
    const { stdout, stderr } = Bun.spawnSync(['redis-cli', '-p', portOf(node), ...command])
    return `${stdout}${stderr}`.trim()
  }
  const addresses = nodes.map((node) => `127.0.0.1:${portOf(node)}`)
  Bun.spawnSync([
    'redis-cli',
    '--cluster',
    'create',
    ...addresses,
    '--cluster-replicas',
    '1',
    '--cluster-yes',
  ])
  await eventually(async () => {
    for (const node of nodes) {
      const known = cli(node, 'cluster', 'nodes').split('\n')
      const slaves = known.filter((line) => /[ ,]slave /.test(line) && / connected$/.test(line))
      const isReady =
        slaves.length === PRIMARIES &&
        cli(node, 'cluster', 'info').includes('cluster_state:ok') &&
        !cli(node, 'info', 'replication').includes('master_link_status:down')
      if (!isReady) throw new Error(`the cluster is not ready: ${known.join('\n')}`)
    }
  })

  async function shardOf(key: string) {
    const [any] = nodes.filter(({ process }) => process.exitCode === null && !process.killed)
    const slot = Number(cli(any as RedisServer, 'cluster', 'keyslot', key))
    const lines = cli(any as RedisServer, 'cluster', 'nodes').split('\n')
    const byPort = (address = '') =>
      nodes.find((node) => portOf(node) === /:(\d+)@/.exec(address)?.[1]) as RedisServer
    const holds = (line: string) =>
      line
        .split(' ')
        .slice(8)
        .some((range) => {
          const [from = '', to = from] = range.split('-')
          return slot >= Number(from) && slot <= Number(to)
        })
    const [id = '', address] =
      lines.find((line) => /master/.test(line) && holds(line))?.split(' ') ?? []
    const replicas = lines.filter((line) => line.split(' ')[3] === id)
    return {
      primary: byPort(address),
      replicas: replicas.map((line) => byPort(line.split(' ')[1])),
    }
  }

  async function move(key: string) {
    const { primary: from } = await shardOf(key)
    const holds = (node: RedisServer) => cli(node, 'cluster', 'myid')
    const masters = nodes.filter((node) => cli(node, 'role').startsWith('master'))
    const to = masters.find((node) => node !== from) as RedisServer
    const slot = cli(from, 'cluster', 'keyslot', key)
    const assign = (node: RedisServer, ...how: string[]) =>
      expect(cli(node, 'cluster', 'setslot', slot, ...how)).toBe('OK')
    assign(to, 'importing', holds(from))
    assign(from, 'migrating', holds(to))
    for (;;) {
      const keys = cli(from, 'cluster', 'getkeysinslot', slot, '100').split('\n').filter(Boolean)
      if (keys.length === 0) break
      const moving = ['migrate', '127.0.0.1', portOf(to), '', '0', '5000', 'keys', ...keys]
      expect(cli(from, ...moving)).toBe('OK')
    }
    for (const node of [to, ...masters.filter((node) => node !== to)])
      assign(node, 'node', holds(to))
    return to
  }

  async function restart(node: RedisServer) {
    const i = nodes.indexOf(node)
    const options = [...always, '--dir', folders[i] as string, '--port', portOf(node)]
    nodes[i] = await startRedis(...options)
  }

  return {
    url: `redis+cluster://${addresses.slice(0, 3).join(',')}`,
    nodes,
    shardOf,
    move,
    restart,
  }
}
