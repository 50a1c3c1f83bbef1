/** `import`: what `export` wrote, put where it was; where it was cut short, it can be run again. */
import type { Id } from '../chat/message.ts'
import { Diverged, openRestoring, type Standing } from '../chat/moving.ts'
import { type Store, Unreachable } from '../chat/store.ts'
import { lineIn, Malformed } from './ndjson.ts'
import { Declined, type Terminal } from './terminal.ts'

/** The longest message takes a tenth of it. */
const LONGEST_LINE = 2 ** 20
const LINE_END = 10

/** The room that the lines are about. */
type Current = {
  room: string
  standing: Standing
  restoring: Awaited<ReturnType<typeof openRestoring>>
  last: Id
}

export async function importRooms(store: Store, { input, print }: Terminal): Promise<void> {
  let number = 0
  let current: Current | undefined

  async function take(bytes: Uint8Array): Promise<void> {
    const line = lineIn(bytes)
    if ('entry' in line) {
      const { entry } = line
      if (!current) throw new Malformed('no line before it tells the room')
      if (entry.id <= current.last) throw new Malformed('its id is not greater than the one before')
      current.last = entry.id
      await current.restoring.add(current.standing, entry)
    } else if (!current) {
      const restoring = await openRestoring(store, line.room)
      current = { ...line, restoring, last: 0 }
    } else if (current.room === line.room) {
      await end(current, line.standing)
      current = undefined
    } else throw new Malformed(`it begins ${line.room}, and ${current.room} is not ended`)
  }

  async function end({ room, restoring }: Current, standing: Standing): Promise<void> {
    await restoring.end(standing)
    const { trimmed } = await store.stand(room)
    const note =
      trimmed > standing.trimmed ? ', the oldest trimmed by KEEP_MESSAGES or KEEP_DAYS' : ''
    await print(`${room}: ${restoring.there()} entries${note}\n`)
  }

  try {
    for await (const bytes of linesOf(input)) {
      number += 1
      await take(bytes)
    }
    if (current) throw new Malformed(`the end of ${current.room} is missing`)
  } catch (error) {
    const [reason] = [error].flatMap(reasonOf)
    if (reason === undefined) throw error
    const there = current?.restoring.there()
    const far = there ? `; ${current?.room} has the first ${there} of these entries` : ''
    throw new Declined(`line ${number}: ${reason}${far}`)
  }
}

function reasonOf(error: unknown): string[] {
  if (error instanceof Diverged) return ['the room has other messages already']
  return error instanceof Malformed || error instanceof Unreachable ? [error.message] : []
}

/** Lines without their ends. */
async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest = new Uint8Array()
  for await (const bytes of input) {
    const all = Buffer.concat([rest, bytes])
    let begin = 0
    for (let end = all.indexOf(LINE_END); end >= 0; end = all.indexOf(LINE_END, begin)) {
      yield all.subarray(begin, end)
      begin = end + 1
    }
    rest = all.subarray(begin)
    if (rest.length > LONGEST_LINE) throw new Malformed('a line is too long')
  }
  if (rest.length > 0) yield rest
}
