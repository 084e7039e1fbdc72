import { PolicyError } from './errors.ts'

/** Which scopes another scope stands for: `'notes:write'` implies `['notes:read']`. Explicit, exact, never by prefix. */
export type Implications = Readonly<Record<string, readonly string[]>>

/** The closure of the implications, computed once. */
export interface ScopeGraph {
  /** All that a scope stands for, itself first. */
  closure(scope: string): readonly string[]
  /** All that a set of held scopes stands for. */
  expand(held: readonly string[]): ReadonlySet<string>
  /** How much each alternative gives away: how many scopes it stands for. Asked about the same ones again it does not look into them again. */
  powers(alternatives: readonly (readonly string[])[]): readonly number[]
}

/**
 * Compiles implications.
 *
 * @throws PolicyError `implication-cycle`, naming the way round
 */
export function createScopeGraph(implications: Implications): ScopeGraph {
  const direct = new Map(Object.entries(implications))
  const closures = new Map<string, readonly string[]>()
  for (const scope of direct.keys()) closures.set(scope, reach(scope, direct))
  const closure = (scope: string) => closures.get(scope) ?? [scope]
  const expandAfresh = (held: readonly string[]): ReadonlySet<string> => {
    const effective = new Set<string>()
    for (const scope of held) {
      const known = closures.get(scope)
      if (known === undefined) effective.add(scope)
      else for (const implied of known) effective.add(implied)
    }
    return effective
  }
  // A token in a cache brings the same list with every call. One that may change is looked at each time.
  const expanded = new WeakMap<readonly string[], ReadonlySet<string>>()
  const expand = (held: readonly string[]): ReadonlySet<string> => {
    const known = expanded.get(held)
    if (known !== undefined) return known
    const effective = expandAfresh(held)
    if (Object.isFrozen(held)) expanded.set(held, effective)
    return effective
  }
  // Every denial weighs the same few alternatives.
  const weighed = new WeakMap<readonly (readonly string[])[], readonly number[]>()
  const powers = (alternatives: readonly (readonly string[])[]): readonly number[] => {
    const known = weighed.get(alternatives)
    if (known !== undefined) return known
    const sizes = alternatives.map((scopes) => expand(scopes).size)
    weighed.set(alternatives, sizes)
    return sizes
  }
  return { closure, expand, powers }
}

function reach(from: string, direct: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const reached = new Set<string>()
  const visit = (scope: string, path: readonly string[]): void => {
    if (path.includes(scope)) {
      const circle = [...path.slice(path.indexOf(scope)), scope].join(' -> ')
      throw new PolicyError('implication-cycle', `scopes imply each other in a circle: ${circle}`)
    }
    if (reached.has(scope)) return
    reached.add(scope)
    for (const next of direct.get(scope) ?? []) visit(next, [...path, scope])
  }
  visit(from, [])
  return [...reached]
}
