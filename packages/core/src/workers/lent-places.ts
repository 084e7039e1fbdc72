import type { CallPlaces } from '../mcp/call-places.ts'

/** What lends places to this process. */
export interface PlaceLender {
  /** @returns whether so many more are lent; none of them is otherwise */
  borrow(caller: string, count: number): Promise<boolean>
  /** They are not needed any more. */
  giveBack(caller: string, count: number): void
}

/** Milliseconds that a place which nobody uses is kept for the caller's next call. */
const keptMs = 1_000

interface Lent {
  lent: number
  used: number
  /** Whether it was used since the last look. */
  isFresh: boolean
}

/**
 * Places for calls that are lent to this process and kept for a moment after a call: a caller's next call then need not ask. Whoever lends
 * them can have those back at once that nobody uses, so no caller is refused for places that lie idle here.
 */
export class LentPlaces implements CallPlaces {
  readonly #lender: PlaceLender
  readonly #callers = new Map<string, Lent>()

  constructor(lender: PlaceLender) {
    this.#lender = lender
    setInterval(() => {
      this.sweep()
    }, keptMs).unref()
  }

  take(caller: string, count: number): boolean | Promise<boolean> {
    const own = this.#callers.get(caller) ?? { lent: 0, used: 0, isFresh: true }
    this.#callers.set(caller, own)
    own.isFresh = true
    const missing = count - (own.lent - own.used)
    // Taken before anybody is asked, so that no other call takes what this one counts on.
    own.used += count
    if (missing <= 0) return true
    own.lent += missing
    return this.#borrow(caller, own, { count, missing })
  }

  free(caller: string, count: number): void {
    const own = this.#callers.get(caller)
    if (own !== undefined) own.used -= count
  }

  /**
   * Gives up what nobody uses.
   *
   * @returns how many of the caller's places are free for others now
   */
  recall(caller: string): number {
    const own = this.#callers.get(caller)
    if (own === undefined) return 0
    const idle = Math.max(0, own.lent - own.used)
    own.lent -= idle
    if (own.lent === 0) this.#callers.delete(caller)
    return idle
  }

  /** Gives back what nobody has used for a while. */
  sweep(): void {
    for (const [caller, own] of this.#callers) {
      if (own.isFresh) own.isFresh = false
      else {
        const idle = this.recall(caller)
        if (idle > 0) this.#lender.giveBack(caller, idle)
      }
    }
  }

  async #borrow(
    caller: string,
    own: Lent,
    { count, missing }: { readonly count: number; readonly missing: number },
  ): Promise<boolean> {
    let given = false
    try {
      given = await this.#lender.borrow(caller, missing)
      return given
    } finally {
      if (!given) {
        own.lent -= missing
        own.used -= count
      }
    }
  }
}
