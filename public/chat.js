// What a page does beyond htmx. Without it the page works all the same, by links and forms. It is served as one small
// script (src/http/assets.ts).
import { arrange } from './conversation.js'
import { moment } from './page.js'
import './place.js'
import './polling.js'
import './writing.js'

arrange()
for (const time of document.querySelectorAll('#rooms time'))
  time.textContent = moment.format(new Date(time.dateTime))
