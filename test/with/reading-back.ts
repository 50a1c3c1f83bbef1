/** What people wrote, read back from each form of an answer by a parser that others have written. */
import { type DefaultTreeAdapterTypes, parse, parseFragment } from 'parse5'
import { SaxesParser } from 'saxes'

export type Said = { screenname: string; value: string }

type Node = DefaultTreeAdapterTypes.Node
type Element = DefaultTreeAdapterTypes.Element

const isElement = (node: Node): node is Element => 'tagName' in node
const attributesOf = ({ attrs }: Element) =>
  Object.fromEntries(attrs.map(({ name, value }) => [name, value]))
const classOf = (element: Element) => attributesOf(element).class

function childrenOf(node: Node): Node[] {
  if ('content' in node) return node.content.childNodes
  return 'childNodes' in node ? node.childNodes : []
}

function* elementsIn(node: Node): Generator<Element> {
  for (const child of childrenOf(node)) {
    if (isElement(child)) yield child
    // What is written has elements of its own; they are read by `written`.
    if (!(isElement(child) && classOf(child) === 'text')) yield* elementsIn(child)
  }
}

/** What stands in an element as somebody wrote it; an element that no text may have fails the test. */
function written(node: Node): string {
  if ('value' in node) return node.value
  const text = childrenOf(node).map(written).join('')
  if (!isElement(node)) return text
  const { href, rel, ...others } = attributesOf(node)
  const isLink = node.tagName === 'a' && /^https?:\/\//i.test(href ?? '') && rel !== undefined
  if (isLink && Object.keys(others).length === 0) return href as string
  if (node.attrs.length > 0) throw new Error(`${node.tagName} has attributes in a text`)
  if (node.tagName === 'br') return ''
  if (node.tagName === 'code') return `\`${text}\``
  if (node.tagName === 'em') return `/me ${text}`
  throw new Error(`${node.tagName} stands in a text`)
}

const textOf = (node: Node) => childrenOf(node).map(written).join('')

const treeOf = (html: string): Node =>
  html.startsWith('<!doctype') ? parse(html) : parseFragment(html)

/** The messages that a page or a fragment shows. */
export function saidInHtml(html: string): Said[] {
  return [...elementsIn(treeOf(html))]
    .filter((element) => classOf(element) === 'chat')
    .map((message) => {
      const part = (name: string) => {
        const [found, another] = [...elementsIn(message)].filter((one) => classOf(one) === name)
        if (!found || another) throw new Error(`not one ${name}`)
        return textOf(found)
      }
      return { screenname: part('user'), value: part('text') }
    })
}

/** A text as HTML, as feeds have it. */
const proseIn = (html: string) => textOf(childrenOf(parseFragment(html))[0] as Node)

/** What tells that a name is like another's, where it is. */
const isNoLikeness = (element: Element) =>
  [element, element.parentNode].every(
    (one) => !(one && isElement(one) && classOf(one) === 'resembles'),
  )

/** All elements and attributes of a page, but what is in texts, and numbers, and what is in the fields of forms. */
export function shapeOf(html: string): string[] {
  return [...elementsIn(treeOf(html))].filter(isNoLikeness).map(({ tagName, attrs }) =>
    [
      tagName,
      ...attrs
        // Whose words stand together depends on who said them.
        .filter(({ name }) => name !== 'data-continues')
        .map(({ name, value }) => `${name}=${name === 'value' ? '…' : value.replace(/\d+/g, '0')}`),
    ].join(' '),
  )
}

/** The messages of a feed, oldest first; what is no XML 1.0 with namespaces fails the test. */
export function saidInAtom(feed: string): Said[] {
  const entries: Said[] = []
  const path: string[] = []
  const parser = new SaxesParser({ xmlns: true })
  parser.on('error', (error) => {
    throw error
  })
  let text = ''
  parser.on('opentag', ({ local }) => {
    path.push(local)
    if (path.join(' ') === 'feed entry') entries.unshift({ screenname: '', value: '' })
    text = ''
  })
  parser.on('text', (more) => {
    text += more
  })
  parser.on('closetag', () => {
    const [entry] = entries
    const at = path.join(' ')
    if (entry && at === 'feed entry author name') entry.screenname = text
    if (entry && at === 'feed entry content') entry.value = proseIn(text)
    path.pop()
  })
  parser.write(feed).close()
  return entries
}

/** The lines of a plain text, without their times. */
export const linesIn = (text: string): string[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ /, ''))

/** The data of the first event of a stream, as a browser reads it (HTML Living Standard, 9.2.6). */
export async function firstEvent(answer: Response): Promise<string> {
  let told = ''
  for await (const text of (answer.body as ReadableStream).pipeThrough(new TextDecoderStream())) {
    told += text
    const event = told
      .split(/\r\n\r\n|\n\n|\r\r/)
      .slice(0, -1)
      .find((event) => event.includes('data:'))
    if (event === undefined) continue
    const fields = event.split(/\r\n|\n|\r/).map((line) => /^(\w*):? ?(.*)$/s.exec(line) ?? [])
    const names = new Set(fields.map(([, name]) => name))
    if ([...names].sort().join(' ') !== 'data id') throw new Error(`it has ${[...names]}`)
    return fields.flatMap(([, name, value]) => (name === 'data' ? [value] : [])).join('\n')
  }
  throw new Error('there is no event')
}
