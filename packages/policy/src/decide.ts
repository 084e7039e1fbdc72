import { AllowedDecision, type AlternativeStep, type ConditionStep, type Decision, type Reason } from './decision.ts'
import type { GrantedScope } from './grants.ts'
import { allHeld, heldScopes, type Held } from './held-scopes.ts'
import type { ScopeGraph } from './scope-graph.ts'
import type { ToolPolicy } from './tool-policy.ts'

/** Stands for "the arguments are not known": `undefined` is what a call without arguments has. */
export const withoutArguments = Symbol('without arguments')

/** How much an alternative gives away: the number of scopes that it stands for with everything that is implied. */
function power(graph: ScopeGraph, scopes: readonly string[]): number {
  return graph.expand(scopes).size
}

/** The alternative to ask for: one that a sign-in can give at all, then the least privileged, then the least that is missing. */
function leastPrivileged(
  graph: ScopeGraph,
  steps: readonly AlternativeStep[],
  onlyGranted: ReadonlySet<string>,
): number {
  const weights = steps.map(({ scopes, missing }) => [
    missing.some((scope) => onlyGranted.has(scope)) ? 1 : 0,
    power(graph, scopes),
    missing.length,
  ])
  let best = 0
  for (const [index, weight] of weights.entries()) if (isLess(weight, weights[best] ?? weight)) best = index
  return best
}

function isLess(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((weight, index) => weight !== other[index])
  return at !== -1 && (one[at] ?? 0) < (other[at] ?? 0)
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
 * Where a scope comes from makes no difference to what is allowed, only to what is asked for.
 *
 * @param onlyGranted scopes that no sign-in gives, only a rule of `grants`
 */
export function decide(
  graph: ScopeGraph,
  policy: ToolPolicy,
  held: Held,
  args: unknown,
  onlyGranted: ReadonlySet<string> = new Set(),
): Decision {
  const all = allHeld(held)
  const effective = graph.expand(all)
  const alternatives = policy.alternatives.map((scopes) => ({ scopes, missing: lacking(scopes, effective) }))
  const conditions = conditionSteps(policy, effective, args)
  const satisfied = alternatives.findIndex((step) => step.missing.length === 0)
  const chosen = satisfied === -1 ? leastPrivileged(graph, alternatives, onlyGranted) : satisfied
  const certain = conditions.filter((step) => step.matched === true)
  const required = union([policy.alternatives[chosen] ?? [], ...certain.map((step) => step.scopes)])
  const literal = new Set(all)
  const reason: Reason = {
    alternatives,
    chosen,
    conditions,
    implied: required.filter((scope) => effective.has(scope) && !literal.has(scope)),
    granted: grantedOf(graph, held, required),
    declaredBy: policy.declaredBy,
  }
  const missing = lacking(required, effective)
  if (missing.length > 0) {
    const concealed = policy.visibility === 'concealed' && satisfied === -1
    const notRequestable = missing.filter((scope) => onlyGranted.has(scope))
    return { effect: 'deny', policy, required, missing, notRequestable, concealed, reason }
  }
  const open = conditions.some((step) => step.matched === 'unknown' && step.missing.length > 0)
  if (open) return { effect: 'depends-on-arguments', policy, required, reason }
  return new AllowedDecision(policy, required, reason)
}

/** Which of the required scopes the token alone would not hold, and by which rule they are held. */
function grantedOf(graph: ScopeGraph, held: Held, required: readonly string[]): readonly GrantedScope[] {
  const { token, granted } = heldScopes(held)
  if (granted.length === 0) return []
  const byToken = graph.expand(token)
  return required
    .filter((scope) => !byToken.has(scope))
    .flatMap((scope) => {
      const giver = granted.find((given) => graph.closure(given.scope).includes(scope))
      return giver === undefined ? [] : [{ scope, rule: giver.rule }]
    })
}

function union(sets: readonly (readonly string[])[]): readonly string[] {
  return sets.length === 1 ? (sets[0] ?? []) : [...new Set(sets.flat())]
}
