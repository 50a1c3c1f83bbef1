/** What came to a room, told to one webhook: in order, each thing until it is taken. */
import type { BlockList } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Chat } from '../chat/chat.ts'
import type { Log } from '../chat/store.ts'
import type { Failing, Progress, Webhook } from '../chat/webhooks.ts'
import { addressesOf, Refused, type Resolve } from './addresses.ts'
import { type Event, nextEvent } from './events.ts'
import { post, signed } from './post.ts'

/** Seconds between tries, as Standard Webhooks recommends; after the last it is given up, some three days on. */
const PAUSES = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
/** Pauses are up to so much longer, so that not all that failed at a time is tried again at a time. */
const JITTER = 0.2
const LONGEST_PAUSE = 86_400
const DEADLINE_MS = 15_000
const LONGEST_REASON = 200
/** Where the store fails, it is asked again so soon. */
const STORE_MS = 1000

export type Means = {
  chat: Pick<Chat, 'entries'>
  log: Log
  /** Networks that webhooks may lead to though they are not public. */
  networks: BlockList
  /** Whether this server is the one that delivers. */
  leads: () => boolean
  /** Keeps how far a webhook has got; resolves when that is kept. */
  note: (webhook: Webhook, progress: Progress) => Promise<void>
  /** For trying it. */
  pauses?: number[]
  deadlineMs?: number
  resolve?: Resolve
}

/** When nothing more shall be begun, and when what was begun shall not be waited for. */
export type End = { ending: AbortSignal; cutting: AbortSignal }

/** Delivers until the end, or until the webhook is given up; never rejects. */
export async function deliver(
  means: Means,
  webhook: Webhook,
  begun: Progress,
  { ending, cutting }: End,
): Promise<void> {
  const { chat, log, networks, leads, pauses = PAUSES, deadlineMs = DEADLINE_MS, resolve } = means
  const url = new URL(webhook.url)
  // The rest of the address may hold a secret.
  const particulars = { room: webhook.room, origin: url.origin }
  let progress = begun
  let isPaused = false

  const wait = (ms: number) => sleep(ms, undefined, { signal: ending }).catch(() => {})

  /** Does one thing on the store, as often as it takes; undefined where the end came first. */
  async function surely<T>(step: () => Promise<T>): Promise<T | undefined> {
    while (!ending.aborted)
      try {
        const done = await step()
        isPaused = false
        return done
      } catch (error) {
        if (!isPaused) log('webhook paused', { ...particulars, error })
        isPaused = true
        await wait(STORE_MS)
      }
    return undefined
  }

  async function noted(next: Progress): Promise<void> {
    progress = next
    // What was taken is noted though the end came meanwhile, if the store can.
    if (ending.aborted) await means.note(webhook, next).catch(() => {})
    else await surely(() => means.note(webhook, next))
  }

  /** Tries once; answers what went wrong, if anything did. */
  async function attempt(event: Event) {
    const signal = AbortSignal.any([cutting, AbortSignal.timeout(deadlineMs)])
    try {
      const addresses = await Promise.race([addressesOf(url, networks, resolve), aborted(signal)])
      const headers = signed(webhook.secret, event, Math.floor(Date.now() / 1000))
      const { status, retryAfter } = await post(url, addresses, headers, event.body, signal)
      if (status >= 200 && status < 300) return undefined
      return { why: answered(status), retryAfter, isGone: status === 410 }
    } catch (error) {
      return { why: reasonOf(error, signal, deadlineMs) }
    }
  }

  /** Tells it, or notes that it failed. */
  async function tell(event: Event): Promise<void> {
    const failed = await attempt(event)
    const { after, failing } = progress
    if (!failed) {
      if (failing) log('webhook works again', particulars)
      return noted({ after: event.after })
    }
    // It was cut off by us.
    if (cutting.aborted) return
    const next = failingSince(failing, failed, pauses)
    if (!next.next) log('webhook given up', { ...particulars, tries: next.tries, why: next.why })
    else if (!failing) log('webhook failing', { ...particulars, why: next.why })
    await noted({ after, failing: next })
  }

  while (!ending.aborted) {
    const { after, failing } = progress
    if (failing && !failing.next) return
    if (failing?.next) await wait(failing.next - Date.now())
    // Until it is known which server delivers.
    while (!leads() && !ending.aborted) await wait(STORE_MS)
    // One at a time: what is corrected or removed meanwhile comes as it stands, or not at all.
    const stretch = await surely(() => chat.entries(webhook.room, after, 1, ending))
    if (!stretch || ending.aborted) return
    const event = nextEvent(webhook.room, after, stretch)
    if (event) await tell(event)
    else await noted({ ...progress, after: stretch.cursor })
  }
}

function failingSince(
  before: Failing | undefined,
  { why, retryAfter = 0, isGone }: { why: string; retryAfter?: number; isGone?: boolean },
  pauses: number[],
): Failing {
  const now = Date.now()
  const tries = (before?.tries ?? 0) + 1
  const failing = { since: before?.since ?? now, tries, why }
  const pause = pauses[tries - 1]
  if (isGone || pause === undefined) return failing
  const seconds = Math.max(
    pause * (1 + JITTER * Math.random()),
    Math.min(retryAfter, LONGEST_PAUSE),
  )
  return { ...failing, next: Math.ceil(now + seconds * 1000) }
}

function answered(status: number): string {
  const isRedirect = status >= 300 && status < 400
  return `answered ${status}${isRedirect ? ', and redirects are not followed' : ''}`
}

/** What an error tells may be the receiver's words, its certificate's for example: it is kept to a line. */
function reasonOf(error: unknown, signal: AbortSignal, deadlineMs: number): string {
  if (signal.aborted) return `did not answer in ${deadlineMs / 1000} seconds`
  if (error instanceof Refused) return error.message
  const told = (error as Error).message.replace(/\p{C}+/gu, ' ').slice(0, LONGEST_REASON)
  return `could not be reached: ${told}`
}

/** Rejects at the signal. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  )
}
