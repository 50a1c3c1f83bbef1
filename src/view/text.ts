/** Messages as plain text, one to a line: `2026-11-22T06:53:14Z <tstone> Hello World`. */
import { type Message, timeOf } from '../chat/message.ts'

export function messageLine({ id, screenname, value }: Message): string {
  return `${timeOf(id).slice(0, 19)}Z <${screenname}> ${value.replaceAll('\n', '\\n')}\n`
}
