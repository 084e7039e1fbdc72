import type { OldestSession } from './messages.ts'

/** Somebody who has sessions of callers. */
export interface SessionHolder {
  readonly sessions: { of(caller: string): number; add(caller: string, count: number): void }
  /** The one of a caller that is missed least; null if there is none, or nobody can say. */
  oldest(caller: string): Promise<OldestSession | null>
  /** Ends that one, after which it is counted no more. */
  endOldest(caller: string): Promise<unknown>
}

/** How many sessions there may be. */
export interface CensusLimits {
  readonly sessions: number
  readonly sessionsPerCaller: number
}

/** Counts the sessions of all workers: a caller that has too many loses its oldest one, wherever that is. */
export class SessionCensus {
  readonly #limits: CensusLimits
  readonly #holders: () => readonly SessionHolder[]
  #all = 0
  // One after the other: between the question which one goes and its end nobody else may come.
  #last: Promise<unknown> = Promise.resolve()

  constructor(limits: CensusLimits, holders: () => readonly SessionHolder[]) {
    this.#limits = limits
    this.#holders = holders
  }

  /** @returns whether there was room for one more */
  take(holder: SessionHolder, caller: string): Promise<boolean> {
    const taking = this.#last.then(() => this.#take(holder, caller))
    this.#last = taking.catch(() => undefined)
    return taking
  }

  free(holder: SessionHolder, caller: string, count = 1): void {
    this.#all -= count
    holder.sessions.add(caller, -count)
  }

  async #take(holder: SessionHolder, caller: string): Promise<boolean> {
    const holders = this.#holders().filter(({ sessions }) => sessions.of(caller) > 0)
    const own = holders.reduce((sum, { sessions }) => sum + sessions.of(caller), 0)
    if (own >= this.#limits.sessionsPerCaller) await this.#endOldest(holders, caller)
    // The worker that asked may have ended meanwhile.
    if (this.#all >= this.#limits.sessions || !this.#holders().includes(holder)) return false
    this.#all += 1
    holder.sessions.add(caller, 1)
    return true
  }

  async #endOldest(holders: readonly SessionHolder[], caller: string): Promise<void> {
    const found = await Promise.all(
      holders.map(async (holder) => ({ holder, oldest: await holder.oldest(caller).catch(() => null) })),
    )
    const known = found.flatMap(({ holder, oldest }) => (oldest === null ? [] : [{ holder, ...oldest }]))
    const [first] = known.sort((a, b) => Number(b.idle) - Number(a.idle) || a.usedAt - b.usedAt)
    await first?.holder.endOldest(caller).catch(() => undefined)
  }
}
