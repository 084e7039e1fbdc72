import { AuthError, readCredentials } from '@toolgate/auth'
import type { CredentialScheme, ProofVerifier, TokenVerifier } from '@toolgate/auth'
import type { Principal } from '@toolgate/plugin'
import type { HeldScopes, Policy } from '@toolgate/policy'
import { authenticationOf } from './authentication-of.ts'
import { authenticationRefusal, type ChallengeFacts } from './authentication-refusal.ts'
import { headerLines } from './header-lines.ts'
import type { Room } from './host-state.ts'
import { peerAddress } from './peer-address.ts'

/** Who verifies what a caller sends, and what a 401 tells a client. */
export interface AuthenticateOptions extends ChallengeFacts {
  readonly verifier: TokenVerifier
  /** Asked at every request, after the token was verified. */
  readonly proofs: ProofVerifier
  /** Asked for the scopes that rules give: the claims go no further than this room. */
  readonly policy: Pick<Policy, 'grant'>
  /** By issuer: seconds by which its clock may be ahead. */
  readonly clockSkewSeconds: ReadonlyMap<string, number>
  /** Milliseconds since the epoch. */
  readonly clock: () => number
}

const noQuery = new URLSearchParams()

/**
 * Room 4: token, and the proof of its key if it is bound to one, to verified principal, or 401 with a challenge, before a byte of
 * the body is read. The raw token and the proof stop here (RFC 6750 sections 2.1 and 3, RFC 9728 section 5.1, RFC 9449 section 7).
 */
export function authenticate(options: AuthenticateOptions): Room {
  const takesProofs = options.schemes.some(({ name }) => name === 'DPoP')
  return async (context, next) => {
    let used: CredentialScheme | undefined
    try {
      const authorization = headerLines(context.req, 'authorization')
      const dpop = takesProofs ? headerLines(context.req, 'dpop') : undefined
      const query = context.querystring === '' ? noQuery : new URLSearchParams(context.querystring)
      const credentials = readCredentials({ authorization, query, dpop })
      used = credentials.scheme
      const verified = await options.verifier.verify(credentials.token, {
        address: peerAddress(context.req),
      })
      const nonce = await options.proofs.verify(credentials, verified, context.method)
      if (nonce !== undefined) context.set('DPoP-Nonce', nonce)
      const { principal, id, claims, boundKey } = verified
      const granted = options.policy.grant({ issuer: principal.issuer, claims })
      const skewSeconds = options.clockSkewSeconds.get(principal.issuer) ?? 0
      const authentication = authenticationOf(claims, { skewSeconds, now: options.clock() / 1000 })
      context.state.caller = {
        principal: withGranted(principal, granted),
        held: { token: principal.scopes, granted, authentication },
        tokenId: id,
        keyThumbprint: boundKey?.thumbprint,
        expiresAt: verified.expiresAt * 1000,
        stands: () => options.verifier.stands(verified),
      }
    } catch (error) {
      throw error instanceof AuthError ? authenticationRefusal(error, options, used) : error
    }
    await next()
  }
}

function withGranted(principal: Principal, granted: HeldScopes['granted']): Principal {
  if (granted.length === 0) return principal
  const beside = granted.map(({ scope }) => scope).filter((scope) => !principal.scopes.includes(scope))
  return beside.length === 0 ? principal : Object.freeze({ ...principal, granted: Object.freeze(beside) })
}
