import { redirectKindOf } from './redirect-uri.ts'

/** Why a client's metadata is refused; `error` is a code of RFC 7591 section 3.2.2. */
export interface ClientMetadataFault {
  readonly error: 'invalid_redirect_uri' | 'invalid_client_metadata'
  readonly description: string
}

const MAX_REDIRECT_URIS = 20
const MAX_NAME_LENGTH = 200

/** What a client may tell; the rest is dropped (RFC 7591 section 2 lets a server do so). */
const TAKEN = [
  'client_id',
  'client_name',
  'client_uri',
  'redirect_uris',
  'token_endpoint_auth_method',
  'jwks',
  'jwks_uri',
]

function metadataFault(metadata: Readonly<Record<string, unknown>>): ClientMetadataFault | undefined {
  const { redirect_uris: uris, client_name: name } = metadata
  if (!Array.isArray(uris) || uris.length === 0 || uris.length > MAX_REDIRECT_URIS) {
    return {
      error: 'invalid_redirect_uri',
      description: `redirect_uris must hold 1 to ${String(MAX_REDIRECT_URIS)} URIs`,
    }
  }
  if (!uris.every((uri) => redirectKindOf(uri) !== undefined)) {
    const description = "each redirect URI must be https, http on a loopback address, or of a native app's own scheme"
    return { error: 'invalid_redirect_uri', description }
  }
  if (name !== undefined && (typeof name !== 'string' || name.length > MAX_NAME_LENGTH)) {
    return {
      error: 'invalid_client_metadata',
      description: `client_name must be at most ${String(MAX_NAME_LENGTH)} characters`,
    }
  }
  return undefined
}

/** `native` lets the port of a loopback redirect vary (RFC 8252 section 7.3). */
function applicationTypeOf(redirectUris: readonly unknown[]): 'native' | 'web' {
  return redirectUris.some((uri) => redirectKindOf(uri) !== 'web') ? 'native' : 'web'
}

/**
 * What the provider gets of a client's metadata, from a registration (RFC 7591) or a client id metadata document.
 * `scope` is dropped: the provider would refuse tool scopes or freeze the client to what it named. A client that lists the
 * refresh grant is taken, and gets no refresh token; other grants are dropped.
 */
export function resolveClientMetadata(
  metadata: Readonly<Record<string, unknown>>,
): { readonly metadata: Readonly<Record<string, unknown>> } | { readonly fault: ClientMetadataFault } {
  const fault = metadataFault(metadata)
  if (fault !== undefined) return { fault }
  const kept = Object.fromEntries(
    TAKEN.filter((key) => (metadata[key] ?? undefined) !== undefined).map((key) => [key, metadata[key]]),
  )
  const { grant_types: grants, redirect_uris: uris } = metadata
  const refreshes = Array.isArray(grants) && grants.includes('refresh_token')
  return {
    metadata: {
      ...kept,
      application_type: applicationTypeOf(uris as readonly unknown[]),
      grant_types: refreshes ? ['authorization_code', 'refresh_token'] : ['authorization_code'],
      response_types: ['code'],
    },
  }
}
