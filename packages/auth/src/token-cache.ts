import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'

/** Bounds of the verified-token cache. */
export interface TokenCacheLimits {
  readonly maxEntries: number
  /** Seconds that an entry lives at most; it ends earlier if its token does. 0 turns the cache off. */
  readonly maxAgeSeconds: number
}

interface CacheEntry<Value> {
  readonly value: Value
  /** Milliseconds since the epoch. */
  readonly until: number
}

/** The key of a token: the cache holds no token. */
export function tokenDigest(token: string): string {
  return hash('sha256', token, 'base64')
}

/**
 * Verified tokens by their SHA-256. An entry ends at `exp` or after the configured time, whichever is earlier; the least
 * recently used one makes room. One verification is in flight per token; a failure is never kept.
 *
 * What it means for revocation: a JWT is judged by its signature and times alone, with or without the cache, so that
 * one that an external issuer revokes is good until `exp`; keep its tokens short-lived. The verifier takes no entry whose
 * issuer has other keys since, and asks for the standing of a local issuer's tokens on every request.
 */
export class TokenCache<Value extends { readonly expiresAt: number }> {
  readonly #entries: LRUCache<string, CacheEntry<Value>> | undefined
  readonly #flights = new Map<string, Promise<Value>>()
  readonly #maxAgeMs: number
  readonly #clock: () => number

  /** @throws {TypeError} for limits that are no whole number of entries, or negative */
  constructor({ maxEntries, maxAgeSeconds }: TokenCacheLimits, clock: () => number) {
    if (!Number.isSafeInteger(maxEntries) || maxEntries < 0) {
      throw new TypeError('cache.maxEntries must be a whole number')
    }
    if (!Number.isFinite(maxAgeSeconds) || maxAgeSeconds < 0) {
      throw new TypeError('cache.maxAgeSeconds must not be negative')
    }
    this.#entries = maxEntries > 0 ? new LRUCache({ max: maxEntries }) : undefined
    this.#maxAgeMs = maxAgeSeconds * 1000
    this.#clock = clock
  }

  /** The value held for a token, if its time is not over. */
  get(digest: string): Value | undefined {
    const entry = this.#entries?.get(digest)
    if (entry === undefined) return undefined
    if (this.#clock() < entry.until) return entry.value
    this.#entries?.delete(digest)
    return undefined
  }

  /** Verifies a token, or joins the verification in flight, and holds what comes of it. */
  verifyOnce(digest: string, verify: () => Promise<Value>): Promise<Value> {
    const joined = this.#flights.get(digest)
    if (joined !== undefined) return joined
    const flight = verify()
      .then((value) => {
        this.#hold(digest, value)
        return value
      })
      .finally(() => this.#flights.delete(digest))
    this.#flights.set(digest, flight)
    return flight
  }

  #hold(digest: string, value: Value): void {
    const now = this.#clock()
    const until = Math.min(value.expiresAt * 1000, now + this.#maxAgeMs)
    if (until > now) this.#entries?.set(digest, { value, until })
  }
}
