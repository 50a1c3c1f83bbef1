/** What moderators do in a room, each by the mark of their session, which is written down with it. */
import { type Id, LAST_ID, type Message } from './message.ts'
import { FOR_GOOD, type Mute, type Recorded, type Rules } from './moderation.ts'
import { present, Refusal } from './refusal.ts'
import type { Act, Store } from './store.ts'
import { cleanNotice } from './text.ts'

export type Moderating = ReturnType<typeof openModerating>

/** Who is muted now, and some of what was done, the newest first; `older` is what more of that is before. */
export type Moderation = { rules?: Rules; mutes: Mute[]; records: Recorded[]; older?: Id }

export const SLOWEST_SECONDS = 60 * 60

const MINUTE = 60e6

export function openModerating(store: Store) {
  /** A message that stands, and who said it. */
  async function signed(room: string, id: Id): Promise<Message & { author: string }> {
    const message = present((await store.find(room, id)).found)
    const { author } = message
    if (!author) throw new Refusal({ reason: 'unsigned' })
    return { ...message, author }
  }

  return {
    /** Takes any message out of the room. */
    async remove(room: string, id: Id, by: string): Promise<void> {
      const { author } = present((await store.find(room, id)).found)
      const act: Act = { by, deed: { did: 'remove', about: id, ...(author && { author }) } }
      if (!(await store.remove(room, id, act))) throw new Refusal({ reason: 'missing' })
    },

    /** Takes out all that who said this message says in the room; answers how many messages went. */
    async sweep(room: string, id: Id, by: string): Promise<number> {
      const { author } = await signed(room, id)
      let count = 0
      let act: Act | undefined = { by, deed: { did: 'sweep', author } }
      for (let before: Id | undefined = LAST_ID; before !== undefined; act = undefined) {
        const swept: { removed: number; next?: Id } = await store.sweep(room, author, before, act)
        count += swept.removed
        before = swept.next
      }
      return count
    },

    /** Keeps who said this message from speaking in the room for so many minutes, or for good. */
    async mute(room: string, id: Id, minutes: number | undefined, by: string): Promise<void> {
      const { author, screenname } = await signed(room, id)
      const microseconds = minutes === undefined ? FOR_GOOD : minutes * MINUTE
      const deed = { did: 'mute', author, ...(minutes && { minutes }) } as const
      await store.mute(room, { author, screenname, said: id }, microseconds, { by, deed })
    },

    /** Lets an author speak again; refused where nobody of theirs is muted. */
    async unmute(room: string, author: string, by: string): Promise<void> {
      const { mutes } = await store.moderation(room)
      if (!mutes.some((mute) => mute.author === author)) throw new Refusal({ reason: 'unmuted' })
      await store.mute(room, { author, screenname: '' }, 0, { by, deed: { did: 'unmute', author } })
    },

    /** Empties the room; all who have it open are told. */
    clear: (room: string, by: string) => store.clear(room, { by, deed: { did: 'clear' } }),

    /** Sets what holds in the room; answers it as it is kept. */
    async rule(room: string, { notice, ...rest }: Rules, by: string): Promise<Rules> {
      const rules = { ...rest, notice: cleanNotice(notice) }
      const deed = { did: 'rule', ...rest, hasNotice: rules.notice !== '' } as const
      await store.rule(room, rules, { by, deed })
      return rules
    },

    /** What holds, who is muted, and what was done before this time, so many deeds at the most. */
    async look(room: string, before: Id, limit: number): Promise<Moderation> {
      const [{ rules, now }, { mutes, records }] = await Promise.all([
        store.read(room, { after: LAST_ID - 1, limit: 1 }),
        store.moderation(room),
      ])
      const earlier = records.filter(({ at }) => at < before)
      const shown = earlier.slice(0, limit)
      return {
        rules,
        mutes: mutes.filter(({ until }) => until > now),
        records: shown,
        ...(earlier.length > limit && { older: shown.at(-1)?.at }),
      }
    },

    /** One try of a few a minute to prove oneself; a `Refusal` where none is left. */
    async attempt(who: string, perMinute: number): Promise<void> {
      const held = await store.attempt(who, { most: perMinute, seconds: 60 })
      if (held)
        throw new Refusal({
          reason: 'often',
          wait: Math.ceil(held.wait / 1e6),
          most: perMinute,
        })
    },

    /** It was the right one. */
    forgive: (who: string) => store.forgive(who),

    /** Ends a session for good that would last for so many seconds. */
    end: (session: string, seconds: number) => store.end(session, seconds),

    hasEnded: (session: string) => store.hasEnded(session),
  }
}
