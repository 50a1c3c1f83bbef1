/** `export [ROOM]`: a room, or all that were lately spoken in, as lines of JSON. */
import { ROOM } from '../chat/chat.ts'
import type { Id } from '../chat/message.ts'
import { wholeRoom } from '../chat/moving.ts'
import type { Store } from '../chat/store.ts'
import { entryLine, roomLine } from './ndjson.ts'
import { Declined, type Terminal } from './terminal.ts'

export async function exportRooms(store: Store, terminal: Terminal, only?: string): Promise<void> {
  const listed = await store.rooms(Number.MAX_SAFE_INTEGER)
  if (only === undefined) {
    for (const { room, spoken } of listed)
      if (ROOM.test(room)) await exportRoom(store, terminal, room, spoken)
    return
  }
  const { born } = ROOM.test(only) ? await store.stand(only) : { born: 0 }
  if (born === 0) throw new Declined(`nothing was said in a room called ${only}`)
  const spoken = listed.find(({ room }) => room === only)?.spoken ?? 0
  await exportRoom(store, terminal, only, spoken)
}

async function exportRoom(store: Store, { print }: Terminal, room: string, listed: Id) {
  let spoken = listed
  let isBegun = false
  for await (const stretch of wholeRoom(store, room)) {
    for (const entry of stretch.entries) if ('said' in entry) spoken = Math.max(spoken, entry.id)
    const line = roomLine(room, { ...stretch, spoken })
    const entries = stretch.entries.map(entryLine).join('')
    await print((isBegun ? '' : line) + entries + (stretch.more ? '' : line))
    isBegun = true
  }
}
