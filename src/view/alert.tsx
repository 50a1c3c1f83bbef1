/** The place on a page where errors are told, and how htmx brings them there and nowhere else. */
import type { Words } from './words/en.ts'

/** For elements that ask by htmx: errors swap nothing by themselves, rules more exact than `4xx` do. */
export function errorsTo(place: string) {
  const rule = `swap:innerHTML target:${place}`
  return {
    'hx-status:40x': rule,
    'hx-status:41x': rule,
    'hx-status:42x': rule,
    'hx-status:50x': rule,
  }
}

export const ERRORS_TO_ALERT = errorsTo('#errors')

/** `data-unsent`, `data-lost`: what the page's script says where a post, or anything else, got no answer. */
export function Alert({ words, told }: { words: Words; told?: string }) {
  return (
    <div id="errors" role="alert" data-unsent={words.notSent} data-lost={words.noAnswer}>
      <Told told={told} />
    </div>
  )
}

/** What is told there, where there is something to tell. */
export const Told = ({ told }: { told?: string }) => (told === undefined ? '' : <p safe>{told}</p>)
