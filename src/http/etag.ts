/** Entity tags (RFC 9110, section 8.8.3): weak ones, for what is answered is the same in every coding. */

export const tagOf = (body: string | Uint8Array): string => `W/"${Bun.hash(body).toString(36)}"`

const opaque = (tag: string) => tag.trim().replace(/^W\//, '')

/** Whether who asks has it already (RFC 9110, section 13.1.2). */
export function isKnown({ method, headers }: Request, tag: string): boolean {
  const known = headers.get('if-none-match')
  if (known === null || !['GET', 'HEAD'].includes(method)) return false
  return known
    .split(',')
    .map(opaque)
    .some((one) => one === '*' || one === opaque(tag))
}
