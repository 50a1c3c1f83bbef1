/**
 * What stands in a room's sorted set, as text: a message as JSON, `revised ` and the message, `removed ID`, `rules JSON`,
 * or `cleared`.
 */
import type { Entry, Id, Message } from '../../chat/message.ts'
import type { Recorded, Rules } from '../../chat/moderation.ts'

/** What an entry stands for; undefined where another program wrote it. */
export function entryIn(id: Id, text: string): Entry | undefined {
  if (text === 'cleared') return { id, cleared: true }
  const [, change, about = text] = /^(removed|revised|rules) (.*)$/s.exec(text) ?? []
  if (change === 'removed')
    return /^[0-9]+$/.test(about) ? { id, removed: Number(about) } : undefined
  if (change === 'rules') {
    const rules = rulesIn(about)
    return rules && { id, rules }
  }
  const message = messageIn(about)
  if (change === 'revised') return message && { id, revised: message }
  return message?.id === id ? { id, said: message } : undefined
}

/** What stands for an entry, and the message it is about. */
export function entryText(entry: Entry): { about: Id; text: string } {
  if ('removed' in entry) return { about: entry.removed, text: `removed ${entry.removed}` }
  if ('rules' in entry) return { about: 0, text: `rules ${JSON.stringify(entry.rules)}` }
  if ('cleared' in entry) return { about: 0, text: 'cleared' }
  if ('said' in entry) return { about: entry.id, text: messageText(entry.said) }
  return { about: entry.revised.id, text: `revised ${messageText(entry.revised)}` }
}

/** Ids as text: they are longer than the numbers that Lua's JSON writes in full. */
const messageText = ({ id, revised, ...message }: Message) =>
  JSON.stringify({ id: String(id), ...message, ...(revised && { revised: String(revised) }) })

/** A message; undefined where another program wrote it. */
export function messageIn(json: string): Message | undefined {
  try {
    const { id, screenname, value, author, revised, ...rest } = JSON.parse(json)
    const { isBot, isVerified, isModerator, resembles } = rest
    if (typeof screenname !== 'string' || typeof value !== 'string') return undefined
    return {
      id: Number(id),
      screenname,
      value,
      ...(author && { author: String(author) }),
      ...(isBot === true && { isBot }),
      ...(isVerified === true && { isVerified }),
      ...(isModerator === true && { isModerator }),
      ...(resembles && { resembles: String(resembles) }),
      ...(revised && { revised: Number(revised) }),
    }
  } catch {
    return undefined
  }
}

/** What holds in a room; undefined for nothing, or where another program wrote it. */
export function rulesIn(json: string): Rules | undefined {
  try {
    const { slowSeconds, isReadOnly, notice } = JSON.parse(json)
    return {
      slowSeconds: Number(slowSeconds),
      isReadOnly: isReadOnly === true,
      notice: `${notice}`,
    }
  } catch {
    return undefined
  }
}

/** What a moderator did, from `TIME DEED`. */
export function recordIn(text: string): Recorded {
  const space = text.indexOf(' ')
  return { at: Number(text.slice(0, space)), ...JSON.parse(text.slice(space)) }
}
