/** Pages are counted from their polls (`src/chat/tally.ts`), in a time of the test's own. */
import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { Tally } from '../src/chat/tally.ts'

type Open = { from: number; to: number; every: number }

/** What each poll of these pages saw counted, and each second after the last. */
function counted(pages: Open[], late = (_poll: number) => 0) {
  const polls = pages
    .flatMap(({ from, to, every }) =>
      Array.from({ length: Math.ceil((to - from) / every) }, (_, i) => ({
        at: from + i * every,
        every,
      })),
    )
    .map(({ at, every }, i) => ({ at: at + late(i), every }))
    .sort((a, b) => a.at - b.at)
  const tally = new Tally(5, 0)
  const seen: { at: number; pages: number }[] = []
  for (const { at, every } of polls) {
    tally.poll(at, every)
    seen.push({ at, pages: tally.pages(at) })
  }
  for (let at = tally.end; at < tally.end + 15; at++) seen.push({ at, pages: tally.pages(at) })
  return seen
}

const between = (seen: ReturnType<typeof counted>, from: number, to: number) =>
  new Set(seen.filter(({ at }) => at >= from && at < to).map(({ pages }) => pages))

test.each([1, 2, 5, 7, 15, 30, 60, 3600])(
  'a page that polls every %d s is one, from its first poll on',
  (every) => {
    const to = 3 + 100 * every
    expect(between(counted([{ from: 3, to, every }]), 0, to)).toEqual(new Set([1]))
  },
)

test('pages add up to their number, whatever each one polls and when', () => {
  const page = fc.record({
    from: fc.double({ min: 0, max: 20, noNaN: true }),
    every: fc.constantFrom(1, 3, 5, 10, 15, 40, 60),
  })
  fc.assert(
    fc.property(fc.array(page, { minLength: 1, maxLength: 60 }), (pages) => {
      const seen = counted(pages.map((open) => ({ ...open, to: 300 })))
      expect(between(seen, 30, 300)).toEqual(new Set([pages.length]))
    }),
  )
})

test('polls that come somewhat late or early change nothing', () => {
  const pages = Array.from({ length: 7 }, (_, i) => ({ from: i * 0.7, to: 600, every: 5 }))
  const seen = counted(pages, (poll) => ((poll * 7919) % 13) / 40)
  expect(between(seen, 15, 600)).toEqual(new Set([7]))
})

test('a page that opens or closes is noticed within two slots', () => {
  const stays = Array.from({ length: 4 }, (_, i) => ({ from: i + 0.5, to: 200, every: 5 }))
  const seen = counted([...stays, { from: 50.2, to: 100, every: 5 }])
  expect(between(seen, 15, 50)).toEqual(new Set([4]))
  expect(between(seen, 53.5, 100)).toEqual(new Set([5]))
  expect(between(seen, 110, 200)).toEqual(new Set([4]))
  expect(between(seen, 215, 300)).toEqual(new Set([0]))
})
