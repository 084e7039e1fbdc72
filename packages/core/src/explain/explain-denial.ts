import type { DecisionRecord } from '@toolgate/audit'
import type { InspectedPolicy } from '../inspect-policy.ts'
import { denialMends, type DenialMends } from './denial-mends.ts'
import { explainCall, type CallExplanation } from './explain-call.ts'
import { replayConditions } from './replay-conditions.ts'

/** Why a call of the audit came out as it did. */
export interface DenialExplanation {
  readonly record: DecisionRecord
  /** The rules are still those that the call was judged by: `explanation` is what happened, and its answer what was sent. */
  readonly sameRules: boolean
  /** By the rules of now. */
  readonly explanation: CallExplanation
  /** The smallest change that would let the call through, by who can make it; absent if it was not refused. */
  readonly mends: DenialMends | undefined
  readonly remarks: readonly string[]
}

/** Explains a decision of the audit: by the same judge, with the conditions that the record says were met. */
export function explainDenial(inspected: InspectedPolicy, record: DecisionRecord): DenialExplanation {
  const { tool, requestId, held, issuer, subject, clientId } = record
  const sameRules = record.policyHash === inspected.policy.hash
  const caller = { scopes: held, granted: [], issuer, subject, clientId, fault: undefined, refusal: undefined }
  const explanation = sameRules
    ? explainCall(replayConditions(inspected, tool, conditionsOf(record)), {
        tool,
        caller,
        requestId,
        args: { value: {} },
      })
    : explainCall(inspected, { tool, caller, requestId, args: undefined })
  const refused = record.effect === 'deny' || record.effect === 'unknown-tool'
  return {
    record,
    sameRules,
    explanation,
    mends: refused ? denialMends(inspected, record, explanation) : undefined,
    remarks: [
      ...(sameRules
        ? []
        : ['The rules have changed since: steps and answer are those of now, the record has what was decided then.']),
      ...(/\.\d+$/.test(requestId)
        ? ['The call was one of a batch, which is answered with one challenge for all that is denied in it.']
        : []),
    ],
  }
}

/** The conditions that a record says were met, by their source. */
function conditionsOf({ reason }: DecisionRecord): ReadonlySet<string> {
  const prefix = 'condition '
  const named = reason.split('; ').filter((part) => part.startsWith(prefix))
  return new Set(named.map((part) => part.slice(prefix.length)))
}
