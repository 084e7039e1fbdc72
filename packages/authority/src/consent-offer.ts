import type { AllowedScopes } from './user.ts'

/** A scope of the host's tools, as core describes it. */
export interface ScopeDescription {
  readonly scope: string
  readonly description?: string
  /** The tools that it unlocks, without concealed ones that a reader may not know of. */
  readonly tools: readonly string[]
  /** Only concealed tools use it: whoever may not hold it does not learn of it. */
  readonly concealed: boolean
}

/** What a consent page may speak of. */
export interface ConsentOffer {
  /** Requested, and the user may hold it. */
  readonly offered: readonly ScopeDescription[]
  /** Requested, and the user may not hold it. */
  readonly withheld: readonly ScopeDescription[]
}

/**
 * Sorts what was requested. A scope that no tool has and a concealed one out of the user's reach are alike: neither is
 * spoken of.
 *
 * @param requested the `scope` parameter; without one (RFC 6749 section 3.3) the initial scopes are asked for
 */
export function resolveConsentOffer(
  requested: string | undefined,
  scopes: readonly ScopeDescription[],
  initialScopes: readonly string[],
  allowed: AllowedScopes,
): ConsentOffer {
  const wanted = new Set(requested === undefined ? initialScopes : requested.split(' '))
  const known = scopes.filter(({ scope }) => wanted.has(scope))
  const mayHold = (scope: string): boolean => allowed === 'all' || allowed.includes(scope)
  return {
    offered: known.filter(({ scope }) => mayHold(scope)),
    withheld: known.filter(({ scope, concealed }) => !concealed && !mayHold(scope)),
  }
}
