/** What a redirect URI leads to; anything else is refused. */
export type RedirectKind = 'web' | 'loopback' | 'private'

const MAX_LENGTH = 2_000

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** A reverse domain name of the app's maker, as RFC 8252 section 7.1 asks for. */
const REVERSE_DOMAIN_SCHEME = /^[a-z][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+:$/

/** Schemes without a dot that shipped MCP clients registered with their systems (November 2026). */
const KNOWN_APP_SCHEMES: ReadonlySet<string> = new Set([
  'claude:',
  'cursor:',
  'goose:',
  'kiro:',
  'raycast:',
  'vscode:',
  'vscode-insiders:',
  'vscodium:',
  'warp:',
  'windsurf:',
  'zed:',
])

/** URLs allow more in a host, a semicolon among others, which would end the directive of a policy that names it. */
const HOST_NAME = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?$/

/** Printable ASCII without what browsers repair silently. */
const PLAIN = /^[\x21\x23-\x3B\x3D\x3F-\x5B\x5D\x5F\x61-\x7A\x7E]+$/

/**
 * Sorts a redirect URI (OAuth 2.1 section 2.3.1, RFC 8252 section 7): `web` is https, `loopback` is http on this machine,
 * `private` is an app's own scheme by an allow-list of shapes. `undefined` for anything else: other http, script schemes,
 * a fragment, credentials, a wildcard.
 */
export function redirectKindOf(uri: unknown): RedirectKind | undefined {
  if (typeof uri !== 'string' || uri.length > MAX_LENGTH || !PLAIN.test(uri)) return undefined
  const url = URL.parse(uri)
  if (url === null || uri.includes('#') || url.username !== '' || url.password !== '') return undefined
  if (url.protocol === 'https:') return HOST_NAME.test(url.hostname) ? 'web' : undefined
  if (url.protocol === 'http:') return LOOPBACK_HOSTS.has(url.hostname) ? 'loopback' : undefined
  return REVERSE_DOMAIN_SCHEME.test(url.protocol) || KNOWN_APP_SCHEMES.has(url.protocol) ? 'private' : undefined
}

/** Where a redirect leads, in the words of the consent page: the host, or the app's scheme. */
export function redirectHostOf(uri: string): string {
  const url = URL.parse(uri)
  if (url === null) return uri
  return redirectKindOf(uri) === 'private' ? url.protocol.slice(0, -1) + '://' : url.host
}

/** The source expression that lets a form's answer redirect there (CSP 3 section 6.1.2, `form-action`). */
export function formActionSourceOf(uri: string): string | undefined {
  const url = URL.parse(uri)
  const kind = redirectKindOf(uri)
  if (url === null || kind === undefined) return undefined
  // The grammar of sources has no IPv6 literals, and none for a private scheme's authority.
  return kind === 'private' || url.hostname === '[::1]' ? url.protocol : url.origin
}
