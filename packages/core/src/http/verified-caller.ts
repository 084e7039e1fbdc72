import type { TokenVerifier, VerifiedToken } from '@toolgate/auth'
import type { Principal } from '@toolgate/plugin'
import type { HeldScopes, Policy } from '@toolgate/policy'
import type { Caller } from '../mcp/caller.ts'
import { authenticationOf } from './authentication-of.ts'

/** What makes a caller of a verified token. */
export interface VerifiedCallerOptions {
  readonly verifier: Pick<TokenVerifier, 'stands'>
  /** Asked for the scopes that rules give: the claims go no further. */
  readonly policy: Pick<Policy, 'grant'>
  /** By issuer: seconds by which its clock may be ahead. */
  readonly clockSkewSeconds: ReadonlyMap<string, number>
  /** Milliseconds since the epoch. */
  readonly clock: () => number
}

/** The caller that a request is judged for, without the token: what it holds is worked out anew for every request. */
export function verifiedCaller(
  verified: VerifiedToken,
  { verifier, policy, clockSkewSeconds, clock }: VerifiedCallerOptions,
): Caller {
  const { principal, id, claims, boundKey, expiresAt } = verified
  const granted = policy.grant({ issuer: principal.issuer, claims })
  const skewSeconds = clockSkewSeconds.get(principal.issuer) ?? 0
  const authentication = authenticationOf(claims, { skewSeconds, now: clock() / 1000 })
  return {
    principal: withGranted(principal, granted),
    held: { token: principal.scopes, granted, authentication },
    tokenId: id,
    keyThumbprint: boundKey?.thumbprint,
    expiresAt: expiresAt * 1000,
    stands: () => verifier.stands(verified),
  }
}

function withGranted(principal: Principal, granted: HeldScopes['granted']): Principal {
  if (granted.length === 0) return principal
  const beside = granted.map(({ scope }) => scope).filter((scope) => !principal.scopes.includes(scope))
  return beside.length === 0 ? principal : Object.freeze({ ...principal, granted: Object.freeze(beside) })
}
