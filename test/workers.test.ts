/** Several processes on one port: they share its connections, and none of them is missed. */
import { describe, expect, test } from 'bun:test'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type Server, startServer, storeSettings } from './with/server.ts'
import { freshRoom, KINDS } from './with/stores.ts'
import { eventually } from './with/tab.ts'

const MAIN = join(import.meta.dir, '../src/main.ts')

/** On a connection of its own: the kernel decides anew which worker takes it. */
const ask = (server: Server, path: string, init: RequestInit = {}) =>
  fetch(server.url + path, { ...init, headers: { connection: 'close', ...init.headers } })

/** The processes that a process has started. */
const childrenOf = ({ process }: Server): number[] =>
  Bun.spawnSync(['pgrep', '-P', String(process.pid)])
    .stdout.toString()
    .trim()
    .split('\n')
    .filter(Boolean)
    .map(Number)

describe.each(KINDS)('three workers on %s', async (kind) => {
  const server = await startServer({ ...(await storeSettings(kind)), WORKERS: '3' })

  test('read what any of them was told, each once, in one order', async () => {
    const room = freshRoom()
    const say = (i: number) =>
      ask(server, `/rooms/${room}/messages.json`, {
        method: 'POST',
        body: new URLSearchParams({ screenname: 'tester', value: `${i}` }),
      })
    let cursor = '0'
    const read: string[] = []
    const ids: string[] = []
    for (let i = 0; i < 60; i++) {
      const { id } = (await (await say(i)).json()) as { id: string }
      ids.push(id)
      const page = (await (
        await ask(server, `/rooms/${room}/messages.json?after=${cursor}`)
      ).json()) as { messages: { id: string }[]; cursor: string; reset: boolean }
      expect(page.reset).toBe(false)
      read.push(...page.messages.map((message) => message.id))
      cursor = page.cursor
    }
    await eventually(async () => {
      const path = `/rooms/${room}/messages.json?after=${cursor}`
      const page = (await (await ask(server, path)).json()) as {
        messages: { id: string }[]
        cursor: string
      }
      read.push(...page.messages.map((message) => message.id))
      cursor = page.cursor
      expect(read).toEqual(ids)
    })
  })

  test('count as one', async () => {
    const room = freshRoom()
    const reads = async () =>
      Number(/^chatbox_reads_total (\d+)$/m.exec(await (await ask(server, '/metrics')).text())?.[1])
    const before = await reads()
    for (let i = 0; i < 30; i++) await ask(server, `/rooms/${room}/messages.json`)
    expect((await reads()) - before).toBe(30)
  })

  test('one that is killed is replaced, and the others go on', async () => {
    const [first, ...others] = childrenOf(server)
    process.kill(first as number, 'SIGKILL')
    await eventually(async () => {
      const now = childrenOf(server)
      expect(now).toHaveLength(3)
      expect(now).not.toContain(first as number)
      expect(now).toEqual(expect.arrayContaining(others))
    })
    await eventually(async () => {
      for (let i = 0; i < 20; i++) expect((await ask(server, '/healthz')).status).toBe(200)
    })
  })

  test('one that is killed again before it serves is replaced again, and the others go on', async () => {
    const [first, ...others] = childrenOf(server)
    process.kill(first as number, 'SIGKILL')
    let young: number | undefined
    while (young === undefined) {
      await Bun.sleep(1)
      young = childrenOf(server).find((pid) => pid !== first && !others.includes(pid))
    }
    process.kill(young, 'SIGKILL')
    await eventually(async () => {
      const now = childrenOf(server)
      expect(now).toHaveLength(3)
      expect(now).not.toContain(young as number)
      expect(now).toEqual(expect.arrayContaining(others))
    })
    for (let i = 0; i < 20; i++) expect((await ask(server, '/healthz')).status).toBe(200)
  })

  test('end with who looks after them, however that ends', async () => {
    const other = await startServer({ ...(await storeSettings(kind)), WORKERS: '2' })
    const workers = childrenOf(other)
    expect(workers).toHaveLength(2)
    other.process.kill('SIGKILL')
    const isAlive = (pid: number) => Bun.spawnSync(['kill', '-0', String(pid)]).exitCode === 0
    await eventually(async () => expect(workers.filter(isAlive)).toEqual([]))
    await server.stop()
    expect(server.process.exitCode).toBe(0)
    await expect(ask(server, '/healthz')).rejects.toThrow()
  })
})

test('there is one for each core, if so asked, and a wrong setting ends all in one line', async () => {
  const auto = await startServer({ ...(await storeSettings('sqlite')), WORKERS: 'auto' })
  expect(childrenOf(auto).length).toBe(availableParallelism() > 1 ? availableParallelism() : 0)
  const port = new URL(auto.url).port
  for (const settings of [{ PORT: port }, { PORT: '0', SQLITE_PATH: '/nowhere/chat.sqlite' }]) {
    const refused = Bun.spawn([process.execPath, MAIN], {
      env: { PATH: process.env.PATH ?? '', WORKERS: '2', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    expect(await refused.exited).toBe(1)
    expect(await new Response(refused.stderr).text()).toMatch(/^chatbox: .*\n$/)
    expect(await new Response(refused.stdout).text()).toBe('')
  }
  await auto.stop()
})
