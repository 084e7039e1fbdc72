import { createHmac, randomBytes } from 'node:crypto'
import { AuthError } from './errors.ts'

/** Seconds after which a new nonce is handed out. One is good until the end of the next such time. */
const WINDOW_SECONDS = 120

/** The nonces that a host asks for in proofs: made from the time, so that none is kept. */
export interface DpopNonces {
  /** The nonce to hand out now. */
  current(): string
  /**
   * Checks the `nonce` of a proof: the current one or the one before.
   *
   * @returns a fresh nonce for the answer if the proof's is about to run out (RFC 9449 section 8.2)
   * @throws {AuthError} `use_dpop_nonce` with the nonce to use
   */
  require(nonce: unknown): string | undefined
}

/**
 * Makes nonces by HMAC over the number of a time window, with a key that ends with the process: whoever has seen all earlier ones
 * cannot foretell the next, so no proof can be made in advance.
 *
 * RFC 9449 sections 8 and 9.
 *
 * @param clock milliseconds since the epoch
 */
export function createDpopNonces(clock: () => number, key: Uint8Array = randomBytes(32)): DpopNonces {
  const window = (): number => Math.floor(clock() / 1000 / WINDOW_SECONDS)
  const nonceOf = (number: number): string =>
    createHmac('sha256', key)
      .update(`dpop-nonce ${String(number)}`)
      .digest('base64url')
  const current = (): string => nonceOf(window())
  return {
    current,
    require(nonce) {
      const fresh = current()
      // Nonces are no secret, everybody is handed them: there is nothing to be learnt from the time that this takes.
      if (nonce === fresh) return undefined
      if (nonce === nonceOf(window() - 1)) return fresh
      const detail = nonce === undefined ? 'the proof has no nonce' : 'the nonce of the proof is none that counts'
      throw new AuthError('use_dpop_nonce', detail, { nonce: fresh })
    },
  }
}
