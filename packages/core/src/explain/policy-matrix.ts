import type { FreshnessRequirement } from '@toolgate/plugin'
import type { Decision, Visibility } from '@toolgate/policy'
import type { InspectedPolicy } from '../inspect-policy.ts'

/**
 * What one scope alone is good for with one tool.
 *
 * - `allow`: every call.
 * - `allow-if-fresh`: every call, if the sign-in is as the tool asks for.
 * - `depends-on-arguments`: some calls; the tool's conditions or its author ask for more in others.
 * - `part`: no call, but it is one of several scopes that are needed together.
 * - `condition`: no call, but a condition asks for it beside others.
 * - `demand`: no call, but the author may ask for it beside others, after looking at a call.
 * - `none`: nothing.
 */
export type MatrixCell = 'allow' | 'allow-if-fresh' | 'depends-on-arguments' | 'part' | 'condition' | 'demand' | 'none'

/** One tool in the matrix. */
export interface MatrixRow {
  readonly tool: string
  readonly plugin: string
  readonly visibility: Visibility
  /** What the tool asks of the sign-in beside the scopes. */
  readonly requires?: FreshnessRequirement
  /** What a caller with a valid token and no scope gets. */
  readonly withoutScopes: MatrixCell
  /** One cell per scope, in the order of the matrix's scopes. */
  readonly cells: readonly MatrixCell[]
}

/** Every tool against every scope that means something here. */
export interface PolicyMatrix {
  readonly scopes: readonly string[]
  readonly tools: readonly MatrixRow[]
}

/** Asks the judge about every tool with every scope by itself. It is for operators: concealed tools are in it. */
export function policyMatrix({ policy }: InspectedPolicy): PolicyMatrix {
  const scopes = policy.grantableScopes.map(({ scope }) => scope)
  const tools = policy.tools.map(({ tool, plugin, visibility, mayRequire, requires }) => {
    const nothing = policy.decide([], tool)
    return {
      tool,
      plugin,
      visibility,
      ...(requires && { requires }),
      withoutScopes: cellOf(nothing, nothing),
      cells: scopes.map((scope) => {
        const cell = cellOf(policy.decide([scope], tool), nothing)
        return cell === 'none' && mayRequire?.includes(scope) === true ? 'demand' : cell
      }),
    }
  })
  return { scopes, tools }
}

function cellOf(decision: Decision, nothing: Decision): MatrixCell {
  if (decision.effect === 'unknown-tool' || nothing.effect === 'unknown-tool') return 'none'
  const held = decision.effect === 'allow' || decision.effect === 'stale'
  if (held && decision.policy.mayRequire !== undefined) return 'depends-on-arguments'
  if (decision.effect === 'stale') return 'allow-if-fresh'
  if (decision.effect !== 'deny') return decision.effect
  const lacks = (steps: readonly { readonly missing: readonly string[] }[]) =>
    steps.reduce((sum, { missing }) => sum + missing.length, 0)
  if (lacks(decision.reason.alternatives) < lacks(nothing.reason.alternatives)) return 'part'
  return lacks(decision.reason.conditions) < lacks(nothing.reason.conditions) ? 'condition' : 'none'
}
