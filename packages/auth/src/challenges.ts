import { isScopeToken } from './scope-token.ts'

/** A scheme that a challenge may name: DPoP names the algorithms of proofs with it (RFC 9449 section 7.1). */
export type ChallengeScheme =
  { readonly name: 'Bearer' } | { readonly name: 'DPoP'; readonly algorithms: readonly string[] }

/** What every challenge says. */
export interface ChallengeOptions {
  /** Scopes to ask for; none leaves the parameter out. */
  readonly scopes?: readonly string[]
  /** URL of the protected resource metadata (RFC 9728 section 5.1). */
  readonly resourceMetadataUrl: string
  /** The scheme that the challenge is of; Bearer if none is given. */
  readonly scheme?: ChallengeScheme
}

/** A challenge with an error code may say more. */
export interface InsufficientScopeOptions extends ChallengeOptions {
  /** One sentence for the developer of the client: printable ASCII without `"` and `\`. */
  readonly description?: string
}

/** What a sign-in must be for the token that comes of it to do (RFC 9470 section 3). */
export interface InsufficientAuthenticationOptions extends ChallengeOptions {
  /** Accepted values of `acr`; none leaves the parameter out. */
  readonly acrValues?: readonly string[]
  /** Seconds since the sign-in. */
  readonly maxAgeSeconds?: number | undefined
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
  { scopes = [], resourceMetadataUrl, scheme = { name: 'Bearer' } }: ChallengeOptions,
  error?: { readonly code: string; readonly description?: string | undefined },
  further: readonly string[] = [],
): string {
  const parameters = [
    ...(error === undefined ? [] : [parameter('error', error.code)]),
    ...(error?.description === undefined ? [] : [parameter('error_description', error.description)]),
    ...further,
    ...scopeParameter(scopes),
    parameter('resource_metadata', resourceMetadataUrl),
    ...(scheme.name === 'DPoP' ? [parameter('algs', scheme.algorithms.join(' '))] : []),
  ]
  return `${scheme.name} ${parameters.join(', ')}`
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
 * `WWW-Authenticate` for a proof that is not good: one fixed description, whatever the reason (RFC 9449 section 7.1).
 *
 * @throws {TypeError} for a scope or URL with characters that a challenge cannot carry
 */
export function invalidProofChallenge(options: ChallengeOptions): string {
  return challenge(options, { code: 'invalid_dpop_proof', description: 'The DPoP proof is not valid' })
}

/**
 * `WWW-Authenticate` for a proof without a nonce that counts; the nonce stands in `DPoP-Nonce` (RFC 9449 section 9).
 *
 * @throws {TypeError} for a scope or URL with characters that a challenge cannot carry
 */
export function useNonceChallenge(options: ChallengeOptions): string {
  return challenge(options, { code: 'use_dpop_nonce', description: 'The DPoP proof needs the nonce of this answer' })
}

/**
 * `WWW-Authenticate` for credentials that cannot be read as one token (RFC 6750 section 3.1, status 400).
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

/**
 * `WWW-Authenticate` for a good token whose sign-in is too old or too weak (RFC 9470 section 3, status 401). It names scopes
 * too: clients that ask for the challenge's scopes alone would lose theirs.
 *
 * @throws {TypeError} for a scope, `acr` or URL with characters that a challenge cannot carry, or a time that is no whole number
 */
export function insufficientAuthenticationChallenge(options: InsufficientAuthenticationOptions): string {
  const { acrValues = [], maxAgeSeconds } = options
  if (acrValues.some((acr) => !isScopeToken(acr))) throw new TypeError('A challenge cannot carry an acr with a space')
  if (maxAgeSeconds !== undefined && !Number.isSafeInteger(maxAgeSeconds)) {
    throw new TypeError('A challenge carries a max_age in whole seconds')
  }
  const error = { code: 'insufficient_user_authentication', description: 'A newer or stronger sign-in is needed' }
  return challenge(options, error, [
    ...(acrValues.length === 0 ? [] : [parameter('acr_values', acrValues.join(' '))]),
    ...(maxAgeSeconds === undefined ? [] : [parameter('max_age', String(maxAgeSeconds))]),
  ])
}
