/** How long readers are told to wait (`src/http/interval.ts`, `src/load.ts`), under load that is real. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { getPriority, setPriority } from 'node:os'
import { openInterval } from '../src/http/interval.ts'
import { openLoad } from '../src/load.ts'
import { freshRoom, openChatbox } from './with/stores.ts'

const SAMPLE = 0.05
const IDLE = () => 1
const SAMPLED = { sampleSeconds: SAMPLE }

/** Other programs may have the cores: it takes as long as it takes. */
const PATIENCE_MS = 50_000

/** Uses this share of a core until `done`, or until it is in vain. */
async function work(share: number, done: () => boolean) {
  const began = performance.now()
  const used = process.cpuUsage()
  while (!done() && performance.now() - began < PATIENCE_MS) {
    const { user, system } = process.cpuUsage(used)
    if ((user + system) / 1e3 > share * (performance.now() - began)) await Bun.sleep(1)
  }
}

const shareIn = (began: number, used: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(used)
  return (user + system) / 1e3 / (performance.now() - began)
}

// As root, the test goes before whatever else runs beside it.
const before = getPriority()
if (process.getuid?.() === 0) {
  beforeAll(() => setPriority(-19))
  afterAll(() => setPriority(before))
}

describe('a reader waits', () => {
  test.each([
    [0, 5],
    [599, 5],
    [600, 10],
    [3599, 10],
    [3600, 15],
    [1e9, 15],
    [Number.POSITIVE_INFINITY, 15],
  ])('in a room that was quiet for %d s, %d s', (quiet, seconds) => {
    expect(openInterval(5, IDLE).secondsFor(quiet)).toBe(seconds)
  })

  test('a minute at the most, or as long as the setting says', () => {
    expect(openInterval(25, IDLE).secondsFor(4000)).toBe(60)
    expect(openInterval(90, IDLE).secondsFor(4000)).toBe(90)
  })

  test('twice, four and eight times as long the longer a process is busy, and as before once it rests', async () => {
    const interval = openInterval(5, openLoad(SAMPLED))
    const seen = [interval.secondsFor(0)]
    const until = (seconds: number) => () => {
      const now = interval.secondsFor(0)
      if (now !== seen.at(-1)) seen.push(now)
      return now === seconds
    }
    await work(Number.POSITIVE_INFINITY, until(40))
    expect(interval.secondsFor(4000)).toBe(60)
    await work(0, until(5))
    // Where other programs take the core meanwhile, a step goes back in between.
    expect(seen).toContain(40)
    expect(seen.at(-1)).toBe(5)
    const steps = seen.slice(1).map((seconds, i) => seconds / (seen[i] as number))
    expect(steps.every((step) => step === 2 || step === 0.5)).toBe(true)
  })

  test('as long as the answer to its own poll says, while the process is busy and afterwards', async () => {
    const chatbox = await openChatbox('sqlite', { load: openLoad(SAMPLED) })
    const room = freshRoom()
    const untilTold = async (every: number, seconds: number, share: number) => {
      const path = `/rooms/${room}/messages.html?after=0&every=${every}&here=1`
      const began = performance.now()
      for (let told = ''; !told.includes(`hx-trigger="every ${seconds}s"`); ) {
        expect(performance.now() - began).toBeLessThan(PATIENCE_MS)
        const asked = performance.now()
        await work(share, () => performance.now() - asked > 1.1 * SAMPLE * 1000)
        told = await (await chatbox.get(path, { 'hx-request': 'true' })).text()
      }
    }
    await untilTold(5, 10, Number.POSITIVE_INFINITY)
    await untilTold(10, 20, Number.POSITIVE_INFINITY)
    await untilTold(20, 5, 0)
  })

  test('no longer than eight times', async () => {
    const interval = openInterval(1, openLoad(SAMPLED))
    let longest = 0
    const look = () => {
      longest = Math.max(longest, interval.secondsFor(0))
    }
    await work(Number.POSITIVE_INFINITY, () => {
      look()
      return longest >= 8
    })
    const end = performance.now() + 6 * SAMPLE * 1000
    await work(Number.POSITIVE_INFINITY, () => {
      look()
      return performance.now() > end
    })
    expect(longest).toBe(8)
  })

  test('the same where half the load is left, for that is what the longer wait took away', async () => {
    const interval = openInterval(5, openLoad(SAMPLED))
    await work(Number.POSITIVE_INFINITY, () => interval.secondsFor(0) === 10)
    for (let sample = 0; sample < 4; sample++) {
      const [began, used] = [performance.now(), process.cpuUsage()]
      const half = () => {
        const share = shareIn(began, used)
        return performance.now() - began > SAMPLE * 1000 && share > 0.4 && share < 0.6
      }
      await work(0.5, half)
      expect(interval.secondsFor(0)).toBe(10)
    }
  })
})
