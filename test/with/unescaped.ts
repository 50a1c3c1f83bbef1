/** Text in HTML as a browser reads it. */
const CHARACTERS: Record<string, string> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#34;': '"',
  '&#39;': "'",
  '&#x27;': "'",
  '&amp;': '&',
}

/** What a browser would read; an `&` that begins no reference we write fails the test. */
export function unescaped(html: string): string {
  return html.replace(/&(?:#?\w+)?;?/g, (reference) => {
    const character = CHARACTERS[reference]
    if (character === undefined) throw new Error(`${reference} is written by nobody here`)
    return character
  })
}
