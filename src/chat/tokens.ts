/** Tokens by which programs speak. Each is shown once; what is kept of it is a hash, from which nobody gets it back. */
import { newSecret, type Registry, type Store } from './store.ts'

/** For so long a token is taken for good, and a wrong one for wrong, before the store is asked again. */
const GOOD_MS = 1000
const WRONG_MS = 100

export type Tokens = ReturnType<typeof openTokens>

/** The tokens of one kind; each belongs to a name. */
export function openTokens(store: Store, kind: Registry) {
  let known: Promise<Map<string, string>> | undefined
  let asked = Number.NEGATIVE_INFINITY

  /** What was read so many milliseconds ago at the most; all who ask meanwhile wait for the same answer. */
  function namesByHash(ms: number): Promise<Map<string, string>> {
    if (known && performance.now() - asked < ms) return known
    asked = performance.now()
    known = store
      .registered(kind)
      .then((registered) => new Map([...registered].map(([name, hash]) => [hash, name])))
    // A store that could not be reached is asked again.
    known.catch(() => {
      known = undefined
    })
    return known
  }

  return {
    /** A new token for a name; undefined where the name has one. */
    async add(name: string): Promise<string | undefined> {
      const token = newSecret()
      return (await store.register(kind, name, hashOf(token))) ? token : undefined
    },

    /** Withdraws the token of a name; false where it has none. */
    remove: (name: string) => store.unregister(kind, name),

    /** Those that have a token, by name. */
    names: async () => [...(await store.registered(kind)).keys()].sort(),

    /** The name that a token belongs to. */
    async nameOf(token: string): Promise<string | undefined> {
      const hash = hashOf(token)
      return (await namesByHash(GOOD_MS)).get(hash) ?? (await namesByHash(WRONG_MS)).get(hash)
    },
  }
}

const hashOf = (token: string) => new Bun.CryptoHasher('sha256').update(token).digest('base64url')
