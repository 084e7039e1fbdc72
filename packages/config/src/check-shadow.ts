import type { ProposedRequirement, ProposedRequirements } from '@toolgate/policy'
import { fault, type ConfigFault } from './config-fault.ts'
import { pathTo } from './config-path.ts'
import { didYouMean } from './nearest-key.ts'

/** Checks that proposed requirements are about tools and plugins that are there: a misspelt one would watch nothing. */
export function checkShadow(
  { tools, plugins }: ProposedRequirements,
  loaded: { readonly tools: readonly string[]; readonly plugins: readonly string[] },
): readonly ConfigFault[] {
  const unknown = (names: object, known: readonly string[], base: string, what: 'tool' | 'plugin') =>
    Object.keys(names)
      .filter((name) => !known.includes(name))
      .map((name) => {
        const mend = didYouMean(name, known, `Remove it, or load the ${what}.`)
        return fault(`unknown_${what}`, pathTo(base, name), `watches a ${what} that is not loaded`, mend)
      })
  return [
    ...unknown(tools, loaded.tools, 'shadow.tools', 'tool'),
    ...unknown(plugins, loaded.plugins, 'shadow.plugins', 'plugin'),
  ]
}

/** Every scope that a proposed requirement names. */
export function proposedScopes({ tools, plugins }: ProposedRequirements): readonly string[] {
  return [...Object.values(tools), ...Object.values(plugins)].flatMap(scopesOfLine)
}

function scopesOfLine({ scopes, when = [] }: ProposedRequirement): readonly string[] {
  const further = when.flatMap((condition) => condition.scopes)
  if (scopes === undefined || scopes === 'authenticated') return further
  return [...('anyOf' in scopes ? scopes.anyOf.flat() : scopes), ...further]
}
