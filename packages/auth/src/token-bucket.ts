/** How many at once, and how many a minute after that. */
export interface TokenBucketLimits {
  readonly burst: number
  readonly perMinute: number
}

/** A bucket that holds up to `burst` permits and fills by `perMinute`. A clock that is set back fills nothing. */
export class TokenBucket {
  readonly #limits: TokenBucketLimits
  readonly #clock: () => number
  #permits: number
  #filledAt = -Infinity

  /** @param clock milliseconds since the epoch */
  constructor(limits: TokenBucketLimits, clock: () => number) {
    this.#limits = limits
    this.#clock = clock
    this.#permits = limits.burst
  }

  /** Takes one permit, or answers false. */
  take(): boolean {
    this.#fill()
    if (this.#permits < 1) return false
    this.#permits -= 1
    return true
  }

  /** Gives back a permit that was not used up. */
  giveBack(): void {
    this.#permits = Math.min(this.#limits.burst, this.#permits + 1)
  }

  /** Whole seconds, one at least, until there is a permit. */
  waitSeconds(): number {
    this.#fill()
    return Math.max(1, Math.ceil((1 - this.#permits) * (60 / this.#limits.perMinute)))
  }

  #fill(): void {
    const now = this.#clock()
    const elapsedMs = Math.max(0, now - this.#filledAt)
    this.#permits = Math.min(this.#limits.burst, this.#permits + (elapsedMs / 60_000) * this.#limits.perMinute)
    this.#filledAt = now
  }
}
