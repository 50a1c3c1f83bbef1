/**
 * What scripts get as JSON, as YAML 1.2 that parsers of 1.1 read alike: every text is quoted, so that none is taken for a
 * number, a time or a truth.
 */
import { stringify } from 'yaml'

/** Text that no YAML may hold as it is (YAML 1.2.2, section 5.1), of what messages may. */
const NOT_PRINTABLE = /[\ufffe\uffff]/g

export const yamlOf = (shape: object): string =>
  stringify(shape, {
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    lineWidth: 0,
  }).replace(NOT_PRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16)}`)
