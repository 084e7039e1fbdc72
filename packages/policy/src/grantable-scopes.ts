import type { ScopeGraph } from './scope-graph.ts'
import { scopesOf, type ToolPolicy } from './tool-policy.ts'

/** A scope that an authorization server may grant, and what it is good for. */
export interface GrantableScope {
  readonly scope: string
  /** The tools that it helps to, by itself or by what it implies; never a concealed one. */
  readonly tools: readonly string[]
  /** Only concealed tools use it, so nobody is told of it who may not hold it. */
  readonly concealed: boolean
}

/**
 * Every scope that means something here: those that tools name, and those that imply one of them.
 *
 * @param implying the scopes that imply others
 */
export function grantableScopes(
  graph: ScopeGraph,
  tools: readonly ToolPolicy[],
  implying: readonly string[],
): readonly GrantableScope[] {
  const named = new Set(tools.flatMap(scopesOf))
  const useful = implying.filter((scope) => graph.closure(scope).some((implied) => named.has(implied)))
  return [...new Set([...named, ...useful])].sort().map((scope) => {
    const reached = new Set(graph.closure(scope))
    const shown = tools.filter((tool) => tool.visibility !== 'concealed')
    const helped = shown.filter((tool) => scopesOf(tool).some((candidate) => reached.has(candidate)))
    const namedByShown = shown.some((tool) => scopesOf(tool).includes(scope))
    const concealed = named.has(scope) ? !namedByShown : helped.length === 0
    return { scope, tools: concealed ? [] : helped.map(({ tool }) => tool), concealed }
  })
}
