import type { ConditionStep, Reason } from './decision.ts'

/** Where the demands of a tool's `authorize` come from, in reasons and explanations. */
export const authorizeSource = 'authorize of the plugin'

/** What the author of a tool demanded of one call, as a step of its decision; none where nothing was demanded. */
export function demandSteps(demanded: readonly string[], effective: ReadonlySet<string>): readonly ConditionStep[] {
  if (demanded.length === 0) return []
  const scopes = [...new Set(demanded)]
  const missing = scopes.filter((scope) => !effective.has(scope))
  return [{ source: authorizeSource, scopes, matched: true, missing }]
}

/** What the author demanded of a call, by the reason of its decision. */
export function demandedIn({ conditions }: Reason): readonly string[] {
  return conditions.find(({ source }) => source === authorizeSource)?.scopes ?? []
}
