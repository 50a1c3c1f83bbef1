/** What people write, made safe to keep: swept, normalised and measured as people see it. */
import { Refusal } from './refusal.ts'

const VALUE_BYTES = 16 * 1024
export const SCREENNAME_LENGTH = 40
const SCREENNAME_BYTES = 2048

/**
 * Controls nobody sees: C0 and C1, those that turn the direction of the text around them (bidi), and all
 * that Unicode calls default ignorable. Kept are tab and newline, the joiners that Persian, Indic scripts
 * and emoji are written with, variation selectors, and the tags that flags are made of.
 */
const INVISIBLE =
  /[[\p{Cc}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]--[\t\n\u200c\u200d\ufe00-\ufe0f\u{e0100}-\u{e01ef}\u{e0020}-\u{e007f}]]/gv
const VISIBLE = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]/v

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

export type Part = 'screenname' | 'value' | 'notice'

/** Ready to keep: NFC, trimmed, 1 to `length` graphemes, at most 16 KiB; otherwise a `Refusal`. */
export function cleanValue(value: string, length: number): string {
  return measured(sweptValue(value), 'value', length, VALUE_BYTES)
}

/** Ready to keep: as a value, on one line, 1 to 40 graphemes, at most 2 KiB; otherwise a `Refusal`. */
export function cleanScreenname(screenname: string): string {
  return measured(sweptScreenname(screenname), 'screenname', SCREENNAME_LENGTH, SCREENNAME_BYTES)
}

export const NOTICE_LENGTH = 500

/** Ready to keep: as a value, at most 500 graphemes, or nothing at all; otherwise a `Refusal`. */
export function cleanNotice(notice: string): string {
  const text = swept(notice, 'notice')
  return text && measured(text, 'notice', NOTICE_LENGTH, VALUE_BYTES)
}

/** As a value is kept, however long; a `Refusal` for NUL and half a character alone. */
export const sweptValue = (value: string): string => swept(value, 'value')

/** The same for a screenname. */
export const sweptScreenname = (screenname: string): string =>
  swept(screenname, 'screenname').replace(/\s+/g, ' ')

function swept(text: string, of: Part): string {
  if (text.includes('\0')) throw new Refusal({ reason: 'nul', of })
  if (!text.isWellFormed()) throw new Refusal({ reason: 'surrogate', of })
  const lines = text.replace(/\r\n?|[\u2028\u2029]/g, '\n')
  return lines.replace(INVISIBLE, '').normalize('NFC').trim()
}

function measured(text: string, of: Part, most: number, bytes: number): string {
  if (!VISIBLE.test(text)) throw new Refusal({ reason: 'empty', of })
  if (Buffer.byteLength(text) > bytes) throw new Refusal({ reason: 'bytes', of, most: bytes })
  // A grapheme takes one unit of UTF-16 at the least, and counting them is slow.
  const count = text.length > most ? [...graphemes.segment(text)].length : 0
  if (count > most) throw new Refusal({ reason: 'long', of, count, most })
  return text
}
