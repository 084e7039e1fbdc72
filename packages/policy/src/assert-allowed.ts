import { AllowedDecision, type Decision } from './decision.ts'
import { PolicyError } from './errors.ts'

/**
 * Stops whatever would run a tool without a decision that allows it.
 *
 * @throws PolicyError `not-allowed`
 */
export function assertAllowed(decision: Decision): asserts decision is AllowedDecision {
  if (!AllowedDecision.made(decision)) throw new PolicyError('not-allowed', 'no decision allows this call')
}
