import ipaddr from 'ipaddr.js'

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

// A virtual platform address that the registries know as an ordinary one: Azure serves credentials and settings there.
const azurePlatform = '168.63.129.16'

/**
 * Whether an IP address is an ordinary one of the public internet (IANA special-purpose registries, RFC 6890).
 * Everything else is not: private, loopback, link-local, shared, documentation, multicast, and the IPv6 forms that carry
 * an IPv4 address inside (mapped, NAT64, 6to4, Teredo).
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  return parsed.kind() === 'ipv4' ? parsed.toString() !== azurePlatform : parsed.match(globalUnicast)
}
