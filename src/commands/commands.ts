/** What an operator does from the command line: one command, on the store of the settings, and the program ends. */
import { Refusal } from '../chat/refusal.ts'
import type { Store } from '../chat/store.ts'
import { en, refusalIn } from '../view/words/en.ts'
import { addBot, listBots, removeBot } from './bot.ts'
import { exportRooms } from './export.ts'
import { addHook, listHooks, removeHook } from './hook.ts'
import { importRooms } from './import.ts'
import { Declined, type Terminal } from './terminal.ts'
import { addWebhookTo, listWebhooks, removeWebhookFrom } from './webhook.ts'

type Command = {
  /** What stands in brackets may be left out. */
  takes: string[]
  run: (store: Store, terminal: Terminal, ...given: string[]) => Promise<void>
}

const COMMANDS: Record<string, Command> = {
  export: { takes: ['[ROOM]'], run: exportRooms },
  import: { takes: [], run: importRooms },
  'bot add': { takes: ['NAME'], run: addBot },
  'bot list': { takes: [], run: listBots },
  'bot remove': { takes: ['NAME'], run: removeBot },
  'hook add': { takes: ['ROOM', 'NAME'], run: addHook },
  'hook list': { takes: [], run: listHooks },
  'hook remove': { takes: ['ROOM', 'NAME'], run: removeHook },
  'webhook add': { takes: ['ROOM', 'ADDRESS'], run: addWebhookTo },
  'webhook list': { takes: [], run: listWebhooks },
  'webhook remove': { takes: ['ROOM', 'ADDRESS'], run: removeWebhookFrom },
  secret: { takes: [], run: async (store, { print }) => print(`${await store.secret()}\n`) },
}

/** What is to be done; throws `Declined` where that is nothing we know. */
export function commandIn(args: string[]): (store: Store, terminal: Terminal) => Promise<void> {
  for (const [name, { takes, run }] of Object.entries(COMMANDS)) {
    const words = name.split(' ')
    const given = args.slice(words.length)
    const least = takes.filter((name) => !name.startsWith('[')).length
    const isMeant = words.every((word, i) => args[i] === word)
    if (isMeant && given.length >= least && given.length <= takes.length)
      return (store, terminal) => run(store, terminal, ...given).catch(declined)
  }
  const known = Object.entries(COMMANDS).map(([name, { takes }]) => [name, ...takes].join(' '))
  throw new Declined(`there is no such command; there are ${known.join(', ')}`)
}

/** Why the chat refuses, in the words that people get for it. */
function declined(error: unknown): never {
  if (error instanceof Refusal) throw new Declined(refusalIn(en, error.why))
  throw error
}
