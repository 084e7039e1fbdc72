import { Tally } from './tally.ts'

/** Milliseconds that an allowed call lasts at most, a stream of news included: of what a batch was refused with, no end is told. */
const longestCallMs = 3_660_000
/** Calls that are remembered of one worker. */
const mostBegun = 100_000

/** What one worker has of what all share, so that nothing of it is lost when the worker is. */
export class Holdings {
  readonly calls = new Tally()
  readonly streams = new Tally()
  readonly sessions = new Tally()
  /** What gives a permit back, by the address that it was taken for. */
  readonly permits = new Map<string, (() => void)[]>()
  /** Allowed calls without an outcome, with when they began. */
  readonly #begun = new Map<string, number>()

  begin(requestId: string): void {
    const now = performance.now()
    this.#begun.set(requestId, now)
    for (const [oldest, since] of this.#begun) {
      if (this.#begun.size <= mostBegun && now - since <= longestCallMs) return
      this.#begun.delete(oldest)
    }
  }

  end(requestId: string): void {
    this.#begun.delete(requestId)
  }

  /** Calls that have no outcome, with how long they have been running in milliseconds. */
  unfinished(): readonly { readonly requestId: string; readonly durationMs: number }[] {
    const now = performance.now()
    return [...this.#begun].map(([requestId, since]) => ({ requestId, durationMs: now - since }))
  }

  keepPermit(address: string, giveBack: () => void): void {
    const kept = this.permits.get(address) ?? []
    kept.push(giveBack)
    this.permits.set(address, kept)
  }

  givePermit(address: string): void {
    const kept = this.permits.get(address)
    kept?.pop()?.()
    if (kept?.length === 0) this.permits.delete(address)
  }
}
