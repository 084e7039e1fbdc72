import type { ChallengeSchemes } from '@toolgate/auth'
import type { FreshnessRequirement } from '@toolgate/plugin'
import type { Decision } from '@toolgate/policy'
import { judgeTask } from '../tasks/judge-task.ts'
import { readAsked, type Asked } from './asked.ts'
import { createAuthorLook, type AuthorLookOptions, type CallSurroundings, type Judged } from './author-look.ts'
import { freshnessRefusal } from './freshness-refusal.ts'
import { judgeCall } from './judge-call.ts'
import type { CallRequest, JudgedCall } from './judged-call.ts'
import { parameterHeadersOf, requireParameterHeaders } from './header-checks.ts'
import { recordDecision, recordInvalidArguments, type Kept, type RecordDecisionOptions } from './record-decision.ts'
import { scopeRefusal } from './scope-refusal.ts'

/** What room 6 needs of the host. */
export interface AuthorizeCallOptions extends AuthorLookOptions, RecordDecisionOptions {
  readonly resourceMetadataUrl: string
  readonly schemes: ChallengeSchemes
}

/** Waits only if there is something to wait for. */
function after<Result>(kept: readonly Kept[], go: () => Result): Result | Promise<Result> {
  const [first, ...others] = kept
  if (first === undefined) return go()
  return others.length === 0 ? first.then(go) : Promise.all([first, ...others]).then(go)
}

/**
 * Room 6: judges every call of a request while the HTTP status is still open, and writes the decisions to the audit. In
 * this order: `decide` without arguments, parameter headers, input schema with its defaults, `decide` with the arguments, and
 * the `authorize` of each tool that has one, with `decide` about what it demanded. All calls are decided before an author looks
 * at any: where one is denied, none does.
 *
 * @returns what each call may do, in order, once the decisions are recorded and authors have looked too; at once where nothing is called
 * @throws Refusal 403 with one challenge for all that is denied; 401 with one for all that needs a new sign-in; 503 if a decision cannot be recorded
 */
export function createAuthorizeCalls(
  options: AuthorizeCallOptions,
): (calls: readonly CallRequest[], around: CallSurroundings) => readonly JudgedCall[] | Promise<readonly JudgedCall[]> {
  const { policy, catalogue } = options
  const lookAt = createAuthorLook(options)
  const headers = new Map(
    [...catalogue.tools].flatMap(([name, tool]) => {
      const declared = parameterHeadersOf(tool.listing.inputSchema)
      return declared.length === 0 ? [] : [[name, declared]]
    }),
  )
  const judge = (call: CallRequest): Judged => {
    const { message, held, request, modern } = call
    if (call.task !== undefined) {
      return { call, asked: call.task.asked, verdict: judgeTask({ policy, catalogue }, call.task, held) }
    }
    const asked = readAsked(catalogue, message)
    const { name, args, part } = asked
    const verdict = judgeCall({ policy, catalogue }, { name, args, held, part }, () => {
      const declared = headers.get(name)
      if (declared !== undefined && modern && request !== undefined) {
        requireParameterHeaders(declared, request, args, message.id)
      }
    })
    return { call, asked, verdict }
  }
  return (calls, around) => {
    const judged = calls.map(judge)
    // No plugin's code runs for a request that is refused already, not for the allowed calls of a batch either.
    const looked = judged.some(mayNotRun) ? undefined : lookAt(judged, around)
    return looked === undefined ? conclude(options, judged) : looked.then((done) => conclude(options, done))
  }
}

/** Records what was decided and refuses the request as a whole if any call of it may not run: too little scope first. */
function conclude(
  options: AuthorizeCallOptions,
  judged: readonly Judged[],
): readonly JudgedCall[] | Promise<readonly JudgedCall[]> {
  if (judged.some(mayNotRun)) return refuse(options, judged)
  const kept: Kept[] = []
  const allowed: JudgedCall[] = []
  for (const { call, asked, verdict } of judged) {
    if (!('call' in verdict)) continue
    const { kind } = verdict.call
    const args = 'args' in verdict.call ? verdict.call.args : undefined
    kept.push(recordDecision(options, { call, asked }, verdict.decision, { args, kind, refused: verdict.refused }))
    if (kind === 'invalid-arguments') kept.push(recordInvalidArguments(options, call))
    allowed.push(verdict.call)
  }
  return after(kept, () => allowed)
}

function mayNotRun({ verdict }: Judged): boolean {
  return !('call' in verdict)
}

function refuse(options: AuthorizeCallOptions, judged: readonly Judged[]): never | Promise<never> {
  const denied = judged.flatMap(({ call, asked, verdict }) =>
    'denied' in verdict ? [{ call, asked, decision: verdict.denied }] : [],
  )
  if (denied.length > 0) {
    return after(recordRefusals(options, judged, denied), () => {
      throw scopeRefusal({ ...options, denied })
    })
  }
  const stale = judged.flatMap(({ call, asked, verdict }) =>
    'stale' in verdict ? [{ call, asked, decision: verdict.stale }] : [],
  )
  return after(recordRefusals(options, judged, stale), () => {
    throw freshnessRefusal({ ...options, stale, beside: demandsOf(judged) })
  })
}

/** What keeps a request from running, and what authors refused beside it: their code ran. */
function recordRefusals(
  options: AuthorizeCallOptions,
  judged: readonly Judged[],
  refusals: readonly { readonly call: CallRequest; readonly asked: Asked; readonly decision: Decision }[],
): readonly Kept[] {
  return [
    ...refusals.map((refusal) => recordDecision(options, refusal, refusal.decision)),
    ...judged.flatMap(({ call, asked, verdict }) => {
      if (!('call' in verdict) || verdict.call.kind !== 'refused') return []
      const { args, kind } = verdict.call
      return [recordDecision(options, { call, asked }, verdict.decision, { args, kind, refused: verdict.refused })]
    }),
  ]
}

/** What the calls that are allowed ask of the sign-in. */
function demandsOf(judged: readonly Judged[]): readonly FreshnessRequirement[] {
  return judged.flatMap(({ verdict }) => {
    const requires =
      'call' in verdict && verdict.call.kind === 'allowed' ? verdict.call.tool.policy.requires : undefined
    return requires === undefined ? [] : [requires]
  })
}
