/** A request that HTTP itself declines: a status, words for whoever asked, and headers that go with them. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    words: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(words)
  }
}
