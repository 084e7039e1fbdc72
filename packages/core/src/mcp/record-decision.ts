import type { Audit, DecisionEntry } from '@toolgate/audit'
import { authorizeSource, demandedIn, faultTexts, type Decision, type Policy, type Shadow } from '@toolgate/policy'
import type { Catalogue } from '@toolgate/registry'
import { rpcCode, rpcRefusal } from '../errors.ts'
import type { Asked } from './asked.ts'
import type { CallRequest, JudgedCall } from './judged-call.ts'
import { shadowVerdict } from './shadow-verdict.ts'

/** What a record needs of the host. */
export interface RecordDecisionOptions {
  readonly policy: Policy
  /** Proposed requirements: for the audit alone. */
  readonly shadow?: Shadow | undefined
  readonly catalogue: Catalogue
  readonly audit: Audit
}

/** Settles when a record is where it has to be. */
export type Kept = Promise<undefined>

/** What is written beside the decision itself. */
export interface DecisionFacts {
  /** The arguments of a call that they were judged by. */
  readonly args?: unknown
  /** What is to become of the call. */
  readonly kind?: JudgedCall['kind']
  /** Why the author of the tool refused what the decision allows. */
  readonly refused?: string | undefined
}

/**
 * Writes what was decided of one call to the audit: exactly one record per call that is decided.
 *
 * @returns what settles when the record is where it has to be; rejects with the same Refusal
 * @throws Refusal 503 if it cannot be recorded: then nothing may run
 */
export function recordDecision(
  options: RecordDecisionOptions,
  { call, asked }: { readonly call: CallRequest; readonly asked: Asked },
  decision: Decision,
  { args, kind, refused }: DecisionFacts = {},
): Kept {
  const { audit, policy, catalogue } = options
  const { principal, identity } = call
  const known = decision.effect === 'unknown-tool' ? undefined : decision
  return keep(call, () =>
    audit.decision({
      ...identity,
      tokenId: call.tokenId,
      keyThumbprint: call.keyThumbprint,
      issuer: principal.issuer,
      subject: principal.subject,
      clientId: principal.clientId,
      tool: asked.name.slice(0, 256),
      plugin: known?.policy.plugin,
      requirement: known?.policy.alternatives ?? [],
      held: principal.scopes,
      granted: call.held.granted.length === 0 ? undefined : call.held.granted,
      effect: effectOf(decision, kind),
      reason: wholeReason(call, reasonText(decision, asked), refused),
      missing: decision.effect === 'deny' ? decision.missing : undefined,
      authentication: authenticationOf(known),
      shadow: shadowVerdict(options, { ...asked, held: call.held }, decision, args),
      catalogueGeneration: catalogue.generation,
      policyHash: policy.hash,
      argumentsHash: args === undefined ? undefined : audit.hashArguments(args),
    }),
  )
}

/**
 * Writes that an allowed call did not run because of its arguments.
 *
 * @returns as `recordDecision`
 * @throws Refusal 503 if it cannot be recorded
 */
export function recordInvalidArguments({ audit }: RecordDecisionOptions, call: CallRequest): Kept {
  return keep(call, () =>
    audit.outcome({ requestId: call.identity.requestId, outcome: 'invalid-arguments', durationMs: 0 }),
  )
}

/** Nothing runs unrecorded. */
function keep({ message }: CallRequest, write: () => Kept): Kept {
  const refuse = (error: unknown): never => {
    throw rpcRefusal({
      status: 503,
      code: rpcCode.unavailable,
      message: 'The call was not run because it could not be recorded',
      id: message.id,
      headers: { 'Retry-After': '10' },
      detail: `audit: ${error instanceof Error ? error.message : String(error)}`,
    })
  }
  try {
    const kept = write().catch(refuse)
    // A batch may fail at a later call, and nobody waits for this one then.
    kept.catch(() => undefined)
    return kept
  } catch (error) {
    return refuse(error)
  }
}

/** Arguments are refused before the sign-in is looked at. */
function effectOf({ effect }: Decision, kind: JudgedCall['kind'] | undefined): DecisionEntry['effect'] {
  if (kind === 'refused') return 'refused'
  return kind === 'invalid-arguments' && effect === 'stale' ? 'depends-on-arguments' : effect
}

function wholeReason({ task, message }: CallRequest, text: string, refused: string | undefined): string {
  const ofTask = task === undefined ? '' : `; ${message.method} of the call ${task.requestId}`
  return refused === undefined ? `${text}${ofTask}` : `${text}${ofTask}; ${authorizeSource} ${refused}`
}

/** What was known of the sign-in, for tools that ask for one alone. */
function authenticationOf(
  decision: Exclude<Decision, { effect: 'unknown-tool' }> | undefined,
): DecisionEntry['authentication'] {
  const seen = decision?.reason.freshness?.seen
  return seen && { acr: seen.acr, authTime: seen.authTime, at: seen.now }
}

function reasonText(decision: Decision, { name }: Asked): string {
  if (decision.effect === 'unknown-tool') return `no such ${/^(resource|template|prompt) /.exec(name)?.[1] ?? 'tool'}`
  const { policy, reason } = decision
  const chosen = policy.alternatives[reason.chosen] ?? []
  const alternative = `alternative ${String(reason.chosen)} of the ${reason.declaredBy}: ${chosen.join(' ') || 'authenticated'}`
  const further = furtherReasons(decision)
  return further.length === 0 ? alternative : [alternative, ...further].join('; ')
}

/** What more there is to say, which of most calls is nothing. */
function furtherReasons(decision: Exclude<Decision, { effect: 'unknown-tool' }>): readonly string[] {
  const { reason } = decision
  const further: string[] = []
  for (const { source, matched } of reason.conditions) {
    if (matched === true && source !== authorizeSource) further.push(`condition ${source}`)
  }
  const demanded = demandedIn(reason)
  if (demanded.length > 0) further.push(`${authorizeSource} demands ${demanded.join(' ')}`)
  for (const scope of reason.implied) further.push(`${scope} implied`)
  for (const { scope, rule } of reason.granted) further.push(`${scope} granted by rule ${rule}`)
  if (decision.effect === 'deny' && decision.concealed) further.push('concealed')
  if (decision.effect === 'stale') further.push(...faultTexts(decision.freshness))
  return further
}
