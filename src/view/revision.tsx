/** The forms by which an author corrects or removes a message, on its own page or in its place in the log. */
import type { Children } from '@kitajs/html'
import type { Message } from '../chat/message.ts'
import { errorsTo, Told } from './alert.tsx'
import { Left } from './left.tsx'
import { messageAddress, type Site } from './site.ts'
import type { Words } from './words/en.ts'

type Change = {
  site: Site
  words: Words
  room: string
  message: Message
  /** By which both forms show that they are ours. */
  nonce: string
}

/** `told`: why it was refused. `autofocus`: whether writing can begin at once. `children`: a way back. */
export function Changing({
  site,
  words,
  room,
  message,
  nonce,
  value,
  told,
  autofocus = false,
  children,
}: Change & { value?: string; told?: string; autofocus?: boolean; children?: Children }) {
  const address = messageAddress(site, room, message.id)
  const place = `told-${message.id}`
  const left = `left-${message.id}`
  return (
    <>
      <form
        class="revision"
        method="post"
        action={`${address}/revision`}
        {...inPlace(`${address}/revision`, place)}
      >
        <input type="hidden" name="nonce" value={nonce} />
        <label>
          <span safe>{words.revise}</span>{' '}
          <textarea
            name="value"
            rows="1"
            dir="auto"
            enterkeyhint="send"
            aria-describedby={left}
            required
            autofocus={autofocus}
            safe
          >
            {`\n${value ?? message.value}`}
          </textarea>
        </label>{' '}
        <Left id={left} site={site} words={words} />
        <button type="submit" safe>
          {words.save}
        </button>
      </form>
      {children as 'safe'}
      <form
        class="removal"
        method="post"
        action={`${address}/removal`}
        {...inPlace(`${address}/removal`, place)}
      >
        <input type="hidden" name="nonce" value={nonce} />
        <button type="submit" safe>
          {words.remove}
        </button>
      </form>
      <div id={place} class="told" role="alert">
        <Told told={told} />
      </div>
    </>
  )
}

const inPlace = (address: string, place: string) => ({
  'hx-post': address,
  'hx-swap': 'none',
  'hx-disable': 'find button',
  ...errorsTo(`#${place}`),
})

/** The same in the log, with a way back. */
export function ChangingFragment(change: Change) {
  const { site, words, room, message } = change
  return (
    <div class="own">
      <Changing {...change} autofocus>
        <a
          class="cancel"
          href={messageAddress(site, room, message.id)}
          hx-get={`${messageAddress(site, room, message.id)}.html`}
          hx-target="closest .chat"
          hx-swap="outerHTML"
          {...errorsTo(`#told-${message.id}`)}
          safe
        >
          {words.cancel}
        </a>
      </Changing>
    </div>
  )
}
