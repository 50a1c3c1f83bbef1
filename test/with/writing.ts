/** Messages that are said while something breaks, and what is left of them afterwards. */

/** People who talk until they are stopped, at the address of a room's messages; what is `answered` was said. */
export function startWriting(address: string) {
  const answered: { id: string; at: number }[] = []
  let isOver = false
  const write = async (writer: number) => {
    for (let i = 0; !isOver; i++) {
      const body = new URLSearchParams({ screenname: 'tester', value: `${writer} ${i}` })
      const answer = await fetch(address, { method: 'POST', body }).catch(() => undefined)
      if (answer?.status !== 201) continue
      answered.push({ id: ((await answer.json()) as { id: string }).id, at: performance.now() })
    }
  }
  const writing = Promise.all([1, 2, 3, 4].map(write))
  return {
    answered,
    stop: async () => {
      isOver = true
      await writing
    },
  }
}

/** The ids of all that a room holds, by the same address. */
export async function foundAt(address: string): Promise<Set<string>> {
  const found = new Set<string>()
  for (let cursor = '0', more = true; more; ) {
    const page = (await (await fetch(`${address}?after=${cursor}&limit=200`)).json()) as {
      messages: { id: string }[]
      cursor: string
      more: boolean
    }
    for (const { id } of page.messages) found.add(id)
    cursor = page.cursor
    more = page.more
  }
  return found
}
