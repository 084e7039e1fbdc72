import { authorizeSource, createPolicy } from '@toolgate/policy'
import type { CatalogueEntry } from '@toolgate/registry'
import type { InspectedPolicy } from '../inspect-policy.ts'
import { rulesOf } from '../rules-of.ts'

/** What the audit keeps of a call's arguments. */
interface MetConditions {
  /** `source` of the conditions that matched. */
  readonly matched: ReadonlySet<string>
  /** By the `authorize` of the tool. */
  readonly demanded: readonly string[]
}

/**
 * The same policy, but for one tool whose conditions match exactly if they are named, whatever the arguments: the audit
 * keeps which conditions met a call and what its author demanded, and of its arguments a hash alone. The judge stays the judge,
 * and no code of a plugin runs again.
 */
export function replayConditions(inspected: InspectedPolicy, name: string, met: MetConditions): InspectedPolicy {
  const { config, policy, catalogue } = inspected
  const tools = policy.tools.map((rule) => {
    if (rule.tool !== name) return rule
    const conditions = rule.conditions.map((condition) => ({
      ...condition,
      matches: () => met.matched.has(condition.source),
    }))
    if (met.demanded.length === 0) return { ...rule, conditions }
    const demand = { source: authorizeSource, scopes: met.demanded, arguments: {}, matches: () => true }
    return { ...rule, conditions: [...conditions, demand] }
  })
  const known = catalogue.entries.get(name)
  const validateArguments = (value: unknown) => ({ ok: true as const, value })
  const replaced =
    known === undefined
      ? []
      : [[name, { ...withoutLook(known), validateArguments, validatePart: validateArguments }] as const]
  return {
    ...inspected,
    policy: createPolicy({ ...rulesOf(config), tools, initialScopes: policy.initialScopes }),
    catalogue: { ...catalogue, entries: new Map([...catalogue.entries, ...replaced]) },
  }
}

/** The author has looked already. */
function withoutLook({ authorize: _authorize, ...entry }: CatalogueEntry): CatalogueEntry {
  return entry
}
