/** Names that may be taken for others: those of moderators, and those made of letters that look like another's. */
import type { Message } from './message.ts'

/** Answers how a text looks: texts that can be taken for one another have the same skeleton (UTS 39, section 4). */
export type Skeleton = (text: string) => string

export type Names = {
  /** Names that only moderators may speak under. */
  reserved: string[]
  skeleton: () => Promise<Skeleton>
}

/** Different names whose skeletons are remembered; then it begins anew. */
const MOST = 1000

export function openNames({ reserved = [], skeleton }: Partial<Names> = {}) {
  const known = new Map<string, string>()
  const reservations = new Map<string, boolean>()
  let asked: Promise<Skeleton> | undefined
  let reservedLooks: Set<string> | undefined

  /** Letters in other widths and styles are the same letters here (NFKC). */
  function lookOf(name: string, skeletonOf: Skeleton): string {
    const seen = known.get(name)
    if (seen !== undefined) return seen
    const look = skeletonOf(name.normalize('NFKC'))
    if (known.size >= MOST) known.clear()
    known.set(name, look)
    return look
  }

  /** Letters and digits alone, as they are and all small or large: in one of them what looks alike is the same. */
  function looksOf(name: string, skeletonOf: Skeleton): string[] {
    const bare = name.normalize('NFKC').replace(/[^\p{L}\p{M}\p{N}]+/gu, '')
    return [bare, bare.toLowerCase(), bare.toUpperCase()].map((text) => lookOf(text, skeletonOf))
  }

  return {
    /** Whether the name, or what can be taken for it, is for moderators. */
    async isReserved(name: string): Promise<boolean> {
      if (!skeleton || reserved.length === 0) return false
      const seen = reservations.get(name)
      if (seen !== undefined) return seen
      asked ??= skeleton()
      const skeletonOf = await asked
      reservedLooks ??= new Set(reserved.flatMap((name) => looksOf(name, skeletonOf)))
      const isReserved = looksOf(name, skeletonOf).some((look) => reservedLooks?.has(look))
      if (reservations.size >= MOST) reservations.clear()
      reservations.set(name, isReserved)
      return isReserved
    },

    /**
     * The name that this one imitates: who spoke first, of the `recent` messages, newest first, under a name that looks
     * the same, if that has other letters and is somebody else. Who takes the very same name is told apart by the mark.
     */
    async imitated(
      name: string,
      author: string | undefined,
      recent: Message[],
    ): Promise<string | undefined> {
      if (!skeleton) return undefined
      asked ??= skeleton()
      const skeletonOf = await asked
      const look = lookOf(name, skeletonOf)
      const first = recent.findLast(({ screenname }) => lookOf(screenname, skeletonOf) === look)
      if (!first || first.author === author || first.screenname === name) return undefined
      return first.screenname
    },
  }
}
