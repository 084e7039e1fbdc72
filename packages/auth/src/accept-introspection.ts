import { AuthError } from './errors.ts'
import type { IntrospectionAnswer } from './introspect-token.ts'
import type { IssuerSettings } from './issuer-settings.ts'
import { acceptClaims } from './verify-access-token.ts'
import type { VerifiedToken } from './verify-access-token.ts'

/** By what an answer is judged. */
export interface IntrospectionContext {
  readonly settings: IssuerSettings
  /** The token that was asked about. */
  readonly token: string
  /** Seconds since the epoch. */
  readonly now: number
}

/**
 * Judges what the issuer said of a token that is no JWT, by the rules for the claims of a JWT.
 *
 * Checks, in this order: `active`; no member repeats the token (but `jti`, which is then left out); `token_type`, if there is one,
 * `Bearer`, or `DPoP` with `cnf`; then what {@link acceptClaims} does: `iss`, `aud`, `sub`, `cnf`, `exp`, `nbf`, `iat`, scopes.
 *
 * Of what RFC 7662 leaves optional, `aud`, `sub` and `exp` are required; `iss` alone may be missing: one issuer introspects, and it
 * was asked itself.
 *
 * Does NOT check: that the token is no refresh token, where neither `aud` nor `token_type` tells.
 *
 * RFC 7662 sections 2.2 and 4, RFC 9068 section 4.
 *
 * @returns the frozen result
 * @throws {AuthError} `invalid_token`
 */
export function acceptIntrospection(answer: IntrospectionAnswer, context: IntrospectionContext): VerifiedToken {
  const { settings, token, now } = context
  if (!answer.active) throw new AuthError('invalid_token', 'the issuer says that the token is not active')
  const { jti, ...others } = answer
  // Some servers have no other name for a token than itself. It must not get into the audit or to a plugin.
  const claims = jti === undefined || jti === token ? others : answer
  if (holds(claims, token)) throw new AuthError('invalid_token', 'the answer repeats the token in a member')
  requireTokenType(answer)
  return acceptClaims({ iss: settings.issuer, ...claims }, settings, now)
}

function requireTokenType(answer: IntrospectionAnswer): void {
  if (!Object.hasOwn(answer, 'token_type')) return
  const { token_type: type } = answer
  const name = typeof type === 'string' ? type.toLowerCase() : ''
  if (name === 'bearer' || (name === 'dpop' && Object.hasOwn(answer, 'cnf'))) return
  throw new AuthError('invalid_token', 'token_type is not Bearer')
}

function holds(value: unknown, token: string): boolean {
  if (typeof value === 'string') return value.includes(token)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, child]) => name.includes(token) || holds(child, token))
}
