/**
 * Where a webhook may lead: to public addresses alone, so that nobody reaches through this server what only this server
 * can reach (server-side request forgery), and to the networks that the settings name.
 */
import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'

const FAMILIES = { 4: 'ipv4', 6: 'ipv6' } as const

/**
 * What is special, as the IANA registries of special-purpose addresses (RFC 6890) and of multicast have it. The last of
 * IPv4 is public by its number, but is where a virtual machine of Azure finds its host.
 */
const SPECIAL = networks([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16'],
  ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3', '168.63.129.16/32'],
  ...['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
])

/** All that was ever given out of IPv6 for the public; forms of IPv4 (mapped, NAT64) and everything local lie beyond. */
const PUBLIC_IPV6 = networks(['2000::/3'])

/** All addresses of a host. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>

const resolved: Resolve = (hostname) => lookup(hostname, { all: true })

/** What a webhook may not lead to; the message says why, in one line. */
export class Refused extends Error {}

/** The address of a webhook, from text; throws `Refused` where it can be none. */
export function targetIn(text: string): URL {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Refused('The address of a webhook begins with http:// or https://.')
  if (url.username || url.password || url.hash)
    throw new Refused('The address of a webhook has no user, no password and no fragment.')
  return url
}

/** The addresses that a host has just now; throws `Refused` where any of them is neither public nor in `allowed`. */
export async function addressesOf(
  url: URL,
  allowed: BlockList,
  resolve = resolved,
): Promise<LookupAddress[]> {
  const hostname = hostOf(url)
  const addresses = await resolve(hostname).catch(() => {
    throw new Refused(`The host ${hostname} is not known.`)
  })
  for (const { address } of addresses)
    if (!isPublic(address) && !isIn(allowed, address))
      throw new Refused(
        `The host ${hostname} leads to ${address}, which is neither public nor in WEBHOOK_NETWORKS.`,
      )
  return addresses
}

/** A host as it is looked up: an IPv6 address without its brackets. */
export const hostOf = ({ hostname }: URL) => hostname.replace(/^\[|\]$/g, '')

export function isPublic(address: string): boolean {
  return !isIn(SPECIAL, address) && (isIP(address) === 4 || isIn(PUBLIC_IPV6, address))
}

function isIn(list: BlockList, address: string): boolean {
  const family = isIP(address)
  return family !== 0 && list.check(address, FAMILIES[family as 4 | 6])
}

function networks(all: string[]): BlockList {
  const list = new BlockList()
  for (const network of all) {
    const [address = '', bits] = network.split('/')
    list.addSubnet(address, Number(bits), FAMILIES[isIP(address) as 4 | 6])
  }
  return list
}
