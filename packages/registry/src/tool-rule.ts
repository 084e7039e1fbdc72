import type { ToolOverride, ToolPolicy, Visibility } from '@toolgate/policy'
import { checkConditions, checkRequirement } from './check-scopes.ts'
import { finding, findingsOf, type Checked } from './checked.ts'
import type { Finding } from './load-fault.ts'
import { isPlainObject } from './plain-object.ts'

/** Who may call a tool, and for how long. */
export interface ToolRule {
  readonly policy: ToolPolicy
  /** Milliseconds. */
  readonly timeoutMs: number
  /** The operator lets the tool share its only scope with a read-only tool. */
  readonly allowSharedScope: boolean
}

/** What the operator says about tools. */
export interface ToolRules {
  /** By tool name. */
  readonly overrides: Readonly<Record<string, ToolOverride>>
  /** What holds where neither the author nor the operator says anything; `callMs` in milliseconds. */
  readonly defaults: { readonly visibility: Visibility; readonly callMs: number }
}

const maxTimeoutMs = 600_000
const visibilities: readonly unknown[] = ['granted', 'listed', 'concealed'] satisfies Visibility[]

/**
 * Puts the operator's override over what the author declared. What the author declared is checked all the same: a tool
 * without `scopes` of its own does not load.
 */
export function toolRule(
  plugin: string,
  tool: Readonly<Record<string, unknown>> & { readonly name: string },
  { overrides, defaults }: ToolRules,
): Checked<ToolRule> {
  const where = `tool "${tool.name}"`
  const override: ToolOverride = (Object.hasOwn(overrides, tool.name) ? overrides[tool.name] : undefined) ?? {}
  const declared = checkRequirement(`${where}: scopes`, tool['scopes'])
  const declaredWhen = checkConditions(`${where}: when`, tool['when'], 'plugin')
  const at = `tools.${tool.name}`
  const requirement = override.scopes === undefined ? declared : checkRequirement(`${at}.scopes`, override.scopes)
  const conditions = override.when === undefined ? declaredWhen : checkConditions(`${at}.when`, override.when, 'config')
  const visibility = override.visibility ?? defaults.visibility
  const findings = [
    ...findingsOf(...new Set([declared, declaredWhen, requirement, conditions])),
    ...checkVisibility(at, visibility),
    ...[tool['timeoutMs'], override.timeoutMs, defaults.callMs].flatMap((value) => checkTimeout(where, value)),
  ]
  if (findings.length > 0 || !requirement.ok || !conditions.ok) return { ok: false, findings }
  const policy = Object.freeze<ToolPolicy>({
    tool: tool.name,
    plugin,
    alternatives: requirement.value,
    conditions: conditions.value,
    visibility,
    readOnly: isPlainObject(tool['annotations']) && tool['annotations']['readOnlyHint'] === true,
    declaredBy: override.scopes === undefined ? 'plugin' : 'config',
  })
  const timeoutMs = override.timeoutMs ?? (tool['timeoutMs'] as number | undefined) ?? defaults.callMs
  return { ok: true, value: { policy, timeoutMs, allowSharedScope: override.allowSharedScope === true } }
}

function checkVisibility(at: string, visibility: unknown): Finding[] {
  if (visibilities.includes(visibility)) return []
  return [finding('bad_visibility', `${at}.visibility is unknown`, 'Say granted, listed or concealed.')]
}

function checkTimeout(where: string, value: unknown): Finding[] {
  if (value === undefined) return []
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= maxTimeoutMs) return []
  const mend = `Give whole milliseconds from 1 to ${String(maxTimeoutMs)}.`
  return [finding('bad_timeout', `${where}: timeoutMs is out of range`, mend)]
}
