/** The form in which people say something. */
import { Html } from '@elysiajs/html'
import { Alert, ERRORS_TO_ALERT } from './alert.tsx'
import { messagesAddress, type Site } from './site.ts'

/** What is in the form, and the nonce that lets it through once. */
export type Draft = { screenname: string; value: string; nonce: string }

/** An empty form, for the same person where the name is known. */
export const freshDraft = (screenname = ''): Draft => ({
  screenname,
  value: '',
  nonce: crypto.randomUUID(),
})

/** `plain`: sent as any form is, so that the answer is a whole page. */
export function Composer({ site, room, draft, error, plain = false }: Form) {
  const address = messagesAddress(site, room)
  const htmx = {
    'hx-post': address,
    'hx-swap': 'outerHTML',
    'hx-disable': 'find button',
    ...ERRORS_TO_ALERT,
  }
  return (
    <form id="composer" method="post" action={address} {...(plain ? {} : htmx)}>
      <Nonce nonce={draft.nonce} />
      <label>
        Name{' '}
        <input
          id="screenname"
          name="screenname"
          value={attribute(draft.screenname)}
          autocomplete="nickname"
          dir="auto"
          required
        />
      </label>{' '}
      <label>
        Message{' '}
        <textarea id="value" name="value" rows="2" dir="auto" required safe>
          {`\n${draft.value}`}
        </textarea>
      </label>{' '}
      <button id="say" type="submit">
        Say
      </button>
      <Alert words={error} />
    </form>
  )
}

export function Nonce({ nonce }: { nonce: string }) {
  return <input id="nonce" type="hidden" name="nonce" value={attribute(nonce)} />
}

type Form = { site: Site; room: string; draft: Draft; error?: string; plain?: boolean }

/**
 * Attributes are only escaped for `"`, but what people wrote may look like a character reference, and htmx
 * rewrites `<hx-…` wherever it stands in an answer, in an attribute too.
 */
const attribute = (text: string) => Html.escapeHtml(text)
