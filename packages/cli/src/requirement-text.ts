/** What a caller needs for a tool, in words. */
export interface Requirement {
  /** Each all-of; `[[]]` is any signed-in caller. */
  readonly alternatives: readonly (readonly string[])[]
  /** Scopes that some arguments ask for beside. */
  readonly conditionalScopes: readonly string[]
}

/** The requirement of a tool on one line: `notes:write + team:read or notes:admin, files:write for some arguments`. */
export function requirementText({ alternatives, conditionalScopes }: Requirement): string {
  const always = alternatives
    .map((scopes) => (scopes.length === 0 ? '(any signed-in caller)' : scopes.join(' + ')))
    .join(' or ')
  return conditionalScopes.length === 0 ? always : `${always}, ${conditionalScopes.join(' ')} for some arguments`
}
