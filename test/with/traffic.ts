/** People who talk and read while something breaks. What they were answered must be read by all, once, in one order. */
import { expect } from 'bun:test'
import { stopwatch } from './stopwatch.ts'
import { eventually } from './tab.ts'

const WRITERS = 4
const READERS = 4
/** No request takes longer. */
const HANGS_MS = 3000

type Page = {
  messages: { id: string; value: string }[]
  cursor: string
  more: boolean
  missed: boolean
  reset: boolean
}

/**
 * Starts them, in one room, each request at one of the addresses in turn; who writes pauses after each message. Whoever gets no answer, or a 5xx, tries the
 * same again. `stop` has all finish, checks what each reader got message by message, and answers how it went.
 */
export type Traffic = ReturnType<typeof startTraffic>

export function startTraffic(urls: string[], room: string, pauseMs = 20) {
  const answered = new Map<string, string>()
  const read: string[][] = Array.from({ length: READERS }, () => [])
  const cursors = read.map(() => '0')
  let turn = 0
  let isOver = false
  let said = 0
  let refused = 0
  let slowest = 0

  async function ask(path: string, init: RequestInit = {}): Promise<Response | undefined> {
    const took = stopwatch()
    turn += 1
    try {
      const answer = await fetch(`${urls[turn % urls.length]}/rooms/${room}${path}`, {
        ...init,
        signal: AbortSignal.timeout(10 * HANGS_MS),
      })
      if (answer.status < 500) return answer
    } catch {
      // Nobody was there, or the answer was lost.
    } finally {
      slowest = Math.max(slowest, took())
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
      said += 1
      while (!answer) answer = await ask('/messages.json', { method: 'POST', headers, body })
      expect(answer.status).toBe(201)
      answered.set(value, ((await answer.json()) as { id: string }).id)
      await Bun.sleep(pauseMs)
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
      await Bun.sleep(25)
    }
  }

  const all = Promise.all([
    ...Array.from({ length: WRITERS }, (_, writer) => write(writer)),
    ...read.map((_, reader) => follow(reader)),
  ])

  return {
    /** Until so many more posts were answered. */
    async goOn(more: number): Promise<void> {
      const before = answered.size
      await eventually(async () => expect(answered.size).toBeGreaterThan(before + more))
    },

    /** How many requests were answered with an error or not at all, so far. */
    refused: () => refused,

    async stop(): Promise<string> {
      isOver = true
      await all
      const expected = [...answered]
        .map(([value, id]) => `${id} ${value}`)
        .toSorted((a, b) => Number(BigInt(a.split(' ')[0] ?? 0) - BigInt(b.split(' ')[0] ?? 0)))
      for (const reader of read.keys())
        await eventually(async () => {
          await poll(reader)
          expect(read[reader]).toEqual(expected)
        }).catch((error) => {
          throw new Error(`${account()}\n${error.message}`)
        })
      expect(slowest).toBeLessThan(HANGS_MS)
      return account()
    },
  }

  /** Found, lost and doubled are added up over all readers. */
  function account(): string {
    let [found, lost, doubled] = [0, 0, 0]
    for (const lines of read) {
      const values = new Set(lines.map((line) => line.slice(line.indexOf(' ') + 1)))
      found += [...answered.keys()].filter((value) => values.has(value)).length
      lost += [...answered.keys()].filter((value) => !values.has(value)).length
      doubled += lines.length - values.size
    }
    const counts = `${said} said, ${answered.size} answered, ${READERS} readers: ${found} found, ${lost} lost, ${doubled} doubled`
    return `${counts}; ${refused} tried again, the slowest took ${Math.round(slowest)} ms`
  }
}
