/** `export` and `import`: a room is the same in another store, and readers go on there. */
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Store } from '../src/chat/store.ts'
import { command } from './with/commands.ts'
import { freshFolder } from './with/folder.ts'
import { storeSettings } from './with/server.ts'
import { freshRoom, KINDS, openChatbox, openStore } from './with/stores.ts'

const MAIN = join(import.meta.dir, '../src/main.ts')
const MANY = 100_000
const TEXTS = [
  'Hello',
  '"é\\ 👩‍👩‍👧 \u0378/',
  'a\n\t"b\\ \u{10ffff} </é> %s {}',
  '{"id":"1"}',
  'revised 1',
]

const say = async (store: Store, room: string, value: string) =>
  (
    (await store.append(room, { screenname: 'Zoë', value, author: 'k3f9'.repeat(6) })) as {
      id: number
    }
  ).id

const exported = async (store: Store, room: string) =>
  (await command(store, ['export', room])).printed

/** A room in which something of every kind happened; answers its ids. */
async function talk(store: Store, room: string) {
  const ids: number[] = []
  for (const text of [...TEXTS, ...TEXTS]) ids.push(await say(store, room, text))
  const [first = 0, second = 0, third = 0] = ids
  await store.revise(room, first, 'mended')
  await store.revise(room, second, 'mended')
  await store.revise(room, second, 'mended again')
  await store.remove(room, second)
  await store.remove(room, third)
  await store.revise(room, first, 'mended again')
  return ids
}

/** What stands in the room as lines, without the two around it, and a way to put them together again. */
const linesOf = (file: string) => file.trimEnd().split('\n')
const joined = (lines: string[]) => lines.map((line) => `${line}\n`).join('')

describe.each(KINDS)('a room exported from %s', async (kind) => {
  const other = kind === 'sqlite' ? 'redis' : 'sqlite'
  const from = await openStore(kind)
  const to = await openStore(other)

  test('is the same after it went to the other store and came back', async () => {
    const room = freshRoom()
    await talk(from, room)
    const file = await exported(from, room)
    expect(linesOf(file)).toHaveLength(2 + 8 + 3)
    expect(await command(to, ['import'], file)).toEqual({
      printed: `${room}: 11 entries\n`,
      declined: undefined,
    })
    expect(await exported(to, room)).toBe(file)
    const back = await openStore('sqlite')
    await command(back, ['import'], await exported(to, room))
    expect(await exported(back, room)).toBe(file)
    for (const range of [{ after: 0, limit: 50 }, { tail: 50 }, { before: 9e15, limit: 50 }]) {
      const { now: _, ...here } = await from.read(room, range)
      const { now: __, ...there } = await to.read(room, range)
      expect(there).toEqual(here)
    }
    expect((await to.rooms(200)).find((listed) => listed.room === room)?.spoken).toBe(
      (await from.rooms(200)).find((listed) => listed.room === room)?.spoken as number,
    )
  })

  test('of which all was removed, or trimmed, still stands where it stood', async () => {
    const [removed, trimmed] = [freshRoom(), freshRoom()]
    await from.remove(removed, await say(from, removed, 'gone'))
    const little = await openStore(kind, { messages: 3 })
    for (let i = 0; i < 9; i++) await say(little, trimmed, `${i}`)
    for (const [store, room] of [
      [from, removed],
      [little, trimmed],
    ] as const) {
      await command(to, ['import'], await exported(store, room))
      expect(await to.stand(room)).toEqual(await store.stand(room))
      expect(await exported(to, room)).toBe(await exported(store, room))
    }
  })

  test('is gone on with by readers: nothing is told twice, nothing missed, nothing reset', async () => {
    const room = freshRoom()
    const ids = await talk(from, room)
    const file = await exported(from, room)
    await command(to, ['import'], file)
    const here = await openChatbox(kind, {})
    const there = await openChatbox(other, {})
    await command(here.store, ['import'], file)
    await command(there.store, ['import'], file)
    const next = await there.say(room, 'after the move')
    for (const cursor of [0, ids[3], ids[9], (await from.stand(room)).head]) {
      const path = `/rooms/${room}/messages.json?after=${cursor}`
      const before = await (await here.get(path)).json()
      const after = await (await there.get(path)).json()
      expect(after).toMatchObject({ missed: false, reset: false })
      expect(after.messages).toEqual([...before.messages, next])
      expect(after.revised).toEqual(before.revised)
      expect(after.removed).toEqual(before.removed)
    }
  })
})

describe.each(KINDS)('an import to %s', async (kind) => {
  const other = kind === 'sqlite' ? 'redis' : 'sqlite'
  const from = await openStore(other)
  const to = await openStore(kind)

  test('takes all rooms of a file, and again, where nothing changes by it', async () => {
    const [one, two] = [freshRoom(), freshRoom()]
    const files = []
    for (const room of [one, two]) {
      await talk(from, room)
      files.push(await exported(from, room))
    }
    const told = { printed: `${one}: 11 entries\n${two}: 11 entries\n`, declined: undefined }
    for (let i = 0; i < 2; i++) expect(await command(to, ['import'], files.join(''))).toEqual(told)
    expect(await exported(to, one)).toBe(files[0] as string)
  })

  test('that was cut short is gone on with', async () => {
    const room = freshRoom()
    const first = await say(from, room, 'first')
    for (let i = 1; i < 1200; i++) await say(from, room, `${i}`)
    await from.revise(room, first, 'mended')
    const file = await exported(from, room)
    const half = joined(linesOf(file).slice(0, 1100))
    expect(await command(to, ['import'], half)).toEqual({
      printed: '',
      declined: `line 1100: the end of ${room} is missing; ${room} has the first 1000 of these entries`,
    })
    expect((await to.stand(room)).head).toBeGreaterThan(0)
    expect((await command(to, ['import'], file)).declined).toBeUndefined()
    expect(await exported(to, room)).toBe(file)
  })

  test('into a room that was gone on with is as good as done', async () => {
    const room = freshRoom()
    const ids = await talk(from, room)
    const file = await exported(from, room)
    await command(to, ['import'], file)
    await to.revise(room, ids[4] as number, 'changed since')
    await to.remove(room, ids[5] as number)
    await say(to, room, 'said since')
    const before = await exported(to, room)
    expect((await command(to, ['import'], file)).declined).toBeUndefined()
    expect(await exported(to, room)).toBe(before)
  })

  test('is declined where the room has anything else, and changes nothing', async () => {
    const room = freshRoom()
    await talk(from, room)
    const file = await exported(from, room)
    const lines = linesOf(file)
    const edited = [
      joined(lines.map((line) => line.replace('mended again', 'other words'))),
      joined(lines.filter((_, i) => i !== 3)),
      joined(lines).replaceAll(/"born":"\d+"/g, '"born":"1"'),
    ]
    await command(to, ['import'], file)
    for (const text of edited) {
      expect(text).not.toBe(file)
      expect((await command(to, ['import'], text)).declined).toContain(
        'the room has other messages already',
      )
      expect(await exported(to, room)).toBe(file)
    }
    const begun = freshRoom()
    await say(to, begun, 'first')
    const before = await exported(to, begun)
    const { declined } = await command(to, ['import'], file.replaceAll(room, begun))
    expect(declined).toBe(`line ${lines.length}: the room has other messages already`)
    expect(await exported(to, begun)).toBe(before)
  })

  test('keeps what its own settings keep, and says so', async () => {
    const room = freshRoom()
    for (let i = 0; i < 30; i++) await say(from, room, `${i}`)
    const file = await exported(from, room)
    const little = await openStore(kind, { messages: 20 })
    const told = {
      printed: `${room}: 30 entries, the oldest trimmed by KEEP_MESSAGES or KEEP_DAYS\n`,
      declined: undefined,
    }
    for (let i = 0; i < 2; i++) expect(await command(little, ['import'], file)).toEqual(told)
    expect((await little.read(room, { after: 0, limit: 50 })).entries).toHaveLength(20)
    expect((await little.stand(room)).head).toBe((await from.stand(room)).head)
  })

  const BEGIN = '{"room":"ROOM","spoken":"9","born":"1","head":"9","trimmed":"0"}'
  const SAID = '{"id":"2","said":{"id":"2","screenname":"a","value":"b"}}'
  test.each([
    ['it is not JSON in UTF-8', [BEGIN, '{"id":']],
    ['it is not JSON in UTF-8', [BEGIN, Buffer.from('"\xff"', 'latin1')]],
    ['the line must be an object', [BEGIN, '[]']],
    ['no line before it tells the room', ['', SAID].slice(1)],
    ['room must be 1 to 64 of a-z, 0-9 and inner hyphens', [BEGIN.replace('ROOM', '-')]],
    [
      'born must be an id, in digits, as text, up to 8007199254740991',
      [BEGIN.replace('"born":"1"', '"born":1')],
    ],
    ['born, trimmed and spoken must not be greater than head', [BEGIN.replace('"1"', '"10"')]],
    ['its id is not greater than the one before', [BEGIN, SAID, SAID]],
    ['said must have the id of the line', [BEGIN, SAID.replace('2', '3')]],
    ['value must be text', [BEGIN, SAID.replace('"b"', '7')]],
    ['value must be text', [BEGIN, SAID.replace('"b"', '"\\ud800"')]],
    ['value must be text', [BEGIN, SAID.replace('"b"', '"a\\u0000b"')]],
    [
      'id must be an id, in digits, as text, up to 8007199254740991',
      [BEGIN, SAID.replace('"2"', '"0x2"')],
    ],
    [
      'id must be an id, in digits, as text, up to 8007199254740991',
      [BEGIN, SAID.replace('"2"', '"8007199254740992"')],
    ],
    ['it has neither room, said, revised nor removed', [BEGIN, '{"id":"2"}']],
    [
      'what is revised or removed must have been said before',
      [BEGIN, SAID, '{"id":"3","removed":"3"}'],
    ],
    [
      'it begins elsewhere, and ROOM is not ended',
      [BEGIN, SAID, BEGIN.replace('ROOM', 'elsewhere')],
    ],
  ])('refuses a line because %s, and puts nothing', async (reason, lines) => {
    const room = freshRoom()
    const file = Buffer.concat(
      lines.map((line) =>
        typeof line === 'string' ? Buffer.from(`${line.replace('ROOM', room)}\n`) : line,
      ),
    )
    const { declined } = await command(to, ['import'], file)
    expect(declined).toBe(`line ${lines.length}: ${reason.replace('ROOM', room)}`)
    expect((await to.stand(room)).head).toBe(0)
  })

  test('sweeps the texts of whoever wrote the file', async () => {
    const room = freshRoom()
    // What is older than KEEP_DAYS would be trimmed at once.
    const id = `${Date.now() * 1000}`
    const said = SAID.replaceAll('"2"', `"${id}"`)
      .replace('"a"', '"A\\u202e\\nnn","author":"x\\u202ey","resembles":"B\\u202e\\nb"')
      .replace('"b"', '"a\\r\\nid: 1\\u2028\\u0007e\\u0301"')
    const begin = BEGIN.replace('ROOM', room).replaceAll('"9"', `"${id}"`)
    const lines = [begin, said, begin]
    expect((await command(to, ['import'], joined(lines))).declined).toBeUndefined()
    const { entries } = await to.read(room, { after: 0, limit: 9 })
    expect(entries).toMatchObject([
      { said: { screenname: 'A nn', author: 'xy', resembles: 'B b', value: 'a\nid: 1\né' } },
    ])
  })
})

test(`${MANY} messages are the same, byte for byte, after SQLite, Redis and SQLite`, async () => {
  const keep = { messages: 2 * MANY }
  const first = await openStore('sqlite', keep)
  const room = freshRoom()
  const now = Date.now() * 1000
  const stand = { born: now, head: 0, trimmed: 0, spoken: 0, previous: 0 }
  for (let i = 0; i < MANY; i += 1000) {
    const entries = Array.from({ length: 1000 }, (_, j) => {
      const id = now + i + j
      const value = `${TEXTS[j % TEXTS.length]} ${i + j}`
      return { id, said: { id, screenname: `Zoë ${j % 7}`, value, author: `a${j % 5}` } }
    })
    const head = entries.at(-1)?.id ?? 0
    await first.restore(room, { ...stand, head, spoken: head, entries })
    stand.previous = head
  }
  for (let i = 0; i < 100; i++) {
    await first.revise(room, now + 7 * i, `mended ${i}`)
    await first.remove(room, now + 1000 + i)
  }
  const [second, third] = [await openStore('redis', keep), await openStore('sqlite', keep)]
  const files: string[] = []
  for (const [store, next] of [
    [first, second],
    [second, third],
    [third, third],
  ] as const) {
    const file = await exported(store, room)
    files.push(file)
    expect((await command(next, ['import'], file)).declined).toBeUndefined()
  }
  expect(linesOf(files[0] as string)).toHaveLength(2 + MANY + 100)
  expect(files[1] === files[0] && files[2] === files[0]).toBe(true)
})

test.each(KINDS)(
  'the secret that identities are signed with can be taken along from %s',
  async (kind) => {
    const store = await openStore(kind)
    expect((await command(store, ['secret'])).printed).toBe(`${await store.secret()}\n`)
  },
)

test('what is exported is appended to a file that has something already, or it says why not', async () => {
  const settings = await storeSettings('sqlite')
  const store = await openStore('sqlite', {}, undefined, settings.SQLITE_PATH)
  const file = join(freshFolder(), 'rooms.ndjson')
  const run = async (room: string, target: string) => {
    const program = Bun.spawn(
      ['sh', '-c', '"$@" >> "$TARGET"', 'sh', process.execPath, MAIN, 'export', room],
      { env: { PATH: process.env.PATH ?? '', TARGET: target, ...settings }, stderr: 'pipe' },
    )
    return new Response(program.stderr).text()
  }
  const rooms = [freshRoom(), freshRoom()]
  for (const room of rooms) {
    for (let i = 0; i < 20; i++) await say(store, room, 'x'.repeat(300))
    expect(await run(room, file)).toBe('')
  }
  const [one, two] = await Promise.all(rooms.map((room) => exported(store, room)))
  expect(await Bun.file(file).text()).toBe(`${one}${two}`)
  expect(await run(rooms[0] as string, '/dev/full')).toMatch(/^chatbox: .*no space left.*\n$/)
})

test('the program moves a room from a SQLite file to Redis, and refuses in one line', async () => {
  const room = freshRoom()
  const [sqlite, redis] = [await storeSettings('sqlite'), await storeSettings('redis')]
  const run = async (settings: Record<string, string>, args: string[], input = '') => {
    const program = Bun.spawn([process.execPath, MAIN, ...args], {
      env: { PATH: process.env.PATH ?? '', KEEP_MESSAGES: '50000', ...settings },
      stdin: Buffer.from(input),
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [out, errors] = await Promise.all([
      new Response(program.stdout).text(),
      new Response(program.stderr).text(),
    ])
    return { out, errors, exitCode: await program.exited }
  }
  const from = await openStore('sqlite', {}, undefined, sqlite.SQLITE_PATH)
  await talk(from, room)
  for (let i = 0; i < 50; i++)
    await Promise.all(Array.from({ length: 100 }, () => say(from, room, 'x'.repeat(300))))
  const { out, ...rest } = await run(sqlite, ['export'])
  expect(rest).toEqual({ errors: '', exitCode: 0 })
  expect(out).toBe(await exported(from, room))
  const told = { out: `${room}: 5011 entries\n`, errors: '', exitCode: 0 }
  expect(await run(redis, ['import'], out)).toEqual(told)
  expect((await run(redis, ['export', room])).out).toBe(out)
  for (const [args, reason] of [
    [['import'], 'line 1: it is not JSON in UTF-8'],
    [['export', 'nobody-was-here'], 'nothing was said in a room called nobody-was-here'],
    [['export', room, 'more'], 'there is no such command; there are export [ROOM]'],
    [['--help'], 'there is no such command; there are export [ROOM]'],
  ] as const)
    expect(await run(redis, [...args], 'no')).toEqual({
      out: '',
      errors: expect.stringMatching(new RegExp(`^chatbox: ${RegExp.escape(reason)}.*\n$`)),
      exitCode: 1,
    })
})
