/** What the program writes of its own: one line of JSON an event, whatever people send, and nothing of what they sent. */
import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Store } from '../src/chat/store.ts'
import { openTokens } from '../src/chat/tokens.ts'
import { openRedis } from '../src/store/redis.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import { freshFolder } from './with/folder.ts'
import { freePort, startRedis } from './with/redis.ts'
import { type Server, startServer } from './with/server.ts'
import { KINDS, type Kind, silent } from './with/stores.ts'

const BREAKS = '"\\\n{"event":"forged"}\r\n\u2028\u0007\u001b[31m<b>'

/** Each tells in which field it was sent, and may stand nowhere else. */
const SENT = {
  screenname: `name-told ${BREAKS}`,
  value: `value-told ${BREAKS}`,
  nonce: `nonce-told ${BREAKS}`,
  token: `token-told ${BREAKS}`,
}
const HEADERS = {
  cookie: 'chatbox=cookie-told; other=cookie-told',
  authorization: 'Bearer bearer-told',
  'x-forwarded-for': '203.0.113.77',
  'user-agent': 'agent-told',
  referer: 'http://referer-told/',
  'last-event-id': 'event-told',
  accept: 'text/html, x/accept-told',
}
const SECRET = 'secret-told-secret-told'
const PASSWORD = 'password-told'
const TOLD = /told|203\.0\.113/

/** A store that a server is started on, and that is taken away from it. */
async function breakable(
  kind: Kind,
): Promise<{ store: Store; spoil: () => unknown; settings: Record<string, string> }> {
  const keep = { messages: 100, days: 1 }
  if (kind === 'sqlite') {
    const path = join(freshFolder(), 'chat.sqlite')
    const store = openSqlite(path, keep)
    const spoil = async () => {
      using db = new Database(path)
      for (const table of ['entries', 'rooms', 'registered']) db.run(`DROP TABLE ${table}`)
    }
    return { store, spoil, settings: { SQLITE_PATH: path } }
  }
  const { url, stop } = await startRedis('--requirepass', PASSWORD)
  const login = url.replace('//', `//default:${PASSWORD}@`)
  const store = await openRedis(login, keep, silent)
  return { store, spoil: stop, settings: { REDIS_URL: login } }
}

/** Everything that brings something to be told, in each way that it can. */
async function sendAll({ url }: Server, hook: string): Promise<Response[]> {
  const messages = `${url}/rooms/lobby/messages`
  const query = new URLSearchParams({ ...SENT, after: 'query-told' })
  const post = { method: 'POST', headers: HEADERS }
  const bodies = [new URLSearchParams(SENT), JSON.stringify(SENT), SENT.value]
  const types = ['application/x-www-form-urlencoded', 'application/json', 'text/plain']
  const posts = bodies.map((body, i) =>
    fetch(`${messages}?${query}`, {
      ...post,
      headers: { ...HEADERS, 'content-type': types[i] as string },
      body,
    }),
  )
  const { authorization, ...bare } = HEADERS
  const paths = [
    '/',
    '/rooms/lobby',
    '/rooms/lobby/messages/1',
    '/rooms/lobby/messages.json',
    '/readyz',
  ]
  return Promise.all([
    ...posts,
    fetch(messages, { ...post, headers: bare, body: new URLSearchParams(SENT) }),
    fetch(`${url}/hooks/hook-told`, { ...post, body: JSON.stringify({ text: SENT.value }) }),
    fetch(`${url}/hooks/${hook}?query-told`, {
      ...post,
      body: JSON.stringify({ text: SENT.value }),
    }),
    ...paths.map((path) => fetch(`${url}${path}?told=${query}`, { headers: HEADERS })),
  ])
}

describe.each(KINDS)('on %s,', (kind) => {
  test.concurrent('an outage is told in lines of JSON that give nobody away', async () => {
    const { store, spoil, settings } = await breakable(kind)
    const hook = (await openTokens(store, 'hooks').add('lobby Deploys')) as string
    const common = { SECRET, TRUSTED_PROXIES: '127.0.0.1,::1' }
    const server = await startServer({ ...common, ...settings })
    await sendAll(server, hook)
    await store.close()
    await spoil()
    const answers = await sendAll(server, hook)
    expect(answers.filter(({ status }) => status === 503).length).toBeGreaterThan(5)
    for (const answer of answers)
      expect(await answer.text()).not.toMatch(/(?:secret|password)-told/)
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    expect(metrics).toContain('chatbox_errors_total')
    expect(metrics).not.toMatch(TOLD)
    expect(await Bun.file(`/proc/${server.process.pid}/cmdline`).text()).not.toMatch(TOLD)
    await server.stop()

    const lines = server.logged()
    expect(lines.length).toBeGreaterThan(0)
    for (const { time, event, ...particulars } of lines) {
      expect(new Date(time).toJSON()).toBe(time)
      expect(event).toMatch(/^[a-z ]+$/)
      const told = JSON.stringify(particulars)
      expect(told).not.toMatch(TOLD)
      expect(told).not.toContain(hook)
    }
  })
})

test('a setting that is wrong is told in one line, and no secret in it', async () => {
  const wrong: Record<string, string>[] = [
    { SECRET: 'short-told' },
    { REDIS_URL: `redis://default:${PASSWORD}@` },
    { REDIS_URL: `http://default:${PASSWORD}@host` },
    { REDIS_URL: `redis://default:${PASSWORD}%zz@127.0.0.1` },
    { REDIS_URL: `redis://default:${PASSWORD}@127.0.0.1:${await freePort()}`, PORT: '-1' },
  ]
  for (const settings of wrong) {
    const main = join(import.meta.dir, '../src/main.ts')
    const started = Bun.spawnSync([process.execPath, main], {
      env: { PATH: process.env.PATH ?? '', ...settings },
    })
    const told = `${started.stdout}${started.stderr}`
    expect([settings, started.exitCode]).toEqual([settings, 1])
    expect(told).toMatch(/^chatbox: .*\n$/)
    expect(told).not.toMatch(TOLD)
  }
})
