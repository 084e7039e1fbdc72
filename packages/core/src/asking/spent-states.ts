import { randomUUID } from 'node:crypto'

/** Whether a state may be used now. */
export type Spending = 'spent now' | 'spent before' | 'no room'

/** A state that counts once. */
export interface SpendableState {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** Whose it is. Each has a share of its own. */
  readonly owner: string
}

/** Remembers states that count once, for as long as they would be good otherwise. */
export interface SpentStates {
  /** Names this memory: of states that another one has to know of, nobody here knows whether they were used. */
  readonly id: string
  /** Takes a state as used. Nothing is forgotten before its time: where there is no room the new one is not used. */
  spend(state: SpendableState): Spending | Promise<Spending>
}

/** The memory of one process, which answers at once. */
export interface OwnSpentStates extends SpentStates {
  spend(state: SpendableState): Spending
}

const defaultLimits = { states: 100_000, statesPerOwner: 10_000 }

/**
 * The memory of this process. A restart begins a new one, so that a state from before it is refused, not used twice.
 *
 * @param clock milliseconds since the epoch
 */
export function createSpentStates(clock: () => number, limits: typeof defaultLimits = defaultLimits): OwnSpentStates {
  // In the order in which they were used, which is nearly that in which they end.
  const spent = new Map<string, SpendableState>()
  const shares = new Map<string, number>()
  const purge = () => {
    const now = clock()
    for (const [id, { expiresAt, owner }] of spent) {
      if (expiresAt > now) break
      spent.delete(id)
      const left = (shares.get(owner) ?? 1) - 1
      if (left === 0) shares.delete(owner)
      else shares.set(owner, left)
    }
  }
  return {
    id: randomUUID(),
    spend(state) {
      purge()
      if (spent.has(state.id)) return 'spent before'
      const share = shares.get(state.owner) ?? 0
      if (spent.size >= limits.states || share >= limits.statesPerOwner) return 'no room'
      spent.set(state.id, state)
      shares.set(state.owner, share + 1)
      return 'spent now'
    },
  }
}
