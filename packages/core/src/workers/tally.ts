/** How much of something each caller has. */
export class Tally {
  readonly #counts = new Map<string, number>()

  of(caller: string): number {
    return this.#counts.get(caller) ?? 0
  }

  /** Never below nothing. */
  add(caller: string, count: number): void {
    const next = this.of(caller) + count
    if (next <= 0) this.#counts.delete(caller)
    else this.#counts.set(caller, next)
  }

  /** Every caller with what it has, and forgets it. */
  drain(): readonly (readonly [caller: string, count: number])[] {
    const all = [...this.#counts]
    this.#counts.clear()
    return all
  }
}
