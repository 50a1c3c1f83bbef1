/** Every word of the interface in every language (`src/view/words`). */
import { describe, expect, test } from 'bun:test'
import { ar } from '../src/view/words/ar.ts'
import { de } from '../src/view/words/de.ts'
import { en, type Words } from '../src/view/words/en.ts'
import { es } from '../src/view/words/es.ts'

const OTHERS = [de, es, ar].map((words) => [words.lang, words] as [string, Words])
const COUNTS = [1, 2, 3, 11, 100]

/** What is said in every language, whatever it is: names, and what stands in programs. */
const NAMES =
  /\b(?:UTF-8|JSON|NUL|KiB|Content-Type|Idempotency-Key|surrogate|String|Name|screenname|value|after|before|since|limit|lobby|GET|PATCH|MODERATOR_KEY|bearer|Bearer|for|hour|day|good|sure|yes|no|a-z|0-9|s|theme|light|dark|url|EMBED_ORIGINS|htmx|text\/html)\b/g

/** Whatever a word takes: counts, names, or the particulars of a refusal. */
const GIVEN: Record<string, unknown[][]> = {
  ...Object.fromEntries(['messageIn', 'notSentTo', 'shareRoom'].map((word) => [word, [['lobby']]])),
  everySeconds: COUNTS.map((count) => [count]),
  seconds: COUNTS.map((count) => [count]),
  triesAgain: COUNTS.map((count) => [count]),
  slowMode: COUNTS.map((count) => [count]),
  'moderation.of': [['lobby']],
  'moderation.slowFor': COUNTS.map((count) => [count]),
  'problems.truth': [['value']],
  'refused.links': [[{ most: 2 }]],
  'refused.rooms': COUNTS.map((wait) => [{ wait }]),
  'refused.slow': COUNTS.map((wait) => [{ wait }]),
  'problems.file': [['value']],
  'problems.ownName': [['lobby']],
  'problems.string': [['value']],
  'problems.tooLarge': [[64]],
  'problems.notAcceptable': [['text/html']],
  'problems.twice': COUNTS.slice(1).map((count) => ['limit', count]),
  'problems.wholeNumber': [['limit', 1, 200]],
  'problems.method': [['PATCH', 'GET']],
  'refused.often': COUNTS.map((wait) => [{ wait }]),
  ...Object.fromEntries(
    [
      ...[
        'nul',
        'surrogate',
        'empty',
        'bytes',
        'long',
        'key',
        'missing',
        'gone',
        'foreign',
        'late',
      ],
      ...['muted', 'readonly', 'reserved', 'unsigned', 'unmuted'],
    ].map((reason) => [
      `refused.${reason}`,
      ['screenname', 'value', 'notice'].map((of) => [{ of, count: 1234, most: 16384 }]),
    ]),
  ),
}

/** Every text of a language by its name, those that take something with everything they may be given. */
function textsOf(words: object, place = ''): [string, string][] {
  return Object.entries(words).flatMap(([name, word]): [string, string][] => {
    const path = place + name
    if (typeof word === 'string') return [[path, word]]
    if (typeof word === 'object') return textsOf(word, `${path}.`)
    return (GIVEN[path] ?? [[]]).map((given) => [
      `${path}(${JSON.stringify(given)})`,
      word(...given),
    ])
  })
}

const english = new Map(textsOf(en))
const ROWS = OTHERS.flatMap(([lang, words]) => [[lang, words, new Map(textsOf(words))] as const])

describe.each(ROWS)('in %s', (lang, words, texts) => {
  test('every word is there, and nothing that nobody asks for', () => {
    expect([...texts.keys()].toSorted()).toEqual([...english.keys()].toSorted())
    expect(english.size).toBeGreaterThan(90)
    for (const [name, text] of texts) {
      expect([name, text]).toEqual([name, text.trim()])
      expect([name, text]).not.toEqual([name, ''])
      expect([name, text]).not.toEqual([name, expect.stringMatching(/undefined|NaN|\[object|\$\{/)])
      expect([name, /[.:]$/.test(text)]).toEqual([name, /[.:]$/.test(english.get(name) as string)])
    }
  })

  test('none is English by accident', () => {
    expect([words.lang, words.dir]).toEqual([lang, lang === 'ar' ? 'rtl' : 'ltr'])
    for (const [name, text] of texts) {
      if (name === 'dir') continue
      const bare = (t = '') =>
        t
          .replace(NAMES, '')
          .replace(/[^\p{L}]+/gu, ' ')
          .trim()
      const [here, there] = [bare(text), bare(english.get(name))]
      if (there) expect([name, here]).not.toEqual([name, there])
      if (lang === 'ar' && there && name !== 'lang')
        expect([name, text]).toEqual([name, expect.stringMatching(/\p{Script=Arabic}/u)])
      expect([name, text]).not.toEqual([
        name,
        expect.stringMatching(/\b(?:the|is|this|you|of|not|with)\b/i),
      ])
    }
  })

  test('{} stands where it stands in English, once', () => {
    for (const [name, text] of texts)
      expect([name, text.split('{}').length]).toEqual([
        name,
        (english.get(name) as string).split('{}').length,
      ])
  })

  test('says every number and name it is given', () => {
    for (const [name, text] of texts) {
      const numbers = (of = '') => (of.match(/[0-9]{2,}|lobby|PATCH|limit/g) ?? []).toSorted()
      expect([name, numbers(text)]).toEqual([
        name,
        expect.arrayContaining(numbers(english.get(name))),
      ])
    }
  })
})
