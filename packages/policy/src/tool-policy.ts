import type { ConditionalScopes, JsonSchema, ScopeRequirement } from '@toolgate/plugin'
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

/** The rule of one tool as the policy judges it: what its author declared, with the operator's overrides applied. */
export interface ToolPolicy {
  readonly tool: string
  readonly plugin: string
  /** One of these must be held whole. `'authenticated'` is `[[]]`. Never empty. */
  readonly alternatives: readonly (readonly string[])[]
  readonly conditions: readonly CompiledCondition[]
  readonly visibility: Visibility
  /** The tool says `readOnlyHint: true`. Only the choice of initial scopes looks at it. */
  readonly readOnly: boolean
  readonly declaredBy: 'plugin' | 'config'
}

/** Every scope that a tool's rule names. */
export function scopesOf(policy: ToolPolicy): readonly string[] {
  return [...new Set([...policy.alternatives.flat(), ...policy.conditions.flatMap((condition) => condition.scopes)])]
}

/** What an operator may set per tool in mcp.config.ts. */
export interface ToolOverride {
  readonly scopes?: ScopeRequirement
  readonly when?: readonly ConditionalScopes[]
  readonly visibility?: Visibility
  /** Milliseconds. */
  readonly timeoutMs?: number
  /** Lets a writing tool share its only scope with a read-only tool of the same plugin. */
  readonly allowSharedScope?: boolean
}
