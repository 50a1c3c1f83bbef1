/**
 * The poll that finds nothing, which nearly all are: decided from the address alone and from what the process knows, for
 * reading a header or asking the store would cost several times as much as all of it.
 */
import type { Pulse } from '../view/log.tsx'
import { nothingNew } from './answer.ts'
import type { Parts } from './parts.ts'
import { isSame, pulseOf } from './pulse.ts'

/** As our own poller writes it; whatever is written in another way is read as any other question is. */
const POLL =
  /^[^?]*\?after=(0|[1-9][0-9]{0,15})(?:&every=([1-9][0-9]{0,2})&here=(0|[1-9][0-9]{0,5}))?$/

/** The answer, where nothing is new; else, where the poll was counted, what its page is to be told. */
export function polled(
  parts: Parts,
  { url }: Request,
  room: string,
): { empty?: Response; pulse?: Pulse } {
  const { chat, metrics } = parts
  const [, after, every, here] = POLL.exec(url) ?? []
  if (after === undefined || !chat.isEnd(room, Number(after))) return {}
  const told = every === undefined ? undefined : { every: Number(every), here: Number(here) }
  const pulse = pulseOf(parts, room, told)
  if (!isSame(pulse, told)) return { pulse }
  metrics.emptyPolls.inc()
  metrics.reads.inc()
  return { empty: nothingNew() }
}
