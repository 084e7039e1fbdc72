import { isIPv6 } from 'node:net'

/** The address that limits are counted by: an IPv4 address, or the /64 that one holder of IPv6 addresses has. */
export function addressKeyOf(address: string): string {
  const unmapped = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (!isIPv6(unmapped)) return unmapped
  const [head = '', tail = ''] = unmapped.split('::')
  const front = head.split(':').filter((group) => group !== '')
  const back = tail.split(':')
  // An empty tail counts as a group, but only ever as the last one.
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0')
  return `${[...front, ...zeros, ...back].slice(0, 4).join(':').toLowerCase()}::/64`
}
