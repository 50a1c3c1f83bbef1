/** How many characters are left, filled by the page's script when they are few. */
import type { Site } from './site.ts'
import type { Words } from './words/en.ts'

export const Left = ({ id, site, words }: { id: string; site: Site; words: Words }) => (
  <p id={id} class="left" data-most={site.messageLength} data-left={words.left} />
)
