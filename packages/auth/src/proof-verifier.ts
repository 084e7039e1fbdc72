import { AuthError } from './errors.ts'
import { createDpopNonces } from './dpop-nonce.ts'
import { verifyDpopProof } from './dpop-proof.ts'
import type { DpopSettings } from './dpop-settings.ts'
import { normalizeHtu } from './normalize-htu.ts'
import type { Credentials } from './read-credentials.ts'
import { ReplayStore } from './replay-store.ts'
import type { ProofMemory, ReplayLimits } from './replay-store.ts'
import type { VerifiedToken } from './verify-access-token.ts'

/** What a host judges proofs by. */
export interface ProofVerifierOptions extends DpopSettings {
  /** The resource identifier: what `htu` must name. Never taken from a request. */
  readonly resource: string
  /** Milliseconds since the epoch. */
  readonly clock?: () => number
  /** How many used proofs are remembered. */
  readonly replay?: ReplayLimits
  /** The memory that several hosts share; one of this verifier's own by default. */
  readonly used?: ProofMemory
  /** The key of the nonces that several hosts share; one of this verifier's own by default. */
  readonly nonceKey?: Uint8Array
}

/** Verifies that whoever sends a token may use it. */
export interface ProofVerifier {
  /**
   * Verifies that credentials and token belong together: a bound token comes by the scheme DPoP with a good proof that was never
   * used, any other by the scheme Bearer. A proof is verified at every request, whatever is known of the token.
   *
   * The token is verified before, so that no stranger costs a signature of ours; the proof is taken as used after everything else
   * held, so that no stranger uses up anybody's `jti`.
   *
   * RFC 9449 sections 7.1, 7.2 and 9.
   *
   * @param verified what the verification of this very token returned
   * @param method the method of the request
   * @returns a nonce for the answer, if the caller's runs out soon; at once where no proof is due
   * @throws {AuthError} by rejecting: `invalid_token` for a scheme that does not fit the token, `invalid_dpop_proof`, `use_dpop_nonce`,
   *   `proof_not_recorded`
   */
  verify(credentials: Credentials, verified: VerifiedToken, method: string): undefined | Promise<string | undefined>
}

/**
 * Makes the verifier of the proofs of one host, with its memory of used proofs.
 *
 * @throws {TypeError} for a resource that is not in its normal form: no `htu` could equal it
 */
export function createProofVerifier(options: ProofVerifierOptions): ProofVerifier {
  const { resource, algorithms, proofAgeSeconds, clock = Date.now } = options
  if (normalizeHtu(resource) !== resource) {
    throw new TypeError('Proofs need a resource in its normal form, without a query')
  }
  const used = options.used ?? new ReplayStore(clock, options.replay)
  const nonces = options.nonce ? createDpopNonces(clock, options.nonceKey) : undefined
  return {
    verify(credentials, verified, method) {
      const due = credentials.scheme !== 'Bearer' || verified.boundKey !== undefined
      return due ? verifyProof(credentials, verified, method) : undefined
    },
  }

  async function verifyProof(
    credentials: Credentials,
    { boundKey, principal }: VerifiedToken,
    method: string,
  ): Promise<string | undefined> {
    if (credentials.scheme === 'Bearer') {
      throw new AuthError('invalid_token', 'a token that is bound to a key came as a plain bearer token')
    }
    if (boundKey === undefined) {
      throw new AuthError('invalid_token', 'a token that is bound to no key came with a proof')
    }
    const { token, proof } = credentials
    const { since } = used
    const now = clock() / 1000
    const given = { token, boundKey, method, resource, algorithms, proofAgeSeconds, since, now }
    const { jti, until, nonce } = await verifyDpopProof(proof, given)
    const fresh = nonces?.require(nonce)
    const owner = JSON.stringify([principal.issuer, principal.subject])
    const using = used.use({ owner, thumbprint: boundKey.thumbprint, jti, until })
    if (using !== undefined) await using
    return fresh
  }
}
