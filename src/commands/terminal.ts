/** What a command has to do with whoever called it. */
import { writeFile } from 'node:fs'
import type { BlockList } from 'node:net'
import { promisify } from 'node:util'

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

const STDOUT = 1
const write = promisify(writeFile)

/** On standard output, or `Declined`. `Bun.write` would fill a file that is appended to with zeros. */
export const print = (text: string): Promise<void> =>
  write(STDOUT, text).catch(({ message }) => {
    throw new Declined(`what was asked for cannot be written: ${message}`)
  })
