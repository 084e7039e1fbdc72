import { createLocalJWKSet, errors } from 'jose'
import type { CryptoKey, JWSHeaderParameters } from 'jose'
import { KeyFetchError } from './errors.ts'
import { signatureAlgorithms } from './issuer-settings.ts'

/** How many keys are tried for a token without a `kid`, or with one that several keys share. */
const MAX_CANDIDATES = 8
const KEY_TYPES: readonly unknown[] = ['RSA', 'EC', 'OKP']
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']
const PUBLIC_MEMBERS = ['kty', 'use', 'key_ops', 'alg', 'kid', 'n', 'e', 'crv', 'x', 'y']

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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isExposed(key: Record<string, unknown>): boolean {
  return key.kty === 'oct' || PRIVATE_MEMBERS.some((member) => Object.hasOwn(key, member))
}

function isUsable(key: Record<string, unknown>): boolean {
  if (!KEY_TYPES.includes(key.kty)) return false
  if (key.use !== undefined && key.use !== 'sig') return false
  if (key.key_ops !== undefined && !(Array.isArray(key.key_ops) && key.key_ops.includes('verify'))) return false
  if (key.kid !== undefined && typeof key.kid !== 'string') return false
  return key.alg === undefined || (typeof key.alg === 'string' && signatureAlgorithms.includes(key.alg))
}

function publicPart(key: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(PUBLIC_MEMBERS.filter((member) => key[member] !== undefined).map((m) => [m, key[m]]))
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
