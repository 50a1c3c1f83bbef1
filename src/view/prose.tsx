/** What people write, as HTML: addresses become links, `…` is code, and `/me` an action; all else stays text. */
import { Html } from '@elysiajs/html'
import { LinkifyIt, REBuilder } from 'linkify-it'

const ME = '/me '
const SHOWN_LENGTH = 40

/**
 * No word longer than this is searched for addresses: beyond 3,500 characters, linkify-it's pattern for a path
 * outgrows what Bun compiles it for, and takes a hundred times as long.
 */
const WORD_LENGTH = 2048

/** Between single backticks on one line; split by it, every other part is code. */
const CODE = /(?<!`)`([^`\n]+)`(?!`)/
/** What no address holds; linkify-it would take `<` within brackets and quotes. */
const BETWEEN = /([\s<>]+)/
/** linkify-it leaves off what else ends a sentence. The look behind keeps a long run from being read over and over. */
const TRAILING = /(?<![:*_~.,!?])[:*_~.,!?]+$/

/**
 * linkify-it reads a host's label that begins with `xn--` in two ways, and where no address comes of it tries
 * both for each of eleven labels: 2,048 times. The second alone takes every label there can be.
 */
class OneReading extends REBuilder {
  override get_domain(): RegExp {
    const letter = this.get_pseudo_letter().source
    this.cache.src_domain ??= new RegExp(`(?:${letter}(?:(?:-|${letter}){0,61}${letter})?)`)
    return this.cache.src_domain
  }
}

const linkify = new LinkifyIt({
  fuzzyLink: false,
  fuzzyEmail: false,
  rebuilder: new OneReading(),
})
for (const schema of ['ftp:', 'mailto:', '//']) linkify.add(schema, null)

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Whether this says what its author does, as in `/me waves`. */
export const isAction = (value: string): boolean =>
  value.startsWith(ME) && value.trim().length > ME.length

export function Prose({ value }: { value: string }) {
  return (
    <span class="text" dir="auto">
      {isAction(value) ? (
        <em>
          <Marked text={value.slice(ME.length)} />
        </em>
      ) : (
        <Marked text={value} />
      )}
    </span>
  )
}

function Marked({ text }: { text: string }) {
  return (
    <>
      {text
        .split(CODE)
        .map((part, i) => (i % 2 === 1 ? <code safe>{part}</code> : <Linked text={part} />))}
    </>
  )
}

function Linked({ text }: { text: string }) {
  if (!text.includes('://')) return <Lines text={text} />
  return (
    <>
      {text
        .split(BETWEEN)
        .map((word) =>
          word.includes('://') && word.length <= WORD_LENGTH ? (
            <Word word={word} />
          ) : (
            <Lines text={word} />
          ),
        )}
    </>
  )
}

function Word({ word }: { word: string }) {
  const parts: JSX.Element[] = []
  let end = 0
  for (const { index, raw } of linkify.match(word) ?? []) {
    const url = raw.replace(TRAILING, '')
    if (!isWeb(url)) continue
    parts.push(<Lines text={word.slice(end, index)} />, <Link url={url} />)
    end = index + url.length
  }
  return (
    <>
      {parts}
      <Lines text={word.slice(end)} />
    </>
  )
}

const isWeb = (url: string) => /^https?:$/.test(URL.parse(url)?.protocol ?? '')

/** kitajs escapes only `"` in attributes, and htmx rewrites `<hx-…` in them, too. */
function Link({ url }: { url: string }) {
  return (
    <a href={Html.escapeHtml(url)} rel="nofollow ugc noopener" safe>
      {shortened(url)}
    </a>
  )
}

/** What most addresses begin with tells nothing; `http://` does. */
function shortened(url: string): string {
  const told = url.replace(/^https:\/\//i, '')
  if (told.length <= SHOWN_LENGTH) return told
  const seen = [...graphemes.segment(told)]
  if (seen.length <= SHOWN_LENGTH) return told
  // The sign stays with what it goes on.
  return `${told.slice(0, seen[SHOWN_LENGTH - 1]?.index)}\u2060…`
}

/** Lines break by `<br>` where there is no stylesheet; ours hides it and keeps the text's own breaks. */
function Lines({ text }: { text: string }) {
  return <>{Html.escapeHtml(text).replaceAll('\n', '<br>\n') as 'safe'}</>
}
