/** How long something takes, whatever else the machine does meanwhile. */

const TICK_MS = 20
/** Who asks, who answers and the store are held up about as much as one another. */
const HELD_UP = 3

/** Time by which this process was woken too late, in all. */
let late = 0
let woken = performance.now()

setInterval(() => {
  const now = performance.now()
  late += Math.max(0, now - woken - TICK_MS)
  woken = now
}, TICK_MS).unref()

/** Answers the milliseconds since it was started, without those that a busy machine took. */
export function stopwatch(): () => number {
  const began = performance.now()
  const before = late
  return () => {
    const now = performance.now()
    const isLate = Math.max(0, now - woken - TICK_MS)
    return now - began - HELD_UP * (late + isLate - before)
  }
}
