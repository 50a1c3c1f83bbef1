/**
 * Which of the servers on one store delivers to webhooks: one at a time, by a lease. Where there are no webhooks, all
 * that is done is to look now and then whether there are.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '../chat/store.ts'
import { noteOf, progressOf, type Webhook, webhooksOf } from '../chat/webhooks.ts'
import type { Means } from './delivery.ts'

/** So often it is looked which webhooks there are, and the lease is renewed. */
const LOOK_MS = 2000
/** A server that dies is followed by another so much later. */
const LEASE_SECONDS = 6
/** So long an answer is awaited that is under way when this server shall end. */
const GRACE_MS = 1000

type Running = { ending: AbortController; cutting: AbortController; done: Promise<void> }

export type Settings = Pick<
  Means,
  'chat' | 'log' | 'networks' | 'pauses' | 'deadlineMs' | 'resolve'
> & {
  lookMs?: number
  leaseSeconds?: number
}

/** Delivers from now on, whenever this server leads. */
export function deliverWebhooks(
  store: Store,
  { lookMs = LOOK_MS, leaseSeconds = LEASE_SECONDS, ...settings }: Settings,
) {
  const server = crypto.randomUUID()
  const running = new Map<string, Running>()
  const { log } = settings
  let leadsUntil = Number.NEGATIVE_INFINITY
  let isPaused = false

  /** Leads on, and keeps notes; false where another server leads. */
  async function lead(notes: Record<string, string> = {}): Promise<boolean> {
    const asked = performance.now()
    const leads = await store.lead(server, leaseSeconds, notes)
    leadsUntil = leads ? asked + leaseSeconds * 1000 : Number.NEGATIVE_INFINITY
    return leads
  }

  const means: Means = {
    ...settings,
    leads: () => performance.now() < leadsUntil,
    // Where another server leads, this one's deliveries are ended with the next look.
    note: async ({ id }, progress) => void (await lead({ [id]: noteOf(progress) })),
  }

  async function start(webhook: Webhook, progress = { after: webhook.after }): Promise<Running> {
    // Most servers need none of it.
    const { deliver } = await import('./delivery.ts')
    const [ending, cutting] = [new AbortController(), new AbortController()]
    const end = { ending: ending.signal, cutting: cutting.signal }
    return { ending, cutting, done: deliver(means, webhook, progress, end) }
  }

  function end(id: string): Promise<void> {
    const { ending, cutting, done } = running.get(id) as Running
    running.delete(id)
    ending.abort()
    setTimeout(() => cutting.abort(), GRACE_MS).unref()
    return done
  }

  const endAll = () => Promise.all([...running.keys()].map(end))

  async function look(): Promise<void> {
    const webhooks = await webhooksOf(store)
    if (webhooks.length === 0 && running.size === 0) return
    if (!(await lead())) return void endAll()
    const known = new Set(webhooks.map(({ id }) => id))
    for (const id of running.keys()) if (!known.has(id)) end(id)
    const progress = await progressOf(store)
    const gone = [...progress.keys()].filter((id) => !known.has(id))
    if (gone.length > 0) await lead(Object.fromEntries(gone.map((id) => [id, ''])))
    for (const webhook of webhooks)
      if (!running.has(webhook.id))
        running.set(webhook.id, await start(webhook, progress.get(webhook.id)))
  }

  const stopping = new AbortController()

  async function lookOn(): Promise<void> {
    const { signal } = stopping
    while (!signal.aborted) {
      await sleep(lookMs, undefined, { signal }).catch(() => {})
      if (signal.aborted) return
      try {
        await look()
        isPaused = false
      } catch (error) {
        if (!isPaused) log('webhooks paused', { error })
        isPaused = true
      }
    }
  }

  const looking = lookOn()

  return {
    /** Ends within about a second, and lets another server go on. */
    async stop(): Promise<void> {
      stopping.abort()
      await looking
      if (running.size === 0) return
      await endAll()
      await store.lead(server, 0).catch(() => {})
    },
  }
}
