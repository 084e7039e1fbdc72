import { LRUCache } from 'lru-cache'
import { addressKeyOf } from './address-key.ts'
import { AuthError } from './errors.ts'
import { TokenBucket, type TokenBucketLimits } from './token-bucket.ts'

/** What tokens that the issuer does not know may cost it, from one address and from all. */
export interface UnknownTokenLimits {
  readonly perAddress: TokenBucketLimits
  readonly total: TokenBucketLimits
}

/** Permits for questions about tokens that nobody knows, given out in this process or another. */
export interface UnknownTokenPermits {
  /** As {@link UnknownTokenLimit.take}, which answers at once. */
  take(address: string): (() => void) | Promise<() => void>
}

/** 500 random tokens at once cause at most 20 requests, from wherever they come. */
const limits: UnknownTokenLimits = {
  perAddress: { burst: 10, perMinute: 10 },
  total: { burst: 20, perMinute: 20 },
}
const MAX_ADDRESSES = 10_000

/**
 * Bounds what strangers can make this host ask. A permit is taken for a token that was never active, and given back if the
 * issuer says that it is: honest callers use nothing up, however many they are, and at most 20 such questions are open at a time.
 */
export class UnknownTokenLimit implements UnknownTokenPermits {
  readonly #addresses = new LRUCache<string, TokenBucket>({ max: MAX_ADDRESSES })
  readonly #total: TokenBucket
  readonly #clock: () => number

  /** @param clock milliseconds since the epoch */
  constructor(clock: () => number) {
    this.#clock = clock
    this.#total = new TokenBucket(limits.total, clock)
  }

  /**
   * Takes a permit for one question.
   *
   * @param address the peer of the connection: an IPv4 address, or an IPv6 one that counts as its /64
   * @returns what gives it back
   * @throws {AuthError} `too_many_unknown_tokens` if the address has none left, `introspection_unavailable` if there is none at all
   */
  take(address: string): () => void {
    const own = this.#bucketOf(addressKeyOf(address))
    if (!own.take()) {
      throw new AuthError('too_many_unknown_tokens', 'too many unknown tokens from this address', {
        retryAfterSeconds: own.waitSeconds(),
      })
    }
    if (!this.#total.take()) {
      own.giveBack()
      throw new AuthError('introspection_unavailable', 'too many unknown tokens from all addresses', {
        retryAfterSeconds: this.#total.waitSeconds(),
      })
    }
    return () => {
      own.giveBack()
      this.#total.giveBack()
    }
  }

  #bucketOf(key: string): TokenBucket {
    const found = this.#addresses.get(key)
    if (found !== undefined) return found
    const made = new TokenBucket(limits.perAddress, this.#clock)
    this.#addresses.set(key, made)
    return made
  }
}
