/** What headers of requests mean. */

/** Different values that are remembered; then it begins anew. */
const MOST = 500

/** Reads each value once: browsers send few different ones, and reading one costs more than all else of a poll. */
export function remembering<Meaning>(read: (value: string) => Meaning): (value: string) => Meaning {
  const known = new Map<string, Meaning>()
  return (value) => {
    let meaning = known.get(value)
    if (meaning === undefined) {
      meaning = read(value)
      if (known.size >= MOST) known.clear()
      known.set(value, meaning)
    }
    return meaning
  }
}
