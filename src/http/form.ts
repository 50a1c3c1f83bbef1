/** Which form an answer takes: a suffix decides, without one `Accept` does. */
import Negotiator from 'negotiator'
import { remembering } from './header.ts'
import { Problem } from './problem.ts'

/** `page` and `fragment` are HTML, whole or bare. */
export type Form = 'page' | 'fragment' | 'json' | 'text' | 'atom' | 'yaml' | 'events'

/** What one address offers: the form of each media type, and which type an `Accept` likes best, `''` for none. */
export type Offer = { forms: Record<string, Form>; liked: (accept: string) => string }

/** `forms` in order of preference. */
function offering(forms: Record<string, Form>): Offer {
  const liked = remembering((header) => {
    // Parameters such as charset narrow nothing down here; only the weight counts.
    const accept = header.replace(/;(?!\s*q=)[^;,]*/gi, '')
    return new Negotiator({ headers: { accept } }).mediaType(Object.keys(forms)) ?? ''
  })
  return { forms, liked }
}

export const MESSAGES = offering({
  'text/html': 'page',
  'application/json': 'json',
  'text/plain': 'text',
  'application/atom+xml': 'atom',
  'application/yaml': 'yaml',
  'text/event-stream': 'events',
})
export const PAGE_OR_JSON = offering({ 'text/html': 'page', 'application/json': 'json' })
export const JSON_OR_PAGE = offering({ 'application/json': 'json', 'text/html': 'page' })

/** The suffix under which a form is always had: what links lead to. A page is led to by plain addresses. */
export const SUFFIX: Record<Form, string> = {
  page: '',
  fragment: '.html',
  json: '.json',
  text: '.txt',
  atom: '.atom',
  yaml: '.yaml',
  events: '.events',
}

/** The media type of each. */
export const TYPES: Record<Form, string> = {
  page: 'text/html',
  fragment: 'text/html',
  json: 'application/json',
  text: 'text/plain',
  atom: 'application/atom+xml',
  yaml: 'application/yaml',
  events: 'text/event-stream',
}

const SUFFIXES: Record<string, Form> = {
  '.html': 'fragment',
  '.json': 'json',
  '.txt': 'text',
  '.atom': 'atom',
  '.yaml': 'yaml',
  '.events': 'events',
}

/** The form that a suffix decides on; undefined where `Accept` does. */
export const formWith = (suffix: string): Form | undefined => SUFFIXES[suffix]

/** The suffix of an address, or `''` where it has none that we know. */
export function suffixOf(path: string): string {
  return path.match(/\.(?:html|json|txt|atom|yaml|events)$/)?.[0] ?? ''
}

/** The form asked for at an address that ends in `suffix`; a `Problem` 406 where nothing offered will do. */
export function formOf(request: Request, offer: Offer, suffix = ''): Form {
  return SUFFIXES[suffix] ?? negotiated(request, offer)
}

function negotiated({ headers }: Request, { forms, liked }: Offer): Form {
  const form = forms[liked(headers.get('accept') || '*/*')]
  if (!form) {
    const types = Object.keys(forms).join(', ')
    throw new Problem(406, ({ problems }) => problems.notAcceptable(types))
  }
  return form === 'page' && isHtmx(headers) ? 'fragment' : form
}

export const isHtmx = (headers: Request['headers']) => headers.get('hx-request') === 'true'

/** What caches must know of an answer that depended on more than its address; what has a suffix is kept by none. */
export const vary = (suffix: string): Record<string, string> =>
  suffix ? {} : { vary: 'Accept, HX-Request, Accept-Language' }
