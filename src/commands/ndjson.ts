/**
 * A room as lines of JSON: one for each entry, between two that tell where the room stood before and after they were
 * read. Ids are text, as everywhere that scripts read.
 */
import { ROOM } from '../chat/chat.ts'
import { type Entry, type Id, LAST_ID, type Message } from '../chat/message.ts'
import type { Rules } from '../chat/moderation.ts'
import type { Standing } from '../chat/moving.ts'
import { sweptScreenname, sweptValue } from '../chat/text.ts'

/** A room that stood at the last of all ids would take no message more: enough are left to it. */
const MOST = LAST_ID - 1e15

export type Line = { room: string; standing: Standing } | { entry: Entry }

export function roomLine(room: string, { spoken, born, head, trimmed }: Standing): string {
  const standing = { spoken: `${spoken}`, born: `${born}`, head: `${head}`, trimmed: `${trimmed}` }
  return `${JSON.stringify({ room, ...standing })}\n`
}

export function entryLine(entry: Entry): string {
  const id = `${entry.id}`
  if ('removed' in entry) return `${JSON.stringify({ id, removed: `${entry.removed}` })}\n`
  if ('rules' in entry) return `${JSON.stringify({ id, rules: entry.rules })}\n`
  if ('cleared' in entry) return `${JSON.stringify({ id, cleared: true })}\n`
  if ('said' in entry) return `${JSON.stringify({ id, said: written(entry.said) })}\n`
  return `${JSON.stringify({ id, revised: written(entry.revised) })}\n`
}

function written({ id, isBot: bot, isVerified: verified, revised, ...message }: Message) {
  const { screenname, author, isModerator: moderator, resembles, value } = message
  const signs = { bot, verified, moderator, resembles }
  return { id: `${id}`, screenname, author, ...signs, value, revised: revised && `${revised}` }
}

/** What is wrong with a line. */
export class Malformed extends Error {}

export function lineIn(bytes: Uint8Array): Line {
  const line = objectIn(parsed(bytes), 'the line')
  if ('room' in line) return { room: roomIn(line.room), standing: standingIn(line) }
  const id = idIn(line, 'id')
  if ('removed' in line) return { entry: { id, removed: about(id, idIn(line, 'removed')) } }
  if ('said' in line) {
    const said = messageIn(line.said)
    if (said.id !== id) throw new Malformed('said must have the id of the line')
    return { entry: { id, said } }
  }
  if ('rules' in line) return { entry: { id, rules: rulesIn(objectIn(line.rules, 'rules')) } }
  if (line.cleared === true) return { entry: { id, cleared: true } }
  if (!('revised' in line)) throw new Malformed('it has neither room, said, revised nor removed')
  const revised = messageIn(line.revised)
  about(id, revised.id)
  return { entry: { id, revised } }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch {
    throw new Malformed('it is not JSON in UTF-8')
  }
}

type Fields = Record<string, unknown>

function objectIn(json: unknown, name: string): Fields {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Fields
  throw new Malformed(`${name} must be an object`)
}

function roomIn(name: unknown): string {
  if (typeof name === 'string' && ROOM.test(name)) return name
  throw new Malformed('room must be 1 to 64 of a-z, 0-9 and inner hyphens')
}

function standingIn(line: Fields): Standing {
  const [spoken, born] = [idIn(line, 'spoken'), idIn(line, 'born')]
  const [head, trimmed] = [idIn(line, 'head'), idIn(line, 'trimmed')]
  if (born > 0 && born <= head && trimmed <= head && spoken <= head)
    return { spoken, born, head, trimmed }
  throw new Malformed('born, trimmed and spoken must not be greater than head')
}

/** A file may come from anywhere: its texts are swept as all are. */
function messageIn(json: unknown): Message {
  const message = objectIn(json, 'a message')
  const revised = 'revised' in message && idIn(message, 'revised')
  const author = 'author' in message && nameIn(message, 'author')
  return {
    id: idIn(message, 'id'),
    screenname: nameIn(message, 'screenname'),
    value: sweptValue(textIn(message, 'value')),
    ...(author && { author }),
    ...(message.bot === true && { isBot: true }),
    ...(message.verified === true && { isVerified: true }),
    ...(message.moderator === true && { isModerator: true }),
    ...('resembles' in message && { resembles: nameIn(message, 'resembles') }),
    ...(revised && { revised }),
  }
}

const nameIn = (fields: Fields, name: string) => sweptScreenname(textIn(fields, name))

function rulesIn(rules: Fields): Rules {
  const { slowSeconds, isReadOnly } = rules
  if (!Number.isInteger(slowSeconds) || typeof isReadOnly !== 'boolean')
    throw new Malformed('rules must have slowSeconds, isReadOnly and notice')
  return {
    slowSeconds: slowSeconds as number,
    isReadOnly,
    notice: sweptValue(textIn(rules, 'notice')),
  }
}

/** Half a character is no text: a store could not give it back. Nor is NUL, which a page must not hold. */
function textIn(fields: Fields, name: string): string {
  const text = fields[name]
  if (typeof text === 'string' && text.isWellFormed() && !text.includes('\0')) return text
  throw new Malformed(`${name} must be text`)
}

function idIn(fields: Fields, name: string): Id {
  const text = fields[name]
  const id = typeof text === 'string' && /^(?:0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : -1
  if (id >= 0 && id <= MOST) return id
  throw new Malformed(`${name} must be an id, in digits, as text, up to ${MOST}`)
}

/** What becomes of a message comes after it. */
function about(id: Id, message: Id): Id {
  if (message < id) return message
  throw new Malformed('what is revised or removed must have been said before')
}
