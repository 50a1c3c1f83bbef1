/** What Redis itself would lose. */
import type { Log } from '../../chat/store.ts'
import { openConnection, within } from './connection.ts'

const ASK_MS = 5000

/** Says once, where Redis tells of it, that it keeps what was answered in its memory alone. */
export async function warnOfLoss(url: string, log: Log): Promise<void> {
  const { connected, isDurable, close } = openConnection(url, () => {})
  try {
    await within(ASK_MS, async () => {
      await connected
      if (!(await isDurable()))
        log('redis without appendonly', { loses: 'all since its last snapshot' })
    })
  } catch {
    // It is not there, which is said where it is missed; or its user may not ask.
  }
  await close()
}
