/** How long a reader should wait from poll to poll. */

const MINUTE = 60
const LONGEST_SECONDS = 60

export type Interval = ReturnType<typeof openInterval>

/**
 * The setting, longer where nobody misses anything by it or where this process has too much to do: a room in which
 * nothing was said or changed for ten minutes is asked half as often, after an hour a third as often; and all are asked
 * so many times less often as `load` says. Never more than a minute, unless the setting is.
 */
export function openInterval(pollSeconds: number, load: () => number) {
  const longest = Math.max(pollSeconds, LONGEST_SECONDS)
  return {
    /** In whole seconds; `quietSeconds` is the age of what came last, 0 where nothing was said yet. */
    secondsFor: (quietSeconds: number): number =>
      Math.min(pollSeconds * quietFactor(quietSeconds) * load(), longest),
  }
}

function quietFactor(seconds: number): number {
  if (seconds < 10 * MINUTE) return 1
  return seconds < 60 * MINUTE ? 2 : 3
}
