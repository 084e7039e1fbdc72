import { excerpt } from './excerpt.ts'

/**
 * Why a request is not authenticated.
 *
 * - `missing_token`: no token in the header (RFC 6750 section 3: a challenge without an error code).
 * - `invalid_request`: credentials that cannot be read as one token (RFC 6750 section 3.1).
 * - `invalid_token`: a token that is not good here, whatever the reason (RFC 6750 section 3.1).
 * - `keys_unavailable`: the issuer's keys cannot be had and none are held; the token was not judged.
 * - `introspection_unavailable`: the issuer could not be asked about an opaque token, or answered what cannot be used; the token was not judged.
 * - `too_many_unknown_tokens`: this address sent too many opaque tokens that the issuer does not know; this one was not judged.
 * - `invalid_dpop_proof`: the proof beside a bound token is missing or not good, whatever the reason (RFC 9449 section 7.1).
 * - `use_dpop_nonce`: the proof lacks a nonce of ours that still counts (RFC 9449 section 9).
 * - `proof_not_recorded`: a good proof for which there is no room, so that a second use of it could not be told.
 */
export type AuthErrorCode =
  | 'missing_token'
  | 'invalid_request'
  | 'invalid_token'
  | 'keys_unavailable'
  | 'introspection_unavailable'
  | 'too_many_unknown_tokens'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'proof_not_recorded'

const messages: Readonly<Record<AuthErrorCode, string>> = {
  missing_token: 'No access token was sent',
  invalid_request: 'The credentials of the request are malformed',
  invalid_token: 'The access token is not valid',
  keys_unavailable: "The authorization server's keys are not available",
  introspection_unavailable: 'The authorization server cannot be asked about the access token',
  too_many_unknown_tokens: 'Too many unknown access tokens were sent',
  invalid_dpop_proof: 'The DPoP proof is not valid',
  use_dpop_nonce: 'The DPoP proof needs a nonce of this server',
  proof_not_recorded: 'Too many DPoP proofs are held',
}

/** A request that is not authenticated. `message` is fixed per code; what went wrong stands in `detail`. */
export class AuthError extends Error {
  override readonly name = 'AuthError'
  readonly code: AuthErrorCode
  /** For the log, never for the wire. Holds no token, and values from a token only through {@link excerpt}. */
  readonly detail: string
  /** With a code of 503: seconds until it makes sense to ask again, for `Retry-After` (RFC 9110 section 10.2.3). */
  readonly retryAfterSeconds: number | undefined
  /** With `use_dpop_nonce`: the nonce to use, for `DPoP-Nonce` (RFC 9449 section 9). */
  readonly nonce: string | undefined

  constructor(code: AuthErrorCode, detail: string, options: { retryAfterSeconds?: number; nonce?: string } = {}) {
    super(messages[code])
    this.code = code
    this.detail = detail
    this.retryAfterSeconds = options.retryAfterSeconds
    this.nonce = options.nonce
  }
}

/** A token that no key of the set fits: the issuer may have changed its keys. To callers it is an `invalid_token`. */
export class UnknownKeyError extends AuthError {
  constructor(kid: unknown) {
    super('invalid_token', `no key of the issuer fits (kid ${kid === undefined ? 'none' : excerpt(kid)})`)
  }
}

/** One setting of an issuer that cannot be used. */
export interface IssuerSettingsFault {
  /** Name of the setting, with an index where it is a list: `algorithms[1]`. */
  readonly setting: string
  readonly message: string
}

/** Settings of an issuer that cannot be used; every fault at once. */
export class IssuerSettingsError extends TypeError {
  override readonly name = 'IssuerSettingsError'
  readonly code = 'unusable_issuer_settings'
  readonly faults: readonly IssuerSettingsFault[]

  constructor(faults: readonly IssuerSettingsFault[]) {
    super(faults.map(({ setting, message }) => `${setting}: ${message}`).join('; '))
    this.faults = faults
  }
}

/** A document of an issuer that could not be fetched or used. Stays inside the package: callers see `keys_unavailable`. */
export class KeyFetchError extends Error {
  override readonly name = 'KeyFetchError'
  /** `unreachable`: no answer, so that asking the same host again is no use; `unusable`: an answer that does not do. */
  readonly code: 'unreachable' | 'unusable'

  constructor(code: 'unreachable' | 'unusable', message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** A token that could not be asked about. Stays inside the package: callers see `introspection_unavailable`. */
export class IntrospectionFailure extends Error {
  override readonly name = 'IntrospectionFailure'
  /** Whether the next question would fail alike (`issuer`), or this may be about one token alone. */
  readonly reach: 'issuer' | 'token'

  /** @param message for the log; holds nothing of the token, the answer or the credentials */
  constructor(reach: 'issuer' | 'token', message: string, options?: ErrorOptions) {
    super(message, options)
    this.reach = reach
  }
}
