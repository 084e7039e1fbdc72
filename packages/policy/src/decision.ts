import type { FreshnessStep } from './freshness.ts'
import type { GrantedScope } from './grants.ts'
import type { ToolPolicy } from './tool-policy.ts'

/** One alternative of a requirement, and what the caller lacks of it. */
export interface AlternativeStep {
  readonly scopes: readonly string[]
  readonly missing: readonly string[]
}

/** One argument condition: whether it applied, and what the caller lacks of it. `unknown` while the arguments are not known. */
export interface ConditionStep {
  readonly source: string
  readonly scopes: readonly string[]
  readonly matched: boolean | 'unknown'
  readonly missing: readonly string[]
}

/** Why a decision came out as it did. */
export interface Reason {
  /** Every alternative in declared order. */
  readonly alternatives: readonly AlternativeStep[]
  /** Index of the alternative that holds or, in a denial, of the one that the challenge asks for. */
  readonly chosen: number
  readonly conditions: readonly ConditionStep[]
  /** Required scopes that are held because a held scope implies them. */
  readonly implied: readonly string[]
  /** Required scopes that are held only because a rule of `grants` gave them, or one that implies them. */
  readonly granted: readonly GrantedScope[]
  readonly declaredBy: 'plugin' | 'config'
  /** What the tool asks of the sign-in, and whether it is met; undefined where it asks for nothing. */
  readonly freshness: FreshnessStep | undefined
}

/** The call may run. Only `decide` makes one, and `assertAllowed` tells it from anything that merely looks like it. */
export class AllowedDecision {
  readonly effect = 'allow'
  readonly policy: ToolPolicy
  /** All scopes that this call needed. */
  readonly required: readonly string[]
  readonly reason: Reason
  readonly #made = true
  constructor(policy: ToolPolicy, required: readonly string[], reason: Reason) {
    this.policy = policy
    this.required = required
    this.reason = reason
  }

  /** Whether a value came from this class. */
  static made(value: unknown): value is AllowedDecision {
    return typeof value === 'object' && value !== null && #made in value && value.#made
  }
}

/** The caller lacks scopes. */
export interface DeniedDecision {
  readonly effect: 'deny'
  readonly policy: ToolPolicy
  /** All scopes that this call needs, by its least privileged alternative. */
  readonly required: readonly string[]
  readonly missing: readonly string[]
  /** Those of `missing` that only a rule of `grants` can give: no sign-in helps. */
  readonly notRequestable: readonly string[]
  /** To the caller this tool does not exist. */
  readonly concealed: boolean
  readonly reason: Reason
}

/** The unconditional part holds; whether a call is allowed depends on its arguments. */
export interface DependsDecision {
  readonly effect: 'depends-on-arguments'
  readonly policy: ToolPolicy
  readonly required: readonly string[]
  readonly reason: Reason
}

/** The scopes suffice, and the sign-in behind the token is too old or too weak: a new one helps. */
export interface StaleDecision {
  readonly effect: 'stale'
  readonly policy: ToolPolicy
  /** All scopes that this call needs; they are held. */
  readonly required: readonly string[]
  readonly freshness: FreshnessStep
  readonly reason: Reason
}

/** No tool of this name. */
export interface UnknownToolDecision {
  readonly effect: 'unknown-tool'
}

/** What `decide` says. */
export type Decision = AllowedDecision | DeniedDecision | DependsDecision | StaleDecision | UnknownToolDecision
