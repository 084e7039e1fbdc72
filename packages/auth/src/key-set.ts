import { createLocalJWKSet, errors } from 'jose'
import type { CryptoKey, JWSHeaderParameters } from 'jose'
import { KeyFetchError } from './errors.ts'
import { isExposed, isRecord, isUsable, publicPart } from './public-jwk.ts'

/** How many keys are tried for a token without a `kid`, or with one that several keys share. */
const MAX_CANDIDATES = 8

/** The usable keys of one issuer at one time. Two sets are the same if they are the same object. */
export interface KeySet {
  /** Tells sets apart by their content, whatever the order of the keys. */
  readonly fingerprint: string
  /** Number of usable keys; 0 if the issuer publishes none. */
  readonly size: number
  /** Number of keys that were left out because they hold private or symmetric material. */
  readonly exposed: number
  /** The keys that fit a header's `alg` and `kid`, best first; empty if there are none. */
  candidates(header: JWSHeaderParameters): Promise<readonly CryptoKey[]>
}

/**
 * Makes a key set of a JWK Set. Only public signature keys of known types are taken; symmetric keys, and keys that
 * publish their private part, are left out: they are no secret any more.
 *
 * Does NOT check: that the key material is sound; a key that cannot be imported fits no token. RSA keys under 2048 bits
 * fail at verification.
 *
 * RFC 7517 sections 4 and 5, RFC 8725 section 3.1.
 *
 * @throws {KeyFetchError} `unusable` if the document is no JWK Set
 */
export function createKeySet(document: unknown): KeySet {
  if (!isRecord(document) || !Array.isArray(document.keys) || !document.keys.every(isRecord)) {
    throw new KeyFetchError('unusable', 'the document is not a JWK Set')
  }
  const published: readonly Record<string, unknown>[] = document.keys
  const keys = published.filter((key) => !isExposed(key) && isUsable(key)).map(publicPart)
  const local = createLocalJWKSet({ keys })
  return {
    fingerprint: keys
      .map((key) => JSON.stringify(key))
      .toSorted()
      .join(),
    size: keys.length,
    exposed: published.filter(isExposed).length,
    async candidates(header) {
      try {
        return [await local(header)]
      } catch (error) {
        if (error instanceof errors.JWKSMultipleMatchingKeys) return firstOf(error)
        return []
      }
    },
  }
}

async function firstOf(keys: AsyncIterable<CryptoKey>): Promise<readonly CryptoKey[]> {
  const first: CryptoKey[] = []
  for await (const key of keys) {
    first.push(key)
    if (first.length === MAX_CANDIDATES) break
  }
  return first
}
