import { KeyFetchError } from './errors.ts'
import { fetchJson } from './fetch-json.ts'
import type { FetchOptions } from './fetch-json.ts'
import { isLoopbackHost } from './loopback-host.ts'

/** Authorization server metadata whose issuer is the configured one (RFC 8414 section 2). Other members are as sent. */
export interface AuthorizationServerMetadata {
  readonly issuer: string
  /** Only an issuer that introspects may do without. */
  readonly jwks_uri?: string
  readonly [member: string]: unknown
}

/**
 * Where an issuer's metadata may be, in the order of looking: the RFC 8414 form, which puts the well-known part before
 * the path, and the OpenID Connect form, which appends it.
 *
 * RFC 8414 section 3.1; OpenID Connect Discovery 1.0 section 4.1.
 */
export function issuerMetadataUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
}

/**
 * Checks a metadata document before anything of it is used.
 *
 * Checks: `issuer` equal to the configured one, `jwks_uri` an https URL (http on loopback only for an issuer that is
 * itself http on loopback), which may be missing where `keysOptional` says so.
 * Does NOT check: the other members.
 *
 * RFC 8414 sections 3.3 and 6.2.
 *
 * @throws {KeyFetchError} `unusable`
 */
export function verifyIssuerMetadata(
  document: Record<string, unknown>,
  issuer: string,
  { keysOptional = false }: { readonly keysOptional?: boolean } = {},
): AuthorizationServerMetadata {
  if (document.issuer !== issuer) throw new KeyFetchError('unusable', 'the metadata names another issuer')
  if (keysOptional && document.jwks_uri === undefined) return { ...document, issuer }
  return { ...document, issuer, jwks_uri: endpointOf(document, 'jwks_uri', issuer) }
}

/**
 * The introspection endpoint of verified metadata (RFC 8414 section 2).
 *
 * @returns undefined if there is none that may be used: an https URL without credentials, or http on loopback as for `jwks_uri`
 */
export function introspectionEndpointOf(
  metadata: AuthorizationServerMetadata | undefined,
  issuer: string,
): string | undefined {
  if (metadata === undefined) return undefined
  try {
    return endpointOf(metadata, 'introspection_endpoint', issuer)
  } catch (error) {
    if (error instanceof KeyFetchError) return undefined
    throw error
  }
}

function endpointOf(document: Readonly<Record<string, unknown>>, member: string, issuer: string): string {
  const value = document[member]
  if (typeof value !== 'string' || !URL.canParse(value)) {
    throw new KeyFetchError('unusable', `the metadata names no ${member}`)
  }
  const url = new URL(value)
  const onLoopback = url.protocol === 'http:' && isLoopbackHost(url.hostname) && issuer.startsWith('http:')
  if (url.protocol !== 'https:' && !onLoopback) throw new KeyFetchError('unusable', `the ${member} is not https`)
  if (url.username !== '' || url.password !== '') throw new KeyFetchError('unusable', `the ${member} holds credentials`)
  return value
}

/**
 * Fetches and verifies the metadata of an issuer. An answer that does not do at one place is no reason to stop; a host
 * that does not answer is.
 *
 * @throws {KeyFetchError}
 */
export async function discoverIssuer(
  issuer: string,
  options: FetchOptions & { readonly keysOptional?: boolean },
): Promise<AuthorizationServerMetadata> {
  const faults: string[] = []
  for (const url of issuerMetadataUrls(issuer)) {
    try {
      return verifyIssuerMetadata(await fetchJson(url, options), issuer, options)
    } catch (error) {
      if (!(error instanceof KeyFetchError) || error.code === 'unreachable') throw error
      faults.push(error.message)
    }
  }
  throw new KeyFetchError('unusable', `no usable metadata: ${faults.join('; ')}`)
}
