import { demandSteps } from './author-demands.ts'
import { AllowedDecision, type ConditionStep, type Decision } from './decision.ts'
import { DecisionReason } from './decision-reason.ts'
import { judgeFreshness } from './freshness.ts'
import { lacking } from './lacking.ts'
import type { Standing } from './standing.ts'
import type { ScopeGraph } from './scope-graph.ts'
import type { ToolPolicy } from './tool-policy.ts'

/** Stands for "the arguments are not known": `undefined` is what a call without arguments has. */
export const withoutArguments = Symbol('without arguments')

/** What `decide` is told beside the rule, the caller and the arguments. */
export interface DecideOptions {
  /** Scopes that no sign-in gives, only a rule of `grants`. */
  readonly onlyGranted?: ReadonlySet<string>
  /** Further scopes that the author's `authorize` asked for after looking at this call. They only ever add. */
  readonly demanded?: readonly string[] | undefined
}

const none: readonly string[] = Object.freeze([])
const noConditions: readonly ConditionStep[] = Object.freeze([])
const noScopes: ReadonlySet<string> = new Set()

/** What an alternative costs to ask for; each part outweighs all that come after it. */
function weightOf(
  power: number,
  scopes: readonly string[],
  effective: ReadonlySet<string>,
  onlyGranted: ReadonlySet<string>,
): number {
  let missing = 0
  let outOfReach = 0
  for (const scope of scopes) {
    if (effective.has(scope)) continue
    missing += 1
    if (onlyGranted.has(scope)) outOfReach = 1
  }
  return (outOfReach * 2 ** 24 + power) * 2 ** 16 + missing
}

/** The alternative to ask for: one that a sign-in can give at all, then the least privileged, then the least that is missing. */
function leastPrivileged(
  graph: ScopeGraph,
  { alternatives }: ToolPolicy,
  { effective }: Standing,
  onlyGranted: ReadonlySet<string>,
): number {
  const powers = graph.powers(alternatives)
  let best = 0
  let least = Infinity
  for (const [index, scopes] of alternatives.entries()) {
    const weight = weightOf(powers[index] ?? Infinity, scopes, effective, onlyGranted)
    if (weight < least) {
      best = index
      least = weight
    }
  }
  return best
}

/** The first alternative that is held whole; -1 if none is. It is what a list goes by, and the first thing that `decide` asks. */
export function heldAlternative({ alternatives }: ToolPolicy, { effective }: Standing): number {
  return alternatives.findIndex((scopes) => holdsAll(effective, scopes))
}

function holdsAll(effective: ReadonlySet<string>, scopes: readonly string[]): boolean {
  for (const scope of scopes) if (!effective.has(scope)) return false
  return true
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
  if (policy.conditions.length === 0) return noConditions
  return policy.conditions.map((condition) => {
    const matched = applies(condition, args)
    const missing = matched === false ? none : lacking(condition.scopes, effective)
    return { source: condition.source, scopes: condition.scopes, matched, missing }
  })
}

/**
 * Judges one tool for a caller. Pure; the only place where a scope is compared.
 *
 * An alternative must be held whole, by exact and case-sensitive names after implications. Conditions add scopes if the
 * arguments match; without arguments they are open, and the answer is `depends-on-arguments` if one of them could deny.
 * Where a scope comes from makes no difference to what is allowed, only to what is asked for. What the tool asks of the
 * sign-in is looked at last: only a call that its scopes allow can be `stale`.
 */
export function decide(
  graph: ScopeGraph,
  policy: ToolPolicy,
  standing: Standing,
  args: unknown,
  options: DecideOptions = {},
): Decision {
  const { onlyGranted = noScopes, demanded = none } = options
  const { effective } = standing
  const declared = conditionSteps(policy, effective, args)
  const conditions = demanded.length === 0 ? declared : [...declared, ...demandSteps(demanded, effective)]
  const satisfied = heldAlternative(policy, standing)
  const chosen = satisfied === -1 ? leastPrivileged(graph, policy, standing, onlyGranted) : satisfied
  const required = withConditions(policy.alternatives[chosen] ?? none, conditions)
  const freshness = policy.requires && judgeFreshness(policy.requires, standing.held.authentication)
  const reason = new DecisionReason({ graph, policy, standing, chosen, conditions, required, freshness })
  const missing = lacking(required, effective)
  if (missing.length > 0) {
    const concealed = policy.visibility === 'concealed' && satisfied === -1
    const notRequestable = onlyGranted.size === 0 ? none : missing.filter((scope) => onlyGranted.has(scope))
    return { effect: 'deny', policy, required, missing, notRequestable, concealed, reason }
  }
  const open = conditions.some((step) => step.matched === 'unknown' && step.missing.length > 0)
  if (open) return { effect: 'depends-on-arguments', policy, required, reason }
  if (freshness === undefined || freshness.faults.length === 0) return new AllowedDecision(policy, required, reason)
  return { effect: 'stale', policy, required, freshness, reason }
}

/** What a call needs: an alternative, and what the conditions ask for that are known to apply. */
function withConditions(alternative: readonly string[], conditions: readonly ConditionStep[]): readonly string[] {
  let required = alternative
  for (const { matched, scopes } of conditions) {
    if (matched !== true) continue
    for (const scope of scopes) if (!required.includes(scope)) required = [...required, scope]
  }
  return required
}
