import { isScopeToken } from './scope-token.ts'

/** What every challenge says. */
export interface ChallengeOptions {
  /** Scopes to ask for; none leaves the parameter out. */
  readonly scopes?: readonly string[]
  /** URL of the protected resource metadata (RFC 9728 section 5.1). */
  readonly resourceMetadataUrl: string
}

/** A challenge with an error code may say more. */
export interface InsufficientScopeOptions extends ChallengeOptions {
  /** One sentence for the developer of the client: printable ASCII without `"` and `\`. */
  readonly description?: string
}

const QUOTABLE = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/

/** The one place that quotes: allows what needs no escape, so that no value can end its quotes or its header line. */
function parameter(name: string, value: string): string {
  if (!QUOTABLE.test(value)) {
    throw new TypeError(`A challenge cannot carry this ${name}: characters that are not allowed`)
  }
  return `${name}="${value}"`
}

function scopeParameter(scopes: readonly string[]): string[] {
  if (scopes.length === 0) return []
  for (const scope of scopes) {
    if (!isScopeToken(scope)) throw new TypeError('A challenge cannot carry a scope that is no RFC 6749 scope-token')
  }
  return [parameter('scope', [...new Set(scopes)].join(' '))]
}

function challenge(
  { scopes = [], resourceMetadataUrl }: ChallengeOptions,
  error?: { readonly code: string; readonly description?: string | undefined },
): string {
  const parameters = [
    ...(error === undefined ? [] : [parameter('error', error.code)]),
    ...(error?.description === undefined ? [] : [parameter('error_description', error.description)]),
    ...scopeParameter(scopes),
    parameter('resource_metadata', resourceMetadataUrl),
  ]
  return `Bearer ${parameters.join(', ')}`
}

/**
 * `WWW-Authenticate` for a request without a token: no error code (RFC 6750 section 3.1, RFC 9728 section 5.1).
 *
 * @throws {TypeError} for a scope or URL with characters that a challenge cannot carry
 */
export function unauthorizedChallenge(options: ChallengeOptions): string {
  return challenge(options)
}

/**
 * `WWW-Authenticate` for a token that is not good: one fixed description, whatever the reason (RFC 6750 section 3.1).
 *
 * @throws {TypeError} for a scope or URL with characters that a challenge cannot carry
 */
export function invalidTokenChallenge(options: ChallengeOptions): string {
  return challenge(options, { code: 'invalid_token', description: 'The access token is not valid' })
}

/**
 * `WWW-Authenticate` for credentials that cannot be read as one bearer token (RFC 6750 section 3.1, status 400).
 *
 * @throws {TypeError} for a scope or URL with characters that a challenge cannot carry
 */
export function invalidRequestChallenge(options: ChallengeOptions): string {
  return challenge(options, { code: 'invalid_request', description: 'Send one token, in the Authorization header' })
}

/**
 * `WWW-Authenticate` for a good token whose scopes do not suffice (RFC 6750 section 3.1, status 403). How long the
 * header may get is the caller's to decide.
 *
 * @throws {TypeError} for a scope, description or URL with characters that a challenge cannot carry
 */
export function insufficientScopeChallenge(options: InsufficientScopeOptions): string {
  return challenge(options, { code: 'insufficient_scope', description: options.description })
}
