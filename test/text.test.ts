import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { Refusal, type Why } from '../src/chat/refusal.ts'
import { cleanScreenname, cleanValue } from '../src/chat/text.ts'

const FAMILY = '👩‍👩‍👧‍👦'
const value = (text: string) => cleanValue(text, 1000)

function whyNot(clean: () => string): Why | undefined {
  try {
    clean()
  } catch (error) {
    return (error as Refusal).why
  }
}

describe('a value', () => {
  test.each([
    ['is trimmed', ' \n a b \t', 'a b'],
    ['keeps its line breaks and tabs', 'a\n\n\tb', 'a\n\n\tb'],
    ['has one kind of line break', 'a\r\nb\rc\u2028d\u2029e', 'a\nb\nc\nd\ne'],
    ['is composed (NFC)', 'e\u0301', 'é'],
    ['loses what turns the direction of the text', 'a\u202eb\u2066c\u200fd\u061ce', 'abcde'],
    ['loses controls', 'a\u0001b\u001b[31mc\u007fd\u0085e', 'ab[31mcde'],
    ['loses what nobody sees', 'a\u200bb\u2060c\ufeffd\u00ade\u3164f\ufff9g\u034f', 'abcdefg'],
    [
      'keeps the joiners of Persian and of emoji',
      `می\u200cخواهم ${FAMILY}`,
      `می\u200cخواهم ${FAMILY}`,
    ],
    ['keeps variation selectors', '❤\ufe0f', '❤\ufe0f'],
    ['keeps the flags made of tags', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
  ])('%s', (_, text, cleaned) => {
    expect(value(text)).toBe(cleaned)
  })

  test.each([
    ['nothing', ''],
    ['white space', ' \u00a0\n\u3000'],
    ['joiners', '\u200d\u200c\ufe0f'],
    ['controls', '\u0001\u202e\u200b'],
    ['blanks that count as letters', '\u2800\u3164\u115f'],
  ])('made of %s is refused as empty', (_, text) => {
    expect(whyNot(() => value(text))).toEqual({ reason: 'empty', of: 'value' })
  })

  test('with a NUL or half a character in it is refused', () => {
    expect(whyNot(() => value('a\0b'))).toEqual({ reason: 'nul', of: 'value' })
    expect(whyNot(() => value('a\ud83d'))).toEqual({ reason: 'surrogate', of: 'value' })
    expect(whyNot(() => value('\udc00a'))).toEqual({ reason: 'surrogate', of: 'value' })
  })

  test('is counted in characters as people see them', () => {
    expect(value('x'.repeat(1000))).toHaveLength(1000)
    expect(whyNot(() => value('x'.repeat(1001)))).toEqual({
      reason: 'long',
      of: 'value',
      count: 1001,
      most: 1000,
    })
    expect(value(FAMILY.repeat(600))).toBe(FAMILY.repeat(600))
    expect(whyNot(() => cleanValue(FAMILY.repeat(3), 2))).toEqual({
      reason: 'long',
      of: 'value',
      count: 3,
      most: 2,
    })
  })

  test('takes 16 KiB at the most', () => {
    expect(whyNot(() => value(`a${'\u0301'.repeat(9000)}`))).toEqual({
      reason: 'bytes',
      of: 'value',
      most: 16384,
    })
    expect(whyNot(() => value(FAMILY.repeat(700)))).toEqual({
      reason: 'bytes',
      of: 'value',
      most: 16384,
    })
  })
})

describe('a screenname', () => {
  test('stands on one line', () => {
    expect(cleanScreenname(' Ada \n\t\u000e Love\u0085lace ')).toBe('Ada Lovelace')
  })

  test('has 1 to 40 characters', () => {
    expect(cleanScreenname(FAMILY.repeat(40))).toBe(FAMILY.repeat(40))
    expect(whyNot(() => cleanScreenname('x'.repeat(41)))).toEqual({
      reason: 'long',
      of: 'screenname',
      count: 41,
      most: 40,
    })
    expect(whyNot(() => cleanScreenname(' '))).toEqual({ reason: 'empty', of: 'screenname' })
    expect(whyNot(() => cleanScreenname(`a${'\u0301'.repeat(2000)}`))).toEqual({
      reason: 'bytes',
      of: 'screenname',
      most: 2048,
    })
  })
})

test('whatever is taken, is taken again as it is', () => {
  const twice = (clean: (text: string) => string) =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        try {
          const once = clean(text)
          expect(clean(once)).toBe(once)
          expect(once).toBe(once.normalize('NFC').trim())
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal)
        }
      }),
      { numRuns: 2000 },
    )
  twice(value)
  twice(cleanScreenname)
})
