/** Who runs how many calls at once, counted in this process or another. */
export interface CallPlaces {
  /** @returns whether there was room for so many more calls of this caller; nothing is taken otherwise */
  take(caller: string, count: number): boolean | Promise<boolean>
  free(caller: string, count: number): void
}

/** The places of one process, which answers at once. */
export interface OwnCallPlaces extends CallPlaces {
  take(caller: string, count: number): boolean
}

/**
 * Counts the calls of each caller that run.
 *
 * @param limit calls per caller
 */
export function createCallPlaces(limit: number): OwnCallPlaces {
  const taken = new Map<string, number>()
  return {
    take(caller, count) {
      const before = taken.get(caller) ?? 0
      if (before + count > limit) return false
      taken.set(caller, before + count)
      return true
    },
    free(caller, count) {
      const left = (taken.get(caller) ?? count) - count
      if (left <= 0) taken.delete(caller)
      else taken.set(caller, left)
    },
  }
}
