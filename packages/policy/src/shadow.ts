import { faultTexts } from './freshness-text.ts'
import type { Held } from './held-scopes.ts'
import { createPolicy, type Policy, type PolicyDefinition } from './policy.ts'
import type { CompiledCondition, ToolPolicy } from './tool-policy.ts'

/** A proposed requirement of one tool: evaluated beside the one in force, never enforced. */
export interface ShadowRule {
  /** Where it was declared: `shadow.tools.notes_delete`. */
  readonly source: string
  /** The tool's rule as it would be. */
  readonly policy: ToolPolicy
}

/** What a proposed requirement says of a call. */
export type ShadowVerdict =
  | { readonly effect: 'would_allow'; readonly rule: string }
  | {
      readonly effect: 'would_deny'
      readonly rule: string
      /** Scopes that the call would lack. */
      readonly missing: readonly string[]
      /** What would be wrong with the sign-in, in words. */
      readonly stale: readonly string[]
    }
  | { readonly effect: 'not_evaluated'; readonly rule: string; readonly error: string }

/** Every proposed requirement. */
export interface Shadow {
  /** Undefined for a tool without one. Never throws. Leave `args` out for a call whose arguments must not be looked at. */
  judge(held: Held, tool: string, args?: Parameters<Policy['decide']>[2]): ShadowVerdict | undefined
}

/**
 * Compiles proposed requirements: the same judge, with other rules. Nothing that is enforced, listed or asked for is made of them.
 *
 * @param definition implications and grants as they are in force
 */
export function createShadow(
  rules: readonly ShadowRule[],
  definition: Omit<PolicyDefinition, 'tools' | 'initialScopes'>,
): Shadow {
  const failures: string[] = []
  const tools = rules.map(({ policy }) => ({
    ...policy,
    conditions: policy.conditions.map((condition) => telling(condition, failures)),
  }))
  const sources = new Map(rules.map(({ source, policy }) => [policy.tool, source]))
  const proposed = createPolicy({ ...definition, tools, initialScopes: [] })
  return {
    judge(held, tool, args) {
      const rule = sources.get(tool)
      if (rule === undefined) return undefined
      failures.length = 0
      try {
        const decision = proposed.decide(held, tool, args)
        const [failure] = failures
        if (failure !== undefined) return { effect: 'not_evaluated', rule, error: failure }
        switch (decision.effect) {
          case 'allow':
            return { effect: 'would_allow', rule }
          case 'deny':
            return { effect: 'would_deny', rule, missing: decision.missing, stale: [] }
          case 'stale':
            return { effect: 'would_deny', rule, missing: [], stale: faultTexts(decision.freshness) }
          default:
            return { effect: 'not_evaluated', rule, error: 'it depends on arguments that are not looked at' }
        }
      } catch (error) {
        return { effect: 'not_evaluated', rule, error: reasonOf(error) }
      }
    },
  }
}

/** The judge takes a condition that fails for one that matches; here it has to be told apart. */
function telling(condition: CompiledCondition, failures: string[]): CompiledCondition {
  return {
    ...condition,
    matches(args) {
      try {
        return condition.matches(args)
      } catch (error) {
        failures.push(`${condition.source}: ${reasonOf(error)}`)
        return true
      }
    },
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'it failed'
}
