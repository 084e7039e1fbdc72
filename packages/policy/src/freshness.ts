import type { FreshnessRequirement } from '@toolgate/plugin'
import type { Authentication } from './held-scopes.ts'

/**
 * Why a sign-in does not do. What a token leaves out, or says in another type, is `absent`; a sign-in that lies further ahead
 * than clocks may differ is `ahead`.
 */
export type FreshnessFault = 'acr-absent' | 'acr-other' | 'auth-time-absent' | 'auth-time-ahead' | 'too-old'

/** What a tool asks of the sign-in, and what the token says of it. */
export interface FreshnessStep {
  readonly requires: FreshnessRequirement
  /** Absent where nothing is known of the sign-in at all. */
  readonly seen: Authentication | undefined
  /** Empty if the sign-in does. */
  readonly faults: readonly FreshnessFault[]
}

/**
 * Judges the sign-in behind a token against what a tool asks of it (RFC 9470). Pure; whatever is not known is not met. The
 * age gets no allowance for clocks that differ: only a sign-in in the future does.
 */
export function judgeFreshness(requires: FreshnessRequirement, seen: Authentication | undefined): FreshnessStep {
  const faults = [...acrFaults(requires.acr, seen), ...ageFaults(requires.maxAgeSeconds, seen)]
  return { requires, seen, faults }
}

function acrFaults(accepted: readonly string[] | undefined, seen: Authentication | undefined): FreshnessFault[] {
  if (accepted === undefined) return []
  if (seen?.acr === undefined) return ['acr-absent']
  return accepted.includes(seen.acr) ? [] : ['acr-other']
}

function ageFaults(maxAgeSeconds: number | undefined, seen: Authentication | undefined): FreshnessFault[] {
  if (maxAgeSeconds === undefined) return []
  if (seen?.authTime === undefined) return ['auth-time-absent']
  const age = seen.now - seen.authTime
  if (!(age >= -seen.skewSeconds)) return ['auth-time-ahead']
  return age <= maxAgeSeconds ? [] : ['too-old']
}
