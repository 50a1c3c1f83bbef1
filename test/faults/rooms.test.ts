/** What becomes of rooms in the long run, and of those in whose keys another program writes. */
import { expect, test } from 'bun:test'
import { cli, startRedis } from '../with/redis.ts'
import { type Server, startServer } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import { eventually } from '../with/tab.ts'

const say = (server: Server, room: string, key: string = crypto.randomUUID()) =>
  fetch(`${server.url}/rooms/${room}/messages.json`, {
    method: 'POST',
    headers: { 'idempotency-key': key },
    body: new URLSearchParams({ screenname: 'tester', value: key }),
  })

const status = async (server: Server, path: string) => (await fetch(server.url + path)).status

test.concurrent('a key of another kind in place of one of a room ails that room alone, until it is gone', async () => {
  const redis = await startRedis()
  const server = await startServer({ REDIS_URL: redis.url, POSTS_PER_MINUTE: '30' })
  const another = freshRoom()
  expect((await say(server, another)).status).toBe(201)
  const [pace = ''] = /pace:.*/.exec(cli(redis, 'keys', `chat:{${another}}:pace:*`)) ?? []
  const said: [part: string[], said: number, read: number][] = [
    [['log'], 503, 503],
    [['state'], 503, 503],
    [['decided'], 503, 503],
    [['once:even', 'once:odd'], 503, 200],
    [[pace], 503, 200],
    [['here'], 201, 200],
  ]
  for (const [parts, saying, reading] of said) {
    const room = freshRoom()
    for (const part of parts) cli(redis, 'sadd', `chat:{${room}}:${part}`, 'foreign')
    const answer = await say(server, room)
    expect([parts, answer.status]).toEqual([parts, saying])
    if (saying === 503) expect(await answer.json()).toMatchObject({ title: 'Service Unavailable' })
    const polls = [`/rooms/${room}`, `/rooms/${room}/messages.json`]
    for (const path of polls) expect([parts, await status(server, path)]).toEqual([parts, reading])
    await fetch(`${server.url}/rooms/${room}/messages.html?after=0&every=5&here=0`)
    expect((await say(server, another)).status).toBe(201)
    for (const part of parts) cli(redis, 'del', `chat:{${room}}:${part}`)
    await eventually(async () => {
      expect((await say(server, room)).status).toBe(201)
      expect(await status(server, `/rooms/${room}`)).toBe(200)
    })
  }
  expect(server.logged().map(({ event, kind }) => [event, kind])).toEqual([
    ['redis without appendonly', undefined],
    ['store unreachable', 'WRONGTYPE'],
  ])
  await server.stop()
  await redis.stop()
})
