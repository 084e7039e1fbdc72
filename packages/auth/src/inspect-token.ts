import type { Principal } from '@toolgate/plugin'
import { decodeToken } from './decode-token.ts'
import { AuthError } from './errors.ts'
import type { IssuerSettings } from './issuer-settings.ts'
import { acceptClaims, principalOf, requireHeader } from './verify-access-token.ts'

/** What a token says of itself. Nobody has vouched for any of it: it explains, and never authenticates. */
export interface TokenInspection {
  /** Who the token says it is for; absent where the claims cannot be mapped. */
  readonly principal: Principal | undefined
  /** All that the token says; empty where it cannot be read. */
  readonly claims: Readonly<Record<string, unknown>>
  /** Thumbprint of the key that it says it is bound to; absent where it is refused. */
  readonly keyThumbprint: string | undefined
  /** Why a host would refuse the token even if its signature is good. */
  readonly fault: AuthError | undefined
}

/**
 * Reads a token without its signature, for explanations alone.
 *
 * Checks what {@link verifyAccessToken} checks, in its order. Does NOT check: the signature, that the token stands, or that
 * anybody holds the key that it is bound to.
 *
 * @param issuers the settings to choose from by `iss`
 * @param now seconds since the epoch
 */
export function inspectToken(compact: string, issuers: readonly IssuerSettings[], now: number): TokenInspection {
  let principal: Principal | undefined
  let all: TokenInspection['claims'] = {}
  try {
    const { header, claims } = decodeToken(compact)
    all = claims
    const settings = issuers.find(({ issuer }) => issuer === claims.iss)
    if (settings === undefined) throw new AuthError('invalid_token', 'iss is no issuer of this host')
    principal = principalOf(claims, settings)
    requireHeader(header, settings)
    const { boundKey } = acceptClaims(claims, settings, now)
    return { principal, claims: all, keyThumbprint: boundKey?.thumbprint, fault: undefined }
  } catch (error) {
    if (error instanceof AuthError) return { principal, claims: all, keyThumbprint: undefined, fault: error }
    throw error
  }
}
