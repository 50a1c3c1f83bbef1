/** A moderator as a server knows one: a browser that signed in, or a script that brings the key. */
import { type Ask, openVisitor, SCRIPT } from './visitor.ts'

export const KEY = 'correct horse battery staple'

/** What a script says to be a moderator's. */
export const BEARER = { ...SCRIPT, authorization: `Bearer ${KEY}` }

/** A script with the key: `post` sends a form, `get` answers JSON. */
export function openScript(ask: Ask) {
  return {
    post: (path: string, fields: Record<string, string> = {}) =>
      ask(path, { method: 'POST', headers: BEARER, body: new URLSearchParams(fields) }),
    get: async (path: string) => (await ask(path, { headers: BEARER })).json(),
  }
}

/** A browser that signed in as moderator. */
export async function openModerator(ask: Ask) {
  const moderator = openVisitor(ask)
  const answer = await moderator.post('/moderator', { key: KEY })
  if (answer.status !== 303) throw new Error(`not signed in: ${answer.status}`)
  return moderator
}
