/** What was said in a room long ago: written into Redis as its scripts would have, then. */

import { Database } from 'bun:sqlite'
import { RedisClient } from 'bun'
import { sharedRedis } from './redis.ts'
import type { Kind } from './stores.ts'

export type Said = { at: number; value: string; screenname?: string; author?: string }

/** Fills an empty room; `at` is in milliseconds. Answers the ids. */
export async function saidBefore(room: string, said: Said[]): Promise<string[]> {
  const client = new RedisClient((await sharedRedis()).url)
  const ids = said.map(({ at }, i) => String(at * 1000 + i))
  const members = said.map(({ value, screenname = 'then', author }, i) =>
    JSON.stringify({ id: ids[i], screenname, value, author }),
  )
  await client.send('ZADD', [
    `chat:{${room}}:log`,
    ...members.flatMap((member, i) => [ids[i] as string, member]),
  ])
  const [born = '', head = ''] = [ids[0], ids.at(-1)]
  await client.send('HSET', [
    `chat:{${room}}:state`,
    ...['born', born, 'head', head, 'trimmed', '0', 'messages', String(said.length)],
  ])
  client.close()
  return ids
}

/** Makes the one message of a room older, by so many minutes, as though it had been said then; answers its id. */
export async function growOld(
  { kind, file }: { kind: Kind; file: string },
  room: string,
  id: string,
  minutes: number,
): Promise<string> {
  const then = String(Number(id) - minutes * 60 * 1e6)
  if (kind === 'sqlite') {
    using db = new Database(file, { strict: true })
    db.run('UPDATE entries SET id = ?, about = ? WHERE room = ?', [
      Number(then),
      Number(then),
      room,
    ])
    db.run('UPDATE rooms SET born = ?, head = ? WHERE room = ?', [Number(then), Number(then), room])
    return then
  }
  const client = new RedisClient((await sharedRedis()).url)
  const log = `chat:{${room}}:log`
  const [member] = (await client.send('ZRANGE', [log, '0', '0'])) as string[]
  await client.send('ZADD', [log, then, JSON.stringify({ ...JSON.parse(`${member}`), id: then })])
  await client.send('ZREM', [log, `${member}`])
  await client.send('HSET', [`chat:{${room}}:state`, 'born', then, 'head', then])
  client.close()
  return then
}

const DAY = 24 * 60 * 60 * 1000

/** A time of day in UTC, so many days ago: `ago(2, '18:29')`. */
export function ago(days: number, time: string): number {
  const day = new Date(Date.now() - days * DAY).toISOString().slice(0, 10)
  return Date.parse(`${day}T${time}Z`)
}
