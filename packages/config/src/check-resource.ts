import { isLoopbackHost } from '@toolgate/auth'
import { fault, type ConfigFault } from './config-fault.ts'

const segments = /^(?:\/[A-Za-z0-9._~-]+)+$/
// Those of the embedded authorization server too, so that it can be switched on later.
const reserved = [
  ...['/healthz', '/readyz', '/.well-known'],
  ...['/authorize', '/token', '/register', '/jwks', '/interaction'],
]

/**
 * Checks the resource identifier: https (loopback aside), no credentials, no query, no fragment, in its normal form, with a
 * path that nothing else of the host answers. Flat guards; the first fault is the one to mend.
 *
 * RFC 8707 section 2, RFC 9728 section 1.2; MCP specification, basic/authorization, canonical server URI.
 */
export function checkResource(resource: string | undefined): ConfigFault[] {
  if (resource === undefined) return []
  const found = resourceFault(resource)
  return found === undefined ? [] : [found]
}

function resourceFault(resource: string): ConfigFault | undefined {
  const bad = (message: string, mend: string): ConfigFault => fault('bad_resource', 'resource', message, mend)
  if (!URL.canParse(resource)) return bad('is not an absolute URL', 'Write it as https://tools.example.com/mcp.')
  const url = new URL(resource)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return bad('is not https', 'Begin it with https://.')
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    return bad(
      'is not https, and its host is not loopback',
      'Begin it with https://, and end TLS in front of the host.',
    )
  }
  if (url.username !== '' || url.password !== '') return bad('holds credentials', 'Leave out what stands before the @.')
  if (resource.includes('#')) return bad('has a fragment', 'Leave out the # and what follows (RFC 8707 section 2).')
  if (resource.includes('?')) return bad('has a query', 'Leave out the ? and what follows.')
  if (url.pathname === '/') return bad('has no path', 'Give it one, such as /mcp: / is a page for people.')
  if (url.pathname.endsWith('/')) return bad('ends with a slash', 'Leave out the last slash.')
  if (!segments.test(url.pathname)) {
    return bad('has a path that clients may write in several ways', 'Use letters, digits, . _ ~ - and single slashes.')
  }
  if (reserved.some((path) => url.pathname === path || url.pathname.startsWith(`${path}/`))) {
    const mend = 'Choose another path, such as /mcp.'
    return fault('reserved_path', 'resource', 'has a path that the host itself answers', mend)
  }
  if (url.href === resource) return undefined
  const mend = 'Write the host in lower case, and leave out the default port and the segments . and ..'
  return bad('is not in its normal form, so that clients would name another', mend)
}
