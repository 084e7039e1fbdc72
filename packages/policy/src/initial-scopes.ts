import { PolicyError } from './errors.ts'
import { leastAlternative } from './least-alternative.ts'
import type { ScopeGraph } from './scope-graph.ts'
import type { ToolPolicy } from './tool-policy.ts'

const most = 20

/**
 * The scopes that the first challenge asks for when the operator names none: what the read-only tools need without
 * conditions, by the least privileged alternative of each.
 *
 * @param shown the rules of tools that are not concealed
 * @param onlyGranted scopes that no sign-in gives, which are never asked for
 * @throws PolicyError `too-many-initial-scopes` beyond twenty
 */
export function chooseInitialScopes(
  graph: ScopeGraph,
  shown: readonly ToolPolicy[],
  onlyGranted: ReadonlySet<string>,
): readonly string[] {
  const chosen = new Set<string>()
  for (const policy of shown.filter((candidate) => candidate.readOnly)) {
    // An authorization server refuses a sign-in that asks for a scope that it does not know.
    const alternatives = policy.alternatives.filter((scopes) => !scopes.some((scope) => onlyGranted.has(scope)))
    for (const scope of leastAlternative(graph, { ...policy, alternatives })) chosen.add(scope)
  }
  if (chosen.size > most) {
    throw new PolicyError(
      'too-many-initial-scopes',
      `the read-only tools need ${String(chosen.size)} scopes, more than ${String(most)}: name what the first sign-in asks for in initialScopes`,
    )
  }
  return [...chosen].sort()
}
