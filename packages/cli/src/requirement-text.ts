import type { FreshnessRequirement } from '@toolgate/plugin'
import { demandText } from '@toolgate/policy'

/** What a caller needs for a tool, in words. */
export interface Requirement {
  /** Each all-of; `[[]]` is any signed-in caller. */
  readonly alternatives: readonly (readonly string[])[]
  /** Scopes that some arguments ask for beside. */
  readonly conditionalScopes: readonly string[]
  /** Scopes that the author may demand after looking at a call. */
  readonly mayRequire?: readonly string[]
  /** What is asked of the sign-in beside. */
  readonly requires?: FreshnessRequirement
}

/** The requirement of a tool on one line: `notes:write + team:read or notes:admin, files:write for some arguments`. */
export function requirementText({ alternatives, conditionalScopes, mayRequire = [], requires }: Requirement): string {
  const always = alternatives
    .map((scopes) => (scopes.length === 0 ? '(any signed-in caller)' : scopes.join(' + ')))
    .join(' or ')
  return [
    always,
    ...(conditionalScopes.length === 0 ? [] : [`${conditionalScopes.join(' ')} for some arguments`]),
    ...(mayRequire.length === 0 ? [] : [`${mayRequire.join(' ')} if its author asks`]),
    ...(requires === undefined ? [] : [demandText(requires)]),
  ].join(', ')
}
