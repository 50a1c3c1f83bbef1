/** Which form an answer takes: a suffix decides, without one `Accept` does. */
import Negotiator from 'negotiator'
import { Problem } from './problem.ts'

/** `page` and `fragment` are HTML, whole or bare. */
export type Form = 'page' | 'fragment' | 'json' | 'text'

/** What one address offers: the media types in order of preference, and the form of each. */
export type Offer = Record<string, Form>

export const MESSAGES: Offer = {
  'text/html': 'page',
  'application/json': 'json',
  'text/plain': 'text',
}
export const PAGE_OR_JSON: Offer = { 'text/html': 'page', 'application/json': 'json' }
export const JSON_OR_PAGE: Offer = { 'application/json': 'json', 'text/html': 'page' }

/** The suffix under which a form is always had: what links lead to. A page is led to by plain addresses. */
export const SUFFIX: Record<Form, string> = {
  page: '',
  fragment: '.html',
  json: '.json',
  text: '.txt',
}

const SUFFIXES: Record<string, Form> = { '.html': 'fragment', '.json': 'json', '.txt': 'text' }

/** The suffix of an address, or `''` where it has none that we know. */
export function suffixOf(path: string): string {
  return path.match(/\.(?:html|json|txt)$/)?.[0] ?? ''
}

/** The form asked for at an address that ends in `suffix`; a `Problem` 406 where nothing offered will do. */
export function formOf(request: Request, offer: Offer, suffix = ''): Form {
  return SUFFIXES[suffix] ?? negotiated(request, offer)
}

function negotiated({ headers }: Request, offer: Offer): Form {
  // Parameters such as charset narrow nothing down here; only the weight counts.
  const accept = (headers.get('accept') || '*/*').replace(/;(?!\s*q=)[^;,]*/gi, '')
  const types = Object.keys(offer)
  const type = new Negotiator({ headers: { accept } }).mediaType(types)
  if (!type) throw new Problem(406, `This address answers ${types.join(', ')}.`)
  const form = offer[type] as Form
  return form === 'page' && isHtmx(headers) ? 'fragment' : form
}

export const isHtmx = (headers: Request['headers']) => headers.get('hx-request') === 'true'

/** What caches must know of an answer that depended on more than its address. */
export const vary = (suffix: string): Record<string, string> =>
  suffix ? {} : { vary: 'Accept, HX-Request' }
