/** Counts attempts per key in a sliding window; bounded in memory. */
export interface AttemptLimit {
  /** Counts an attempt. Returns 0 when it may go on, else the seconds until the next may. */
  take(key: string): number
  /** Takes the newest attempt back, for one that should not count. */
  giveBack(key: string): void
}

/** Past this many keys the one that was used longest ago is forgotten. */
const MAX_KEYS = 10_000

/**
 * At most `max` attempts per key in any `windowSeconds`. A refused attempt does not count, so waiting helps.
 *
 * @param clock milliseconds since the epoch
 */
export function createAttemptLimit(max: number, windowSeconds: number, clock: () => number): AttemptLimit {
  const attempts = new Map<string, readonly number[]>()
  return {
    take(key) {
      const now = clock()
      const windowStart = now - windowSeconds * 1000
      const recent = (attempts.get(key) ?? []).filter((at) => at > windowStart)
      attempts.delete(key)
      const [first = now] = recent
      const admitted = recent.length < max
      attempts.set(key, admitted ? [...recent, now] : recent)
      if (attempts.size > MAX_KEYS) attempts.delete(attempts.keys().next().value ?? key)
      return admitted ? 0 : Math.max(1, Math.ceil((first - windowStart) / 1000))
    },
    giveBack(key) {
      const held = attempts.get(key)
      if (held !== undefined) attempts.set(key, held.slice(0, -1))
    },
  }
}
