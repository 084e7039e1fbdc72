import type { ProposedRequirement, ProposedRequirements, ShadowRule, ToolPolicy } from '@toolgate/policy'
import { checkFreshness } from './check-freshness.ts'
import { checkConditions, checkRequirement } from './check-scopes.ts'
import { findingsOf, type Checked } from './checked.ts'

/**
 * The proposed requirement of a tool, by its own line under `shadow` or else its plugin's: each key stands in the place of
 * what counts now. Undefined where nothing is proposed.
 */
export function shadowRule(
  policy: ToolPolicy,
  lines: ProposedRequirements | undefined,
): Checked<ShadowRule | undefined> {
  const found = lineOf(policy, lines)
  if (found === undefined) return { ok: true, value: undefined }
  const { line, at } = found
  const scopes =
    line.scopes === undefined
      ? { ok: true as const, value: policy.alternatives }
      : checkRequirement(`${at}.scopes`, line.scopes)
  const conditions =
    line.when === undefined
      ? { ok: true as const, value: policy.conditions }
      : checkConditions(`${at}.when`, line.when, 'proposal')
  const requires =
    line.requires === undefined
      ? { ok: true as const, value: policy.requires }
      : checkFreshness(`${at}.requires`, line.requires)
  const findings = findingsOf(scopes, conditions, requires)
  if (findings.length > 0 || !scopes.ok || !conditions.ok || !requires.ok) return { ok: false, findings }
  const { requires: _, ...kept } = policy
  const proposed: ToolPolicy = {
    ...kept,
    alternatives: scopes.value,
    conditions: conditions.value,
    ...(requires.value !== undefined && { requires: requires.value }),
  }
  return { ok: true, value: Object.freeze({ source: at, policy: Object.freeze(proposed) }) }
}

function lineOf(
  { tool, plugin }: ToolPolicy,
  lines: ProposedRequirements | undefined,
): { readonly line: ProposedRequirement; readonly at: string } | undefined {
  if (lines === undefined) return undefined
  const own = Object.hasOwn(lines.tools, tool) ? lines.tools[tool] : undefined
  if (own !== undefined) return { line: own, at: `shadow.tools.${tool}` }
  const shared = Object.hasOwn(lines.plugins, plugin) ? lines.plugins[plugin] : undefined
  return shared && { line: shared, at: `shadow.plugins.${plugin}` }
}
