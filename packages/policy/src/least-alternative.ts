import type { ScopeGraph } from './scope-graph.ts'
import type { ToolPolicy } from './tool-policy.ts'

/** The alternative of a tool that gives the least away: fewest scopes with all that they imply, then declared order. */
export function leastAlternative(graph: ScopeGraph, policy: ToolPolicy): readonly string[] {
  const powers = graph.powers(policy.alternatives)
  return policy.alternatives[powers.indexOf(Math.min(...powers))] ?? []
}
