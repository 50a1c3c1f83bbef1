/** A person's browser as a server knows it: it asks in some form, and keeps the cookie it is given. */

export type Ask = (path: string, init?: RequestInit) => Response | Promise<Response>

/** Who asks, told by headers. */
export const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
export const HTMX = { accept: 'text/html', 'hx-request': 'true' }
export const SCRIPT = { accept: 'application/json' }

/** A browser that was never here; `visitor.cookie()` is what it keeps now, of several cookies all. */
export function openVisitor(ask: Ask, brought = '') {
  const kept = new Map(brought ? [[nameOf(brought), brought]] : [])
  const cookies = () => [...kept.values()].join('; ')
  const visitor = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers({ ...BROWSER, ...(init.headers as Record<string, string>) })
    if (kept.size > 0) headers.set('cookie', cookies())
    const answer = await ask(path, { ...init, headers })
    for (const given of answer.headers.getSetCookie())
      kept.set(nameOf(given), given.replace(/;.*/s, ''))
    return answer
  }
  const post = (path: string, fields: Record<string, string>, headers = {}) =>
    visitor(path, {
      method: 'POST',
      headers,
      body: new URLSearchParams(fields),
    })
  return Object.assign(visitor, {
    cookie: cookies,
    post,
    /** Says something and answers the message as JSON has it. */
    say: async (room: string, value: string, screenname = 'tester'): Promise<Message> =>
      (await post(`/rooms/${room}/messages`, { screenname, value }, SCRIPT)).json(),
  })
}

const nameOf = (cookie: string) => cookie.replace(/=.*/s, '')

type Message = { id: string; screenname: string; value: string; mark: string; created: string }
