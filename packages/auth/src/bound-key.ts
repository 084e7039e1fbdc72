import { AuthError } from './errors.ts'
import type { IssuerSettings } from './issuer-settings.ts'
import { isRecord } from './public-jwk.ts'

/** The key that a token is bound to: whoever uses the token proves at every request to hold it. */
export interface BoundKey {
  /** SHA-256 thumbprint of the public key, base64url (RFC 7638). */
  readonly thumbprint: string
  /** Seconds by which clocks may differ where this issuer's tokens are used. */
  readonly clockSkewSeconds: number
}

const SHA256_THUMBPRINT = /^[A-Za-z0-9_-]{43}$/

/**
 * The key that the claims bind a token to, by the issuer's `dpop` setting.
 *
 * Checks: `cnf` is exactly `{ jkt }` with a SHA-256 thumbprint, or absent; absent where the issuer's setting is `off`, there
 * where it is `required`. Any other confirmation method (a certificate, a key by value or by address), alone or beside `jkt`, is
 * one that this host cannot check, and is refused.
 * Does NOT check: that the caller holds the key.
 *
 * RFC 7800 section 3.1, RFC 9449 section 6.
 *
 * @returns undefined for a plain bearer token
 * @throws {AuthError} `invalid_token`
 */
export function boundKeyOf(
  claims: Readonly<Record<string, unknown>>,
  { dpop, clockSkewSeconds }: Pick<IssuerSettings, 'dpop' | 'clockSkewSeconds'>,
): BoundKey | undefined {
  if (!Object.hasOwn(claims, 'cnf')) {
    if (dpop === 'required') {
      throw new AuthError('invalid_token', 'the token is bound to no key, and the issuer needs it')
    }
    return undefined
  }
  if (dpop === 'off') throw new AuthError('invalid_token', 'a token with cnf is not a plain bearer token')
  const { cnf } = claims
  if (!isRecord(cnf) || Object.keys(cnf).join() !== 'jkt') {
    throw new AuthError('invalid_token', 'cnf is not a thumbprint of a key (jkt) alone')
  }
  const { jkt } = cnf
  if (typeof jkt !== 'string' || !SHA256_THUMBPRINT.test(jkt)) {
    throw new AuthError('invalid_token', 'cnf.jkt is not a SHA-256 thumbprint')
  }
  return { thumbprint: jkt, clockSkewSeconds }
}
