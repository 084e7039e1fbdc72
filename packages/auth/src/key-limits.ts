import type { FetchLimits } from './fetch-json.ts'

/** How keys are fetched and held. */
export interface KeyLimits extends FetchLimits {
  /** Seconds from the begin of a successful fetch before an unknown `kid` may cause another. */
  readonly cooldownSeconds: number
  /** Seconds from the begin of a failed fetch before the next. */
  readonly retrySeconds: number
  /** Age in seconds at which held keys are refreshed in the background. */
  readonly refreshSeconds: number
  /**
   * Seconds for which the issuer may be down while held keys are used: they are no longer at an age of these and twice
   * `refreshSeconds`, since an outage begins when they are up to so old.
   */
  readonly holdSeconds: number
}

/** What a timer can take, in seconds: over 24 days. */
const MAX_LIMIT = 2_147_000

const defaults: KeyLimits = {
  timeoutMs: 3_000,
  maxBytes: 1024 * 1024,
  cooldownSeconds: 30,
  retrySeconds: 5,
  refreshSeconds: 600,
  holdSeconds: 24 * 60 * 60,
}

/**
 * Fills in the defaults: 3 s, 1 MiB, a cooldown of 30 s, 5 s after a failure, a refresh every 10 minutes, 24 h of
 * holding.
 *
 * @throws {TypeError} for a limit that is not positive, or too large for a timer
 */
export function resolveKeyLimits(limits: Partial<KeyLimits> = {}): KeyLimits {
  const resolved = { ...defaults, ...limits }
  for (const [name, value] of Object.entries(resolved)) {
    if (!(value > 0 && value <= MAX_LIMIT)) throw new TypeError(`keys.${name} must be from 0 to ${String(MAX_LIMIT)}`)
  }
  if (resolved.holdSeconds < resolved.refreshSeconds) {
    throw new TypeError('keys.holdSeconds must not be less than keys.refreshSeconds')
  }
  return resolved
}
