import { createScopeGraph } from '@toolgate/policy'
import { fault, type ConfigFault } from './config-fault.ts'
import { pathTo } from './config-path.ts'
import { didYouMean } from './nearest-key.ts'
import type { ResolvedConfig } from './resolved-config.ts'

/** What is loaded, as far as the config speaks of it. */
export interface CatalogueFacts {
  readonly tools: readonly {
    readonly name: string
    readonly plugin: string
    /** Scopes of all alternatives. */
    readonly scopes: readonly string[]
    /** Scopes that conditions add. */
    readonly conditionalScopes: readonly string[]
  }[]
  /** Tools of plugins that wait for their settings; overrides may name them. */
  readonly notConfiguredTools: readonly string[]
  /** Scopes that those tools name. */
  readonly notConfiguredScopes: readonly string[]
}

/**
 * Checks what the config says of tools and scopes against what is loaded: an override that names no tool protects nothing,
 * and a scope that nothing asks for is most likely misspelt.
 *
 * A scope counts as asked for if a tool names it, or if it stands for one that a tool names.
 */
export function checkAgainstCatalogue(config: ResolvedConfig, facts: CatalogueFacts): readonly ConfigFault[] {
  const tools = [...facts.tools.map(({ name }) => name), ...facts.notConfiguredTools]
  const required = new Set([
    ...facts.tools.flatMap(({ scopes, conditionalScopes }) => [...scopes, ...conditionalScopes]),
    ...facts.notConfiguredScopes,
  ])
  const implications = Object.fromEntries(Object.entries(config.scopes).map(([scope, { implies }]) => [scope, implies]))
  const graph = createScopeGraph(implications)
  const isUsed = (scope: string): boolean => graph.closure(scope).some((implied) => required.has(implied))
  const isKnown = (scope: string): boolean => required.has(scope) || Object.hasOwn(config.scopes, scope)
  const known = [...required].sort()
  return [
    ...Object.keys(config.tools)
      .filter((name) => !tools.includes(name))
      .map((name) => {
        const mend = didYouMean(name, tools, 'Remove it, or load the plugin that has the tool.')
        return fault('unknown_tool', pathTo('tools', name), 'overrides a tool that is not loaded', mend)
      }),
    ...Object.entries(config.scopes).flatMap(([scope, { implies }]) => {
      const at = pathTo('scopes', scope)
      const unknown = implies.map((implied, index) => [implied, pathTo(`${at}.implies`, index)] as const)
      return [
        ...(isUsed(scope) ? [] : [unused(scope, at, known)]),
        ...unknown
          .filter(([implied]) => !isKnown(implied))
          .map(([implied, path]) => {
            const mend = didYouMean(implied, known, 'Remove it, or describe it under scopes.')
            return fault('unknown_implied_scope', path, 'is a scope that no tool needs', mend)
          }),
      ]
    }),
    ...config.grants.flatMap(({ scopes, source }) =>
      scopes.flatMap((scope, index) =>
        isUsed(scope) ? [] : [unused(scope, pathTo(`${source}.scopes`, index), known)],
      ),
    ),
    ...(config.initialScopes ?? []).flatMap((scope, index) =>
      isUsed(scope) ? [] : [unused(scope, pathTo('initialScopes', index), known)],
    ),
  ]
}

function unused(scope: string, path: string, known: readonly string[]): ConfigFault {
  return fault('unused_scope', path, 'is a scope that no tool needs', didYouMean(scope, known, 'Remove it.'))
}
