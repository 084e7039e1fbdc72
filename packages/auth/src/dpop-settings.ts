/** Whether tokens of an issuer may, or must, be bound to a key (RFC 9449). */
export type DpopMode = 'off' | 'allowed' | 'required'

/** Every {@link DpopMode}. */
export const dpopModes: readonly DpopMode[] = Object.freeze(['off', 'allowed', 'required'])

/** How a host judges proofs, whoever issued the token. */
export interface DpopSettings {
  /** Signature algorithms that are accepted, asymmetric ones alone (RFC 9449 section 11.6). */
  readonly algorithms: readonly string[]
  /** Seconds that a proof is good for after its `iat`. */
  readonly proofAgeSeconds: number
  /** Whether a proof must hold a nonce of this host (RFC 9449 section 9). */
  readonly nonce: boolean
}
