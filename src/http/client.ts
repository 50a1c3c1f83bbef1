/** Who a request comes from, as far as the network tells. */
import { type BlockList, isIP } from 'node:net'

/**
 * The client's address: the socket's, or where that is a trusted proxy's, the nearest one in front of it that
 * `X-Forwarded-For` names and that is no trusted proxy itself. An IPv6 client is its /64 network.
 */
export function clientAddress(
  socket: string,
  forwarded: string | null,
  trusted: BlockList,
): string {
  if (forwarded === null) return network(plain(socket))
  const hops = [...forwarded.split(',').map((hop) => plain(hop.trim())), plain(socket)]
  let client = hops.pop() as string
  while (isTrusted(client, trusted) && isIP(hops.at(-1) ?? '')) client = hops.pop() as string
  return network(client)
}

const FAMILIES: Record<number, 'ipv4' | 'ipv6'> = { 4: 'ipv4', 6: 'ipv6' }

function isTrusted(address: string, trusted: BlockList): boolean {
  const family = FAMILIES[isIP(address)]
  return family !== undefined && trusted.check(address, family)
}

/** An IPv4 address that a socket for both families shows as an IPv6 one, as what it is. */
const plain = (address: string) => address.replace(/^::ffff:(?=[0-9.]+$)/i, '')

/** The first four of eight groups: the least that one customer is given (RFC 6177). */
function network(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail = ''] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const rest = tail === '' ? [] : tail.split(':')
  const zeros = Array(Math.max(0, 8 - groups.length - rest.length)).fill('0')
  const whole = [...groups, ...zeros, ...rest].slice(0, 4)
  return `${whole.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
