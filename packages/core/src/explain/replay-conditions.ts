import { createPolicy } from '@toolgate/policy'
import type { InspectedPolicy } from '../inspect-policy.ts'

/**
 * The same policy, but for one tool whose conditions match exactly if they are named, whatever the arguments: the audit
 * keeps which conditions met a call, and of its arguments a hash alone. The judge stays the judge.
 *
 * @param matched `source` of the conditions that matched
 */
export function replayConditions(
  inspected: InspectedPolicy,
  name: string,
  matched: ReadonlySet<string>,
): InspectedPolicy {
  const { config, policy, catalogue } = inspected
  const implies = Object.fromEntries(Object.entries(config.scopes).map(([scope, entry]) => [scope, entry.implies]))
  const tools = policy.tools.map((rule) => {
    if (rule.tool !== name) return rule
    const conditions = rule.conditions.map((condition) => ({
      ...condition,
      matches: () => matched.has(condition.source),
    }))
    return { ...rule, conditions }
  })
  const known = catalogue.tools.get(name)
  const accepting = { validateArguments: (value: unknown) => ({ ok: true as const, value }) }
  const replaced = known === undefined ? [] : [[name, { ...known, ...accepting }] as const]
  return {
    ...inspected,
    policy: createPolicy({ tools, implies, initialScopes: policy.initialScopes }),
    catalogue: { ...catalogue, tools: new Map([...catalogue.tools, ...replaced]) },
  }
}
