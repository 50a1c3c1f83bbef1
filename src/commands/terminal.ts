/** What a command has to do with whoever called it. */
import type { BlockList } from 'node:net'

export type Terminal = {
  /** What comes in, in pieces of any length. */
  input: AsyncIterable<Uint8Array>
  /** Where the chatbox is seen from outside, as far as the settings tell. */
  home: string
  /** Networks that webhooks may lead to though they are not public. */
  webhookNetworks: BlockList
  /** Resolves when it is on its way: who prints much waits for who reads. */
  print: (text: string) => Promise<void>
}

/** A command that is not carried out, or not to its end; its message says why, in one line. */
export class Declined extends Error {}
