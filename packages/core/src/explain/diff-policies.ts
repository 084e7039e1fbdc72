import type { Policy, ToolPolicy } from '@toolgate/policy'
import type { InspectedPolicy } from '../inspect-policy.ts'

/** What a call comes to, from nothing to everything. */
export type Access = 'denied' | 'depends-on-arguments' | 'allowed'

/** What a change of configuration does to one tool, for callers who hold some scopes. */
export type PolicyChange =
  | {
      /** `opens`: such a caller may do more than before. */
      readonly direction: 'opens' | 'closes'
      readonly subject: 'access'
      readonly tool: string
      /** A caller who holds all of these; empty is any signed-in caller. Whoever holds more is in the same place. */
      readonly scopes: readonly string[]
      readonly from: Access
      readonly to: Access
    }
  | {
      /** Who is shown the tool, or told of it. */
      readonly direction: 'opens' | 'closes'
      readonly subject: 'visibility'
      readonly tool: string
      readonly from: string
      readonly to: string
    }
  | {
      /** Arguments are judged by other schemas: what that opens no machine can say, so it counts as opening. */
      readonly direction: 'opens'
      readonly subject: 'conditions'
      readonly tool: string
    }

const rank = { denied: 0, 'depends-on-arguments': 1, allowed: 2 } as const
const visibilityRank = { absent: 0, concealed: 1, granted: 2, listed: 3 } as const

/**
 * What one policy opens and closes against another, per tool and scopes; what opens comes first.
 *
 * Both judges are asked about every alternative of either policy, every single scope, and every alternative with one
 * scope exchanged for one that may imply it: decisions only grow with scopes, so nothing lies between these.
 */
export function diffPolicies(before: InspectedPolicy, after: InspectedPolicy): readonly PolicyChange[] {
  const names = [...new Set([before, after].flatMap(({ policy }) => policy.tools.map(({ tool }) => tool)))].sort()
  const changes = names.flatMap((tool) => [
    ...visibilityChange(before.policy, after.policy, tool),
    ...accessChanges(before.policy, after.policy, tool),
    ...conditionChange(before.policy, after.policy, tool),
  ])
  return changes.toSorted((a, b) => Number(b.direction === 'opens') - Number(a.direction === 'opens'))
}

function accessChanges(before: Policy, after: Policy, tool: string): readonly PolicyChange[] {
  const found = callersToAsk(before, after, tool).flatMap((scopes) => {
    const from = accessOf(before, scopes, tool)
    const to = accessOf(after, scopes, tool)
    if (from === to) return []
    const direction = rank[to] > rank[from] ? ('opens' as const) : ('closes' as const)
    return [{ direction, subject: 'access' as const, tool, scopes, from, to }]
  })
  const covers = (smaller: readonly string[], larger: readonly string[]) =>
    smaller.length < larger.length && smaller.every((scope) => larger.includes(scope))
  return found.filter(
    (change) =>
      !found.some(
        (other) => other.from === change.from && other.to === change.to && covers(other.scopes, change.scopes),
      ),
  )
}

function callersToAsk(before: Policy, after: Policy, tool: string): readonly (readonly string[])[] {
  const scopes = [before, after].flatMap(({ grantableScopes }) => grantableScopes.map(({ scope }) => scope))
  const rules = [ruleOf(before, tool), ruleOf(after, tool)].filter((rule) => rule !== undefined)
  const needed = rules.flatMap(({ alternatives, conditions }) => {
    const asked = conditions.map((condition) => condition.scopes)
    const all = asked.flat()
    return alternatives.flatMap((alternative) => [
      alternative,
      ...asked.map((further) => [...alternative, ...further]),
      [...alternative, ...all],
    ])
  })
  const exchanged = needed.flatMap((set) =>
    set.flatMap((scope) => scopes.map((other) => set.map((kept) => (kept === scope ? other : kept)))),
  )
  const sets = [[], ...scopes.map((scope) => [scope]), ...needed, ...exchanged].map((set) => [...new Set(set)].sort())
  return [...new Map(sets.map((set) => [set.join(' '), set])).values()].toSorted((a, b) => a.length - b.length)
}

function accessOf(policy: Policy, held: readonly string[], tool: string): Access {
  const { effect } = policy.decide(held, tool)
  if (effect === 'allow') return 'allowed'
  return effect === 'depends-on-arguments' ? effect : 'denied'
}

function visibilityChange(before: Policy, after: Policy, tool: string): readonly PolicyChange[] {
  const from = ruleOf(before, tool)?.visibility ?? 'absent'
  const to = ruleOf(after, tool)?.visibility ?? 'absent'
  if (from === to) return []
  const direction = visibilityRank[to] > visibilityRank[from] ? 'opens' : 'closes'
  return [{ direction, subject: 'visibility', tool, from, to }]
}

function conditionChange(before: Policy, after: Policy, tool: string): readonly PolicyChange[] {
  const [from, to] = [ruleOf(before, tool), ruleOf(after, tool)]
  if (from === undefined || to === undefined || conditionsText(from) === conditionsText(to)) return []
  return [{ direction: 'opens', subject: 'conditions', tool }]
}

function conditionsText({ conditions }: ToolPolicy): string {
  return JSON.stringify(conditions.map((condition) => [condition.arguments, condition.scopes]))
}

function ruleOf({ tools }: Policy, tool: string): ToolPolicy | undefined {
  return tools.find((rule) => rule.tool === tool)
}
