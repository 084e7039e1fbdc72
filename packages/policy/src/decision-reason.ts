import type { AlternativeStep, ConditionStep, Reason } from './decision.ts'
import type { FreshnessStep } from './freshness.ts'
import type { GrantedScope } from './grants.ts'
import { lacking } from './lacking.ts'
import type { ScopeGraph } from './scope-graph.ts'
import type { Standing } from './standing.ts'
import type { ToolPolicy } from './tool-policy.ts'

/** What a decision was made of. Nothing of it changes any more. */
export interface DecisionFacts {
  readonly graph: ScopeGraph
  readonly policy: ToolPolicy
  readonly standing: Standing
  readonly chosen: number
  readonly conditions: readonly ConditionStep[]
  readonly required: readonly string[]
  readonly freshness: FreshnessStep | undefined
}

/**
 * The reason of a decision. What the decision did not need is worked out when it is read: most calls are decided, and few are
 * explained.
 */
export class DecisionReason implements Reason {
  readonly #facts: DecisionFacts

  constructor(facts: DecisionFacts) {
    this.#facts = facts
  }

  get chosen(): number {
    return this.#facts.chosen
  }

  get conditions(): readonly ConditionStep[] {
    return this.#facts.conditions
  }

  get declaredBy(): Reason['declaredBy'] {
    return this.#facts.policy.declaredBy
  }

  get freshness(): FreshnessStep | undefined {
    return this.#facts.freshness
  }

  get alternatives(): readonly AlternativeStep[] {
    const { policy, standing } = this.#facts
    return policy.alternatives.map((scopes) => ({ scopes, missing: lacking(scopes, standing.effective) }))
  }

  get implied(): readonly string[] {
    const { required, standing } = this.#facts
    return required.filter((scope) => standing.effective.has(scope) && !standing.all.includes(scope))
  }

  get granted(): readonly GrantedScope[] {
    const { graph, required, standing } = this.#facts
    const { token, granted } = standing.held
    if (granted.length === 0) return []
    const byToken = graph.expand(token)
    return required
      .filter((scope) => !byToken.has(scope))
      .flatMap((scope) => {
        const giver = granted.find((given) => graph.closure(given.scope).includes(scope))
        return giver === undefined ? [] : [{ scope, rule: giver.rule }]
      })
  }
}
