import type { DecisionRecord, OutcomeRecord } from '@toolgate/audit'
import { resolveIssuerSettings } from '@toolgate/auth'
import { authorizeSource, type Authentication } from '@toolgate/policy'
import type { InspectedPolicy } from '../inspect-policy.ts'
import { denialMends, type DenialMends } from './denial-mends.ts'
import { explainCall, type CallExplanation } from './explain-call.ts'
import type { ExplainedCaller } from './read-caller.ts'
import { refusalMends } from './refusal-mends.ts'
import { replayConditions } from './replay-conditions.ts'
import { whatWasCut } from './what-was-cut.ts'

/** Why a call of the audit came out as it did. */
export interface DenialExplanation {
  readonly record: DecisionRecord
  /** The rules are still those that the call was judged by. */
  readonly sameRules: boolean
  /** What the record had no room for, in words. If it is empty under the same rules, `explanation` is what happened, and its answer what was sent. */
  readonly cut: readonly string[]
  /** By the rules of now. */
  readonly explanation: CallExplanation
  /** The smallest change that would let the call through, by who can make it; absent if it was not refused. */
  readonly mends: DenialMends | undefined
  readonly remarks: readonly string[]
}

/**
 * Explains a decision of the audit: by the same judge, with the conditions that the record says were met.
 *
 * @param outcome what came of the call, if it ran: its handler may have demanded more than the caller has
 */
export function explainDenial(
  inspected: InspectedPolicy,
  record: DecisionRecord,
  outcome?: Pick<OutcomeRecord, 'missing'>,
): DenialExplanation {
  const { missing: late = [] } = outcome ?? {}
  const sameRules = record.policyHash === inspected.policy.hash
  const { rest, cut } = whatWasCut(record)
  const explanation = sameRules ? replay(inspected, rest, demandsOf(rest)) : byRulesOfNow(inspected, rest)
  const mends = sameRules && late.length > 0 ? lateMends(inspected, rest, late) : mendsOf(inspected, rest, explanation)
  return { record, sameRules, cut, explanation, mends, remarks: remarksOn(record, { sameRules, cut, late }) }
}

function remarksOn(
  record: DecisionRecord,
  {
    sameRules,
    cut,
    late,
  }: { readonly sameRules: boolean; readonly cut: readonly string[]; readonly late: readonly string[] },
): readonly string[] {
  return [
    ...(sameRules
      ? []
      : ['The rules have changed since: steps and answer are those of now, the record has what was decided then.']),
    ...(cut.length > 0
      ? [
          `The record had no room for ${cut.join(' and ')}: steps, answer and mends are by what is left of it. What was decided is ${record.effect}.`,
        ]
      : []),
    ...(record.effect === 'refused'
      ? ['The authorize of the tool refused the call: its answer was a result with isError: true.']
      : []),
    ...(late.length > 0
      ? [`The tool ran and then demanded ${late.join(' ')}: its answer was a result with isError: true.`]
      : []),
    ...(/\.\d+$/.test(record.requestId)
      ? ['The call was one of a batch, which is answered with one challenge for all that is denied in it.']
      : []),
  ]
}

/** What was decided, again: with the conditions that were met and with what was demanded. */
function replay(inspected: InspectedPolicy, record: DecisionRecord, demanded: readonly string[]): CallExplanation {
  const { tool, requestId } = record
  const met = { matched: conditionsOf(record), demanded }
  const call = { tool, caller: callerOf(inspected, record), requestId, args: { value: {} } }
  return explainCall(replayConditions(inspected, tool, met), call)
}

function byRulesOfNow(inspected: InspectedPolicy, record: DecisionRecord): CallExplanation {
  const { tool, requestId } = record
  return explainCall(inspected, { tool, caller: callerOf(inspected, record), requestId, args: undefined })
}

function callerOf(inspected: InspectedPolicy, record: DecisionRecord): ExplainedCaller {
  const { held, granted = [], issuer, subject, clientId, keyThumbprint } = record
  const who = { issuer, subject, clientId, keyThumbprint }
  const signIn = authenticationOf(inspected, record)
  return { scopes: held, granted, ...who, fault: undefined, refusal: undefined, ...signIn }
}

function mendsOf(
  inspected: InspectedPolicy,
  record: DecisionRecord,
  explanation: CallExplanation,
): DenialMends | undefined {
  if (record.effect === 'refused') return refusalMends(record)
  const denied = ['deny', 'stale', 'unknown-tool'].includes(record.effect)
  return denied ? denialMends(inspected, record, explanation) : undefined
}

/** What its handler demanded is asked for like what its author's look demands. */
function lateMends(inspected: InspectedPolicy, record: DecisionRecord, late: readonly string[]): DenialMends {
  return denialMends(inspected, record, replay(inspected, record, [...demandsOf(record), ...late]))
}

/** The sign-in as it was judged then. */
function authenticationOf(
  { config }: InspectedPolicy,
  { authentication, issuer }: DecisionRecord,
): { readonly authentication?: Authentication } {
  if (authentication === undefined) return {}
  const { acr, authTime, at } = authentication
  const settings =
    config.authorizationServers.find((server) => server.issuer === issuer) ??
    resolveIssuerSettings({ issuer }, config.resource)
  const seen = { ...(acr !== undefined && { acr }), ...(authTime !== undefined && { authTime }) }
  return { authentication: { ...seen, now: at, skewSeconds: settings.clockSkewSeconds } }
}

/** The conditions that a record says were met, by their source. */
function conditionsOf({ reason }: DecisionRecord): ReadonlySet<string> {
  const prefix = 'condition '
  const named = reason.split('; ').filter((part) => part.startsWith(prefix))
  return new Set(named.map((part) => part.slice(prefix.length)))
}

/** What the author of the tool demanded, if that is on record. */
function demandsOf({ reason }: DecisionRecord): readonly string[] {
  const prefix = `${authorizeSource} demands `
  const named = reason.split('; ').find((part) => part.startsWith(prefix))
  return named?.slice(prefix.length).split(' ') ?? []
}
