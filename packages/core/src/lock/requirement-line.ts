const or = '|'
const anyCaller = 'authenticated'
const meant: readonly string[] = [or, anyCaller]

/**
 * A requirement on one line: `notes:write team:read | notes:admin`, or `authenticated`.
 *
 * A scope that looks like one of the two words has a backslash before it, which no scope can hold (RFC 6749 section 3.3).
 */
export function requirementLine(alternatives: readonly (readonly string[])[]): string {
  return alternatives
    .map((scopes) =>
      scopes.length === 0 ? anyCaller : scopes.map((scope) => (meant.includes(scope) ? `\\${scope}` : scope)).join(' '),
    )
    .join(` ${or} `)
}

/** Reads what {@link requirementLine} wrote. */
export function readRequirementLine(line: string): readonly (readonly string[])[] {
  return line
    .split(` ${or} `)
    .map((scopes) => (scopes === anyCaller ? [] : scopes.split(' ').map((scope) => scope.replace(/^\\/, ''))))
}
