/**
 * Keeps an issuer that does not answer from being asked by every request. After a failure nothing is asked for the cooldown; then one
 * request probes, and the others go on being refused until it has come back.
 */
export class IssuerOutage {
  readonly #cooldownMs: number
  readonly #clock: () => number
  #failedAt: number | undefined
  #probing = false

  /** @param clock milliseconds since the epoch */
  constructor(cooldownSeconds: number, clock: () => number) {
    this.#cooldownMs = cooldownSeconds * 1000
    this.#clock = clock
  }

  /** Whether nothing may be asked now; takes no part in it. */
  holdsOff(): boolean {
    return this.#probing || this.#remainingMs() > 0
  }

  /** Whether a request may be made now. Who gets true tells {@link succeeded} or {@link failed} what came of it. */
  mayAsk(): boolean {
    if (this.holdsOff()) return false
    this.#probing = this.#failedAt !== undefined
    return true
  }

  /** The issuer has answered. */
  succeeded(): void {
    this.#failedAt = undefined
    this.#probing = false
  }

  /** The issuer has not answered, or would not. */
  failed(): void {
    this.#failedAt = this.#clock()
    this.#probing = false
  }

  /** Whole seconds, one at least, until it makes sense to ask again. */
  retryAfterSeconds(): number {
    return Math.max(1, Math.ceil(this.#remainingMs() / 1000))
  }

  #remainingMs(): number {
    const elapsed = this.#failedAt === undefined ? Infinity : this.#clock() - this.#failedAt
    // A clock that was set back must not stretch the cooldown.
    return elapsed < 0 ? 0 : Math.max(0, this.#cooldownMs - elapsed)
  }
}
