/** What is rendered once: as long as a message, or a page of them, is the same object, so is what it looks like. */

const kept = new WeakMap<object, Map<string, { as: string; rendered: unknown }>>()

/**
 * Answers what `render` made of it the last time it was of this kind and seen as the same. Of each kind, which is always
 * of one type, the last is kept: nobody fills the memory by asking for it in ever new ways.
 */
export function once<Rendered>(
  of: object,
  kind: string,
  as: string,
  render: () => Rendered,
): Rendered {
  let known = kept.get(of)
  if (!known) {
    known = new Map()
    kept.set(of, known)
  }
  const last = known.get(kind)
  if (last?.as === as) return last.rendered as Rendered
  const rendered = render()
  known.set(kind, { as, rendered })
  return rendered
}
