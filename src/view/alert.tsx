/** The place on a page where errors are told, and how htmx brings them there and nowhere else. */

const TO_ALERT = 'swap:innerHTML target:#errors'

/** For elements that ask by htmx: errors swap nothing by themselves, rules more exact than `4xx` do. */
export const ERRORS_TO_ALERT = {
  'hx-status:40x': TO_ALERT,
  'hx-status:41x': TO_ALERT,
  'hx-status:42x': TO_ALERT,
  'hx-status:50x': TO_ALERT,
}

export function Alert({ words }: { words?: string }) {
  return (
    <div id="errors" role="alert" data-lost="There is no connection. Please try again.">
      {words === undefined ? '' : <p safe>{words}</p>}
    </div>
  )
}
