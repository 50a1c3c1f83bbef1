/** The languages that the interface speaks, and which of them a reader would like best. */
import Negotiator from 'negotiator'
import { ar } from './ar.ts'
import { de } from './de.ts'
import { en, type Words } from './en.ts'
import { es } from './es.ts'

const LANGUAGES: Record<string, Words> = { en, de, es, ar }

/** The words for an `Accept-Language` (RFC 9110, 12.5.4); English where it names none that is spoken here. */
export function wordsFor(acceptLanguage: string | null): Words {
  if (!acceptLanguage) return en
  const headers = { 'accept-language': acceptLanguage }
  const language = new Negotiator({ headers }).language(Object.keys(LANGUAGES))
  return LANGUAGES[language ?? ''] ?? en
}
