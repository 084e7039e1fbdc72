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
  const all = tools.map((tool) => ({ tool, scopes: new Set(scopesOf(tool)) }))
  const named = new Set(all.flatMap(({ scopes }) => [...scopes]))
  const shown = all.filter(({ tool }) => tool.visibility !== 'concealed')
  const namedByShown = new Set(shown.flatMap(({ scopes }) => [...scopes]))
  const useful = implying.filter((scope) => graph.closure(scope).some((implied) => named.has(implied)))
  return [...new Set([...named, ...useful])].sort().map((scope) => {
    const reached = graph.closure(scope)
    const helped = shown.filter(({ scopes }) => reached.some((candidate) => scopes.has(candidate)))
    const concealed = named.has(scope) ? !namedByShown.has(scope) : helped.length === 0
    return { scope, tools: concealed ? [] : helped.map(({ tool }) => tool.tool), concealed }
  })
}
