/** Slack's way to write a text, as plain text. */

/** What stands in angle brackets: a link or a mention, and how it shall read. What people write there is escaped. */
const REFERENCE = /<([^<>|]+)(?:\|([^<>]*))?>/g
const ESCAPED: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' }

export function plainText(text: string): string {
  return text
    .replace(
      REFERENCE,
      (whole, target: string, label?: string) => reference(target, label) ?? whole,
    )
    .replace(/&(?:amp|lt|gt);/g, (escaped) => ESCAPED[escaped] as string)
}

function reference(target: string, label = ''): string | undefined {
  const address = target.replace(/^(?:mailto|tel):/, '')
  if (address !== target || /^https?:/.test(target))
    return label && !address.endsWith(label) ? `${label} (${address})` : address
  const [, sign = '', name = ''] = /^([@#!])(.*)$/.exec(target) ?? []
  if (sign === '!') return label || `@${name}`
  return (sign && sign + (label || name).replace(/^[@#]/, '')) || undefined
}
