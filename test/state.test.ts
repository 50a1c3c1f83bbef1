/** Whatever happens to a room, each reader who polls knows it as it is, or is told that they do not. */
import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import fc from 'fast-check'
import { createClient } from 'redis'
import { type Chat, openChat } from '../src/chat/chat.ts'
import { NO_RULES } from '../src/chat/moderation.ts'
import type { Store } from '../src/chat/store.ts'
import { openRedis } from '../src/store/redis.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import { atEnd } from './with/end.ts'
import { freshFolder } from './with/folder.ts'
import { startRedis } from './with/redis.ts'
import { freshRoom, KINDS, type Kind, silent } from './with/stores.ts'

const KEEP = { messages: 6, days: 90 }

/** A store, and the loss of all that it holds. */
async function openLosable(kind: Kind): Promise<{ store: Store; lose: () => Promise<unknown> }> {
  if (kind === 'redis') {
    const { url } = await startRedis()
    const client = await createClient({ url }).on('error', silent).connect()
    atEnd(() => client.destroy())
    return { store: await openRedis(url, KEEP, silent), lose: () => client.flushAll() }
  }
  const path = join(freshFolder(), 'chat.sqlite')
  const store = openSqlite(path, KEEP)
  const db = new Database(path)
  return {
    store,
    lose: async () =>
      db.run('DELETE FROM rooms; DELETE FROM entries; DELETE FROM uses; DELETE FROM rules'),
  }
}

/** What a reader holds: the messages by id, the notice, the cursor, and the id above which they missed nothing. */
type Reader = { cursor: number; held: Map<number, string>; notice?: string; complete: number }

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('say' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('revise', 'remove'), which: fc.nat(9) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('poll' as const),
      limit: fc.integer({ min: 1, max: 5 }),
      which: fc.nat(2),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('pollFromThePast' as const),
      limit: fc.integer({ min: 1, max: 5 }),
      which: fc.nat(99),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('lose', 'clear', 'sweep', 'rule') }) },
)

describe.each(KINDS)('on %s', async (kind) => {
  const { store, lose } = await openLosable(kind)
  // What was lost is noticed within a second; here each poll asks anew.
  const chat = openChat({ ...store, isFresh: () => false }, { messageLength: 1000, perMinute: 0 })

  test('each reader who caught up holds what the room holds, whatever was said, revised, removed, ruled, cleared, trimmed or lost', async () => {
    let polls = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        // SQLite answers at once, and would starve the other store's connection.
        await Bun.sleep(0)
        const room = freshRoom()
        const truth = new Map<number, string>()
        let notice: string | undefined
        const readers: Reader[] = [0, 1, 2].map(() => ({ cursor: 0, held: new Map(), complete: 0 }))
        const past: Reader[] = readers.map(copy)
        for (const [i, next] of steps.entries()) {
          if (next.do === 'say') {
            const words = { screenname: 'tester', value: `said ${i}`, author: 'tester' }
            const { id } = (await chat.say(room, words)).message
            expect(Math.max(0, ...truth.keys())).toBeLessThan(id)
            truth.set(id, `said ${i}`)
          } else if (next.do === 'lose') {
            await lose()
            truth.clear()
            notice = undefined
          } else if (next.do === 'rule') {
            notice = `notice ${i}`
            await chat.moderating.rule(room, { ...NO_RULES, notice }, 'key')
          } else if (next.do === 'clear') {
            await chat.moderating.clear(room, 'key')
            truth.clear()
          } else if (next.do === 'sweep') {
            const { messages } = await chat.latest(room, 1)
            if (messages[0]) await chat.moderating.sweep(room, messages[0].id, 'key')
            truth.clear()
          } else if (next.do === 'poll' || next.do === 'pollFromThePast') {
            const reader =
              next.do === 'poll'
                ? readers[next.which]
                : copy(past[next.which % past.length] as Reader)
            await poll(chat, store, room, reader as Reader, next.limit)
            past.push(copy(reader as Reader))
            polls += 1
            await agrees(store, room, reader as Reader, truth, notice)
          } else if ('which' in next)
            await change(chat, room, truth, next.do, next.which, `new ${i}`)
        }
        for (const reader of [...readers, ...past]) {
          while (await poll(chat, store, room, reader, 3));
          await agrees(store, room, reader, truth, notice)
        }
      }),
      { numRuns: 100 },
    )
    expect(polls).toBeGreaterThan(500)
  })
})

const copy = (reader: Reader): Reader => ({ ...reader, held: new Map(reader.held) })

async function change(
  chat: Chat,
  room: string,
  truth: Map<number, string>,
  verb: string,
  which: number,
  value: string,
) {
  const id = [...truth.keys()].at(-1 - which)
  if (id === undefined) return
  try {
    if (verb === 'revise') {
      await chat.revise(room, id, { value, author: 'tester' })
      truth.set(id, value)
    } else {
      await chat.remove(room, id, 'tester')
      truth.delete(id)
    }
  } catch {
    // It was trimmed away: then it is no part of the room, and stays as it was in the truth below the mark.
    expect(id).toBeLessThanOrEqual((await chat.latest(room, 200)).messages[0]?.id ?? id)
  }
}

/** One poll, folded into what the reader holds, as a client does it; true where more waits. */
async function poll(
  chat: Chat,
  store: Store,
  room: string,
  reader: Reader,
  limit: number,
): Promise<boolean> {
  const page = await chat.follow(room, reader.cursor, limit)
  if (page.missed || page.reset || page.cleared) {
    const whole = await chat.latest(room, 200)
    reader.held = new Map(whole.messages.map(({ id, value }) => [id, value]))
    reader.notice = whole.rules?.notice
    reader.cursor = whole.cursor
    reader.complete = (await store.read(room, { after: 0, limit: 1 })).trimmed
    return false
  }
  for (const { id, value } of page.messages) {
    expect(reader.held.has(id)).toBe(false)
    reader.held.set(id, value)
  }
  for (const { id, value } of page.revised) if (reader.held.has(id)) reader.held.set(id, value)
  if (page.ruled) reader.notice = page.rules?.notice
  for (const id of page.removed) reader.held.delete(id)
  expect(page.cursor > reader.cursor || (page.cursor === reader.cursor && !page.more)).toBe(true)
  reader.cursor = page.cursor
  return page.more
}

/** Compares what is not trimmed away, if the reader has come to the head. */
async function agrees(
  store: Store,
  room: string,
  reader: Reader,
  truth: Map<number, string>,
  notice?: string,
) {
  const { head, trimmed } = await store.read(room, { after: 0, limit: 1 })
  if (reader.cursor < head) return
  const since = (messages: Map<number, string>) =>
    [...messages].filter(([id]) => id > trimmed).sort(([a], [b]) => a - b)
  expect(since(reader.held)).toEqual(since(truth))
  expect(reader.notice).toBe(notice)
  const unseen = [...truth.keys()].filter((id) => id > reader.complete && !reader.held.has(id))
  expect(unseen).toEqual([])
}
