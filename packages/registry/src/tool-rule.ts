import {
  thingKey,
  type ProposedRequirements,
  type ShadowRule,
  type ThingKind,
  type ThingOverride,
  type ToolOverride,
  type ToolPolicy,
  type Visibility,
} from '@toolgate/policy'
import { checkFreshness } from './check-freshness.ts'
import { checkConditions, checkRequirement } from './check-scopes.ts'
import { finding, findingsOf, type Checked } from './checked.ts'
import type { Finding } from './load-fault.ts'
import { shadowRule } from './shadow-rule.ts'

/** Who may call a tool, or have another thing, and for how long. */
export interface ToolRule {
  readonly policy: ToolPolicy
  /** Milliseconds. */
  readonly timeoutMs: number
  /** The operator lets the tool share its only scope with a read-only tool. */
  readonly allowSharedScope: boolean
  /** What the operator proposes in the place of the policy. */
  readonly shadow: ShadowRule | undefined
}

/** What the operator says about tools. */
export interface ToolRules {
  /** By tool name. */
  readonly overrides: Readonly<Record<string, ToolOverride>>
  /** Of other things, by URI, URI template and name; nothing by default. */
  readonly things?: ThingOverrides
  /** What the operator proposes; nothing by default. */
  readonly shadow?: ProposedRequirements
  /** What holds where neither the author nor the operator says anything; `callMs` in milliseconds. */
  readonly defaults: { readonly visibility: Visibility; readonly callMs: number }
}

/** What the operator says about things that are no tools. */
export interface ThingOverrides {
  /** By URI. */
  readonly resources: Readonly<Record<string, ThingOverride>>
  /** By URI template. */
  readonly resourceTemplates: Readonly<Record<string, ThingOverride>>
  /** By name. */
  readonly prompts: Readonly<Record<string, ThingOverride>>
}

/** What a rule is about. */
export interface RuleSubject {
  readonly plugin: string
  readonly kind: ThingKind
  /** A tool's or prompt's name, a URI or a URI template. */
  readonly name: string
  /** How messages name it: `tool "notes_list"`. */
  readonly where: string
  /** How messages name what the operator says of it: `tools.notes_list`. */
  readonly at: string
  readonly override: ToolOverride | undefined
  readonly readOnly: boolean
}

const maxTimeoutMs = 600_000
const visibilities: readonly unknown[] = ['granted', 'listed', 'concealed'] satisfies Visibility[]

/**
 * Puts the operator's override over what the author declared. What the author declared is checked all the same: a thing
 * without `scopes` of its own does not load.
 *
 * @param mayRequire what the author's `authorize` may demand; no operator changes it, because the code stays the author's
 */
export function toolRule(
  subject: RuleSubject,
  declaration: Readonly<Record<string, unknown>>,
  { defaults, shadow: proposals }: ToolRules,
  mayRequire?: readonly string[],
): Checked<ToolRule> {
  const { plugin, kind, name, where, at, override = {}, readOnly } = subject
  const declared = checkRequirement(`${where}: scopes`, declaration['scopes'])
  const declaredWhen = checkConditions(`${where}: when`, declaration['when'], 'plugin')
  const requirement = override.scopes === undefined ? declared : checkRequirement(`${at}.scopes`, override.scopes)
  const conditions = override.when === undefined ? declaredWhen : checkConditions(`${at}.when`, override.when, 'config')
  const declaredRequires = checkFreshness(`${where}: requires`, declaration['requires'])
  const requires =
    override.requires === undefined ? declaredRequires : checkFreshness(`${at}.requires`, override.requires)
  const visibility = override.visibility ?? defaults.visibility
  const findings = [
    ...findingsOf(...new Set([declared, declaredWhen, declaredRequires, requirement, conditions, requires])),
    ...checkVisibility(at, visibility),
    ...[declaration['timeoutMs'], override.timeoutMs, defaults.callMs].flatMap((value) => checkTimeout(where, value)),
  ]
  if (findings.length > 0 || !requirement.ok || !conditions.ok || !requires.ok) return { ok: false, findings }
  const policy = Object.freeze<ToolPolicy>({
    ...(kind === 'tool' ? {} : { kind }),
    tool: thingKey(kind, name),
    plugin,
    alternatives: requirement.value,
    conditions: conditions.value,
    ...(requires.value !== undefined && { requires: requires.value }),
    visibility,
    readOnly,
    declaredBy: override.scopes === undefined ? 'plugin' : 'config',
    ...(mayRequire === undefined ? {} : { mayRequire }),
  })
  const shadow = shadowRule(policy, kind === 'tool' ? proposals : undefined)
  if (!shadow.ok) return shadow
  const timeoutMs = override.timeoutMs ?? (declaration['timeoutMs'] as number | undefined) ?? defaults.callMs
  const allowSharedScope = override.allowSharedScope === true
  return { ok: true, value: { policy, timeoutMs, allowSharedScope, shadow: shadow.value } }
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
