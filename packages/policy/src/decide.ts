import { AllowedDecision, type AlternativeStep, type ConditionStep, type Decision, type Reason } from './decision.ts'
import type { ScopeGraph } from './scope-graph.ts'
import type { ToolPolicy } from './tool-policy.ts'

/** Stands for "the arguments are not known": `undefined` is what a call without arguments has. */
export const withoutArguments = Symbol('without arguments')

/** The index of the alternative that gives the least away; of equals the one that lacks the least, then the first. */
function leastPrivileged(graph: ScopeGraph, steps: readonly AlternativeStep[]): number {
  const [least] = steps
    .map(({ scopes, missing }, index) => ({ index, power: graph.expand(scopes).size, lack: missing.length }))
    .sort((a, b) => a.power - b.power || a.lack - b.lack)
  return least?.index ?? 0
}

function lacking(scopes: readonly string[], effective: ReadonlySet<string>): readonly string[] {
  return scopes.filter((scope) => !effective.has(scope))
}

function applies(condition: ToolPolicy['conditions'][number], args: unknown): boolean | 'unknown' {
  if (args === withoutArguments) return 'unknown'
  try {
    return condition.matches(args)
  } catch {
    // A condition only ever asks for more, so one that cannot be judged asks.
    return true
  }
}

function conditionSteps(policy: ToolPolicy, effective: ReadonlySet<string>, args: unknown): readonly ConditionStep[] {
  return policy.conditions.map((condition) => {
    const matched = applies(condition, args)
    const missing = matched === false ? [] : lacking(condition.scopes, effective)
    return { source: condition.source, scopes: condition.scopes, matched, missing }
  })
}

/**
 * Judges one tool for a set of held scopes. Pure; the only place where a scope is compared.
 *
 * An alternative must be held whole, by exact and case-sensitive names after implications. Conditions add scopes if the
 * arguments match; without arguments they are open, and the answer is `depends-on-arguments` if one of them could deny.
 */
export function decide(graph: ScopeGraph, policy: ToolPolicy, held: readonly string[], args: unknown): Decision {
  const effective = graph.expand(held)
  const alternatives = policy.alternatives.map((scopes) => ({ scopes, missing: lacking(scopes, effective) }))
  const conditions = conditionSteps(policy, effective, args)
  const satisfied = alternatives.findIndex((step) => step.missing.length === 0)
  const chosen = satisfied === -1 ? leastPrivileged(graph, alternatives) : satisfied
  const certain = conditions.filter((step) => step.matched === true)
  const required = union([policy.alternatives[chosen] ?? [], ...certain.map((step) => step.scopes)])
  const literal = new Set(held)
  const reason: Reason = {
    alternatives,
    chosen,
    conditions,
    implied: required.filter((scope) => effective.has(scope) && !literal.has(scope)),
    declaredBy: policy.declaredBy,
  }
  const missing = lacking(required, effective)
  if (missing.length > 0) {
    const concealed = policy.visibility === 'concealed' && satisfied === -1
    return { effect: 'deny', policy, required, missing, concealed, reason }
  }
  const open = conditions.some((step) => step.matched === 'unknown' && step.missing.length > 0)
  if (open) return { effect: 'depends-on-arguments', policy, required, reason }
  return new AllowedDecision(policy, required, reason)
}

function union(sets: readonly (readonly string[])[]): readonly string[] {
  return sets.length === 1 ? (sets[0] ?? []) : [...new Set(sets.flat())]
}
