/** The command line over a store, without a process of its own. */

import { BlockList } from 'node:net'
import type { Store } from '../../src/chat/store.ts'
import { commandIn } from '../../src/commands/commands.ts'
import { Declined } from '../../src/commands/terminal.ts'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)

/** Runs a command; answers what it printed, and why it was declined where it was. */
export async function command(store: Store, args: string[], input: string | Uint8Array = '') {
  let printed = ''
  const terminal = {
    input: new Blob([input as string]).stream() as unknown as AsyncIterable<Uint8Array>,
    home: 'https://chat.example',
    webhookNetworks: loopback,
    print: async (text: string) => {
      printed += text
      // As a pipe does, it lets others have their turn: a Redis that nobody listens to is taken for lost.
      await Bun.sleep(0)
    },
  }
  try {
    await commandIn(args)(store, terminal)
    return { printed, declined: undefined }
  } catch (error) {
    if (!(error instanceof Declined)) throw error
    return { printed, declined: error.message }
  }
}
