import type { ChallengeSchemes } from './challenge-schemes.ts'
import type { ChallengeScheme } from './challenges.ts'

const WELL_KNOWN = '/.well-known/oauth-protected-resource'

/** What the protected resource metadata says. */
export interface ProtectedResourceFacts {
  /** The resource identifier, byte for byte as configured. */
  readonly resource: string
  /** Issuers whose tokens are good here; at least one. */
  readonly authorizationServers: readonly string[]
  readonly scopesSupported: readonly string[]
  readonly resourceName?: string | undefined
  /** The schemes by which tokens are good here; Bearer alone if none are given. */
  readonly schemes?: ChallengeSchemes
}

/** Protected resource metadata (RFC 9728 section 2). */
export interface ProtectedResourceMetadata {
  readonly resource: string
  readonly authorization_servers: readonly string[]
  readonly scopes_supported?: readonly string[]
  readonly bearer_methods_supported: readonly ['header']
  readonly resource_name?: string
  readonly dpop_signing_alg_values_supported?: readonly string[]
  readonly dpop_bound_access_tokens_required?: true
}

function parseResource(resource: string): URL {
  const url = URL.canParse(resource) ? new URL(resource) : undefined
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new TypeError('A resource identifier is an absolute http(s) URL')
  }
  if (resource.includes('#')) throw new TypeError('A resource identifier has no fragment (RFC 8707 section 2)')
  return url
}

function insertedPath(url: URL): string {
  return url.pathname === '/' ? WELL_KNOWN : `${WELL_KNOWN}${url.pathname}`
}

/**
 * The protected resource metadata document, deep-frozen. Members without a value are left out; `offline_access` is no
 * scope of a resource and never stands in it.
 *
 * RFC 9728 section 2.
 *
 * @throws {TypeError} without an authorization server, or for a resource that is no absolute http(s) URL
 */
export function protectedResourceMetadata(facts: ProtectedResourceFacts): ProtectedResourceMetadata {
  parseResource(facts.resource)
  if (facts.authorizationServers.length === 0) throw new TypeError('A protected resource names an authorization server')
  const scopes = [...new Set(facts.scopesSupported)].filter((scope) => scope !== 'offline_access')
  return Object.freeze({
    resource: facts.resource,
    authorization_servers: Object.freeze([...facts.authorizationServers]),
    ...(scopes.length > 0 && { scopes_supported: Object.freeze(scopes) }),
    bearer_methods_supported: Object.freeze(['header'] as const),
    ...(facts.resourceName !== undefined && { resource_name: facts.resourceName }),
    ...dpopMembers(facts.schemes ?? []),
  })
}

function dpopMembers(
  schemes: readonly ChallengeScheme[],
): Pick<ProtectedResourceMetadata, 'dpop_signing_alg_values_supported' | 'dpop_bound_access_tokens_required'> {
  const dpop = schemes.find(({ name }) => name === 'DPoP')
  if (dpop?.name !== 'DPoP') return {}
  return {
    dpop_signing_alg_values_supported: Object.freeze([...dpop.algorithms]),
    ...(schemes.length === 1 && { dpop_bound_access_tokens_required: true }),
  }
}

/**
 * The paths that serve the metadata: the one with the path of the resource, and the one without it for clients that
 * look at the root. One path alone if the resource has none.
 *
 * RFC 9728 section 3.1; MCP specification, basic/authorization, protected resource metadata discovery.
 *
 * @throws {TypeError} for a resource that is no absolute http(s) URL
 */
export function protectedResourceMetadataPaths(resource: string): readonly string[] {
  return Object.freeze([...new Set([insertedPath(parseResource(resource)), WELL_KNOWN])])
}

/**
 * The metadata URL that challenges point to, made from the configured resource alone.
 *
 * RFC 9728 section 3.1.
 *
 * @throws {TypeError} for a resource that is no absolute http(s) URL
 */
export function protectedResourceMetadataUrl(resource: string): string {
  const url = parseResource(resource)
  return `${url.origin}${insertedPath(url)}${url.search}`
}
