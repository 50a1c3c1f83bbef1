/** How busy this process is. */

const SAMPLE_SECONDS = 10
const MOST = 8
/** Shares of one core. The upper is more than twice the lower, so that half of what is too much is not yet little. */
const BUSY = 0.9
const IDLE = 0.35

/**
 * Answers by which factor readers should slow down, 1 to 8. A process that used more than nine tenths of a core
 * since it last looked doubles it, one that used less than 0.35 halves it again. It looks when it is asked, at least
 * `sampleSeconds` later, and takes one step each time; in between the factor stays, because doubling the interval
 * halves the polls' share.
 */
export function openLoad({ sampleSeconds = SAMPLE_SECONDS } = {}): () => number {
  let factor = 1
  let looked = performance.now()
  let used = process.cpuUsage()

  return () => {
    const seconds = (performance.now() - looked) / 1000
    if (seconds < sampleSeconds) return factor
    const { user, system } = process.cpuUsage(used)
    const share = (user + system) / 1e6 / seconds
    if (share > BUSY) factor = Math.min(factor * 2, MOST)
    if (share < IDLE) factor = Math.max(factor / 2, 1)
    looked = performance.now()
    used = process.cpuUsage()
    return factor
  }
}
