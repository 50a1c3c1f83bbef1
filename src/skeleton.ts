/** How a text looks: what can be taken for one another has the same skeleton (Unicode Technical Standard 39, section 4). */

/** Loads the table of confusable characters, which a start does not need. */
export async function openSkeleton(): Promise<(text: string) => string> {
  const { default: data } = await import('unhomoglyph/data.json')
  const prototypes: Record<string, string> = data
  return (text) =>
    Array.from(text.normalize('NFD'), (letter) => prototypes[letter] ?? letter)
      .join('')
      .normalize('NFD')
}
