/** The form in which people say something. */
import { Html } from '@elysiajs/html'
import { messagesAddress, type Site } from './site.ts'

/** What is in the form, and the nonce that lets it through once. */
export type Draft = { screenname: string; value: string; nonce: string }

/** An empty form, for the same person where the name is known. */
export const freshDraft = (screenname = ''): Draft => ({
  screenname,
  value: '',
  nonce: crypto.randomUUID(),
})

// Errors come into their own place; htmx swaps them only where a rule more exact than '4xx' says so.
const TO_ERRORS = 'swap:innerHTML target:#errors'
const ERRORS = {
  'hx-status:40x': TO_ERRORS,
  'hx-status:41x': TO_ERRORS,
  'hx-status:42x': TO_ERRORS,
  'hx-status:50x': TO_ERRORS,
}

export function Composer({ site, room, draft, error }: Form) {
  const address = messagesAddress(site, room)
  return (
    <form
      id="composer"
      method="post"
      action={address}
      hx-post={address}
      hx-swap="outerHTML"
      hx-disable="find button"
      {...ERRORS}
    >
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
      <div
        id="errors"
        role="alert"
        data-lost="Not sent: there is no connection. Your text is still here."
      >
        {error === undefined ? '' : <p safe>{error}</p>}
      </div>
    </form>
  )
}

export function Nonce({ nonce }: { nonce: string }) {
  return <input id="nonce" type="hidden" name="nonce" value={attribute(nonce)} />
}

type Form = { site: Site; room: string; draft: Draft; error?: string }

/**
 * Attributes are only escaped for `"`, but what people wrote may look like a character reference, and htmx
 * rewrites `<hx-…` wherever it stands in an answer, in an attribute too.
 */
const attribute = (text: string) => Html.escapeHtml(text)
