import type { ConditionalScopes, FreshnessRequirement, JsonSchema, ScopeRequirement } from '@toolgate/plugin'
import type { ThingKind } from './thing-kind.ts'
import type { Visibility } from './visibility.ts'

/** Further scopes that a call needs if its arguments match; the JSON Schema is compiled by whoever hands the condition in. */
export interface CompiledCondition {
  readonly scopes: readonly string[]
  /** Where it was declared, for explanations: `when[0] of the plugin`. */
  readonly source: string
  /** The schema that `matches` was compiled from. */
  readonly arguments: JsonSchema
  matches(args: unknown): boolean
}

/** The rule of one tool, or other thing of a plugin, as the policy judges it: what its author declared, with the operator's overrides applied. */
export interface ToolPolicy {
  /** What it is; a tool if absent. */
  readonly kind?: ThingKind
  /** By what it is asked for: `thingKey`. */
  readonly tool: string
  readonly plugin: string
  /** One of these must be held whole. `'authenticated'` is `[[]]`. Never empty. */
  readonly alternatives: readonly (readonly string[])[]
  readonly conditions: readonly CompiledCondition[]
  /** What the author's `authorize` may demand beside, after looking at a call. Absent where the tool has none. */
  readonly mayRequire?: readonly string[]
  /** How the caller must have signed in, beside the scopes. */
  readonly requires?: FreshnessRequirement
  readonly visibility: Visibility
  /** The tool says `readOnlyHint: true`. Only the choice of initial scopes looks at it. */
  readonly readOnly: boolean
  readonly declaredBy: 'plugin' | 'config'
}

/** Every scope that a tool's rule names. */
export function scopesOf(policy: ToolPolicy): readonly string[] {
  const { alternatives, conditions, mayRequire = [] } = policy
  return [...new Set([...alternatives.flat(), ...conditions.flatMap((condition) => condition.scopes), ...mayRequire])]
}

/** What may be proposed for a tool: each key stands in the place of what counts now. */
export interface ProposedRequirement {
  readonly scopes?: ScopeRequirement
  readonly when?: readonly ConditionalScopes[]
  readonly requires?: FreshnessRequirement
}

/** What an operator proposes (`shadow` in mcp.config.ts), by tool and by plugin name. */
export interface ProposedRequirements {
  readonly tools: Readonly<Record<string, ProposedRequirement>>
  readonly plugins: Readonly<Record<string, ProposedRequirement>>
}

/** What an operator may set per thing in mcp.config.ts; `when` of what has arguments or variables alone. */
export interface ThingOverride {
  readonly scopes?: ScopeRequirement
  readonly when?: readonly ConditionalScopes[]
  readonly requires?: FreshnessRequirement
  readonly visibility?: Visibility
  /** Milliseconds. */
  readonly timeoutMs?: number
}

/** What an operator may set per tool in mcp.config.ts. */
export interface ToolOverride extends ThingOverride {
  /** Lets a writing tool share its only scope with a read-only tool of the same plugin. */
  readonly allowSharedScope?: boolean
}
