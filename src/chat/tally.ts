/** Counts a room's open pages from their polls, which name nobody. */

/**
 * A poll says that one page is open until its next, `every` seconds on. Counted is how many were open on average
 * in a slot of time: each poll adds as much of every slot as it covers, so a page adds up to one whatever its
 * `every`, a poll that comes a little late or early is rounded away, and nothing flickers when it falls across an
 * edge. The last slot that is over is known; the present one still fills, and counts where it already holds more.
 * So a page is counted two slots after its first poll at the latest, and no more two slots after its last ran out.
 *
 * Times are seconds of one clock that never goes back.
 */
export class Tally {
  /** When the last of the polls says no more. */
  end = 0
  readonly #seconds: number
  #slot: number
  /** The pages of the slot before this one. */
  #before = 0
  /** By how much a slot's pages differ from the slot before it, for the present slot and those to come. */
  readonly #changes = new Map<number, number>()

  constructor(slotSeconds: number, now: number) {
    this.#seconds = slotSeconds
    this.#slot = Math.floor(now / slotSeconds)
  }

  poll(now: number, every: number): void {
    this.#goTo(now)
    this.#change(now, 1)
    this.#change(now + every, -1)
    this.end = Math.max(this.end, now + every)
  }

  /** How many pages are open; at least one as long as any poll says so. */
  pages(now: number): number {
    this.#goTo(now)
    const present = this.#before + (this.#changes.get(this.#slot) ?? 0)
    return Math.max(now < this.end ? 1 : 0, Math.round(Math.max(this.#before, present)))
  }

  /** From `at` on there are so many pages more: for a part of that slot, and for all of those after it. */
  #change(at: number, pages: number): void {
    const slot = Math.floor(at / this.#seconds)
    const gone = at / this.#seconds - slot
    this.#changes.set(slot, (this.#changes.get(slot) ?? 0) + pages * (1 - gone))
    this.#changes.set(slot + 1, (this.#changes.get(slot + 1) ?? 0) + pages * gone)
  }

  #goTo(now: number): void {
    for (const present = Math.floor(now / this.#seconds); this.#slot < present; this.#slot++) {
      this.#before += this.#changes.get(this.#slot) ?? 0
      this.#changes.delete(this.#slot)
    }
  }
}
