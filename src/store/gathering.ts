/** Group commit: what comes while one step is under way goes together in the next. */

type Waiting<Item, Outcome> = {
  item: Item
  resolve: (outcome: Outcome) => void
  reject: (error: unknown) => void
}

/**
 * Answers how an item is added to those of its `place`. `commit` takes up to `most` of one place at a time, and answers an
 * outcome for each. What waits behind a step that failed fails with it: nobody waits for longer than one step may take.
 */
export function gathering<Item, Outcome>(
  most: number,
  commit: (place: string, items: Item[]) => Promise<Outcome[]>,
): (place: string, item: Item) => Promise<Outcome> {
  const places = new Map<string, Waiting<Item, Outcome>[]>()

  async function run(place: string, waiting: Waiting<Item, Outcome>[]) {
    // All that came with one reading of the sockets is here then.
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length > 0) {
      const batch = waiting.splice(0, most)
      try {
        const outcomes = await commit(
          place,
          batch.map(({ item }) => item),
        )
        for (const [i, { resolve }] of batch.entries()) resolve(outcomes[i] as Outcome)
      } catch (error) {
        for (const { reject } of [...batch, ...waiting.splice(0)]) reject(error)
      }
    }
    places.delete(place)
  }

  return (place, item) =>
    new Promise((resolve, reject) => {
      const waiting = places.get(place)
      const one = { item, resolve, reject }
      if (waiting) waiting.push(one)
      else {
        const begun = [one]
        places.set(place, begun)
        run(place, begun)
      }
    })
}
