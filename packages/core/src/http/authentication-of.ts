import type { Authentication } from '@toolgate/policy'

/** What the judge has to know beside the claims. */
export interface AuthenticationContext {
  /** Seconds by which the issuer's clock may be ahead. */
  readonly skewSeconds: number
  /** Seconds since the epoch. */
  readonly now: number
}

/**
 * How the caller signed in, by the claims of a verified token (RFC 9068 section 2.2.1). A claim of another type counts as
 * absent, and what is absent meets no demand. It is read anew for every request, also of a token that is in the cache.
 */
export function authenticationOf(
  claims: Readonly<Record<string, unknown>>,
  { skewSeconds, now }: AuthenticationContext,
): Authentication {
  const acr = Object.hasOwn(claims, 'acr') ? claims['acr'] : undefined
  const authTime = Object.hasOwn(claims, 'auth_time') ? claims['auth_time'] : undefined
  const known: { acr?: string; authTime?: number } & AuthenticationContext = { now, skewSeconds }
  if (typeof acr === 'string' && acr !== '') known.acr = acr
  if (typeof authTime === 'number' && Number.isFinite(authTime) && authTime >= 0) known.authTime = authTime
  return known
}
