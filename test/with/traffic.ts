/** People who talk and read while something breaks. What they were answered must be read by all, once, in one order. */
import { expect } from 'bun:test'
import { eventually } from './tab.ts'

const WRITERS = 4
const READERS = 4
/** A request that takes longer than this hangs. */
const HANGS_MS = 5000

type Page = {
  messages: { id: string; value: string }[]
  cursor: string
  more: boolean
  missed: boolean
  reset: boolean
}

/**
 * Starts them, in one room, each request at one of the addresses in turn. Whoever gets no answer, or a 5xx, tries the
 * same again. `stop` has all finish, and answers how it went.
 */
export function startTraffic(urls: string[], room: string) {
  const answered = new Map<string, string>()
  const read: string[][] = Array.from({ length: READERS }, () => [])
  const cursors = read.map(() => '0')
  let turn = 0
  let isOver = false
  let refused = 0
  let slowest = 0

  async function ask(path: string, init: RequestInit = {}): Promise<Response | undefined> {
    const began = performance.now()
    turn += 1
    try {
      const answer = await fetch(`${urls[turn % urls.length]}/rooms/${room}${path}`, {
        ...init,
        signal: AbortSignal.timeout(2 * HANGS_MS),
      })
      if (answer.status < 500) return answer
    } catch {
      // Nobody was there, or the answer was lost.
    } finally {
      slowest = Math.max(slowest, performance.now() - began)
    }
    refused += 1
    await Bun.sleep(50)
    return undefined
  }

  async function write(writer: number): Promise<void> {
    for (let i = 0; !isOver; i++) {
      const value = `${writer} says ${i}`
      const headers = { 'idempotency-key': value }
      const body = new URLSearchParams({ screenname: 'tester', value })
      let answer: Response | undefined
      while (!answer) answer = await ask('/messages.json', { method: 'POST', headers, body })
      expect(answer.status).toBe(201)
      answered.set(value, ((await answer.json()) as { id: string }).id)
      await Bun.sleep(5)
    }
  }

  async function poll(reader: number): Promise<void> {
    const answer = await ask(`/messages.json?after=${cursors[reader]}&limit=7`)
    if (!answer) return
    const page = (await answer.json()) as Page
    expect(page).toMatchObject({ missed: false, reset: false })
    read[reader]?.push(...page.messages.map(({ id, value }) => `${id} ${value}`))
    expect(BigInt(page.cursor)).toBeGreaterThanOrEqual(BigInt(cursors[reader] as string))
    cursors[reader] = page.cursor
  }

  async function follow(reader: number): Promise<void> {
    while (!isOver) {
      await poll(reader)
      await Bun.sleep(10)
    }
  }

  const all = Promise.all([
    ...Array.from({ length: WRITERS }, (_, writer) => write(writer)),
    ...read.map((_, reader) => follow(reader)),
  ])

  return {
    /** How many were answered so far. */
    count: () => answered.size,

    async stop(): Promise<{ said: number; refused: number; slowest: number }> {
      isOver = true
      await all
      const expected = [...answered]
        .map(([value, id]) => `${id} ${value}`)
        .toSorted((a, b) => Number(BigInt(a.split(' ')[0] ?? 0) - BigInt(b.split(' ')[0] ?? 0)))
      for (const reader of read.keys())
        await eventually(async () => {
          await poll(reader)
          expect(read[reader]).toEqual(expected)
        })
      expect(slowest).toBeLessThan(HANGS_MS)
      return { said: answered.size, refused, slowest: Math.round(slowest) }
    },
  }
}
