/** What stands in a room's sorted set, as text: a message as JSON, `revised ` and the message, or `removed ID`. */
import type { Entry, Id, Message } from '../../chat/message.ts'

/** What an entry stands for; undefined where another program wrote it. */
export function entryIn(id: Id, text: string): Entry | undefined {
  const [, change, about = text] = /^(removed|revised) (.*)$/s.exec(text) ?? []
  if (change === 'removed')
    return /^[0-9]+$/.test(about) ? { id, removed: Number(about) } : undefined
  const message = messageIn(about)
  if (change === 'revised') return message && { id, revised: message }
  return message?.id === id ? { id, said: message } : undefined
}

/** What stands for an entry, and the message it is about. */
export function entryText(entry: Entry): { about: Id; text: string } {
  if ('removed' in entry) return { about: entry.removed, text: `removed ${entry.removed}` }
  if ('said' in entry) return { about: entry.id, text: messageText(entry.said) }
  return { about: entry.revised.id, text: `revised ${messageText(entry.revised)}` }
}

/** Ids as text: they are longer than the numbers that Lua's JSON writes in full. */
const messageText = ({ id, revised, ...message }: Message) =>
  JSON.stringify({ id: String(id), ...message, ...(revised && { revised: String(revised) }) })

/** A message; undefined where another program wrote it. */
export function messageIn(json: string): Message | undefined {
  try {
    const { id, screenname, value, author, isBot, isVerified, revised } = JSON.parse(json)
    if (typeof screenname !== 'string' || typeof value !== 'string') return undefined
    return {
      id: Number(id),
      screenname,
      value,
      ...(author && { author: String(author) }),
      ...(isBot === true && { isBot }),
      ...(isVerified === true && { isVerified }),
      ...(revised && { revised: Number(revised) }),
    }
  } catch {
    return undefined
  }
}
