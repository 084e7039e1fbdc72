import type { Decision } from '@toolgate/policy'
import type { InspectedPolicy } from '../inspect-policy.ts'
import { judgeCall, type Verdict } from '../mcp/judge-call.ts'
import { callAnswer, refusalAnswer, type HttpAnswer } from './call-answer.ts'
import { explanationSteps, type ExplanationStep } from './explanation-steps.ts'
import type { ExplainedCaller } from './read-caller.ts'
import { smallestScopes } from './smallest-scopes.ts'

/** A call to explain. */
export interface CallToExplain {
  readonly tool: string
  readonly caller: ExplainedCaller
  /** Absent while the arguments are not known: then what depends on them stays open. */
  readonly args: { readonly value: unknown } | undefined
  /** Of a call that was made; a placeholder stands for it otherwise. */
  readonly requestId?: string
}

/** What the host would say to a call, and why. */
export interface CallExplanation {
  readonly tool: string
  readonly plugin: string | undefined
  readonly caller: Omit<ExplainedCaller, 'refusal'>
  readonly effect: Decision['effect']
  /** The tool exists, and this caller must not learn it. */
  readonly concealed: boolean
  readonly required: readonly string[]
  readonly missing: readonly string[]
  readonly steps: readonly ExplanationStep[]
  /** What is wrong with the arguments; only a caller who is allowed is told. */
  readonly argumentFaults: readonly { readonly pointer: string; readonly message: string }[]
  /** The smallest scopes that allow the call; without arguments, those that allow it for some. Absent for an unknown tool. */
  readonly smallest: readonly string[] | undefined
  /** Absent while it depends on the arguments. Its ids stand for those of a real request. */
  readonly answer: HttpAnswer | undefined
  readonly remarks: readonly string[]
}

/** Stands in an answer for the id that a real request is given. */
const placeholder = { id: 1, requestId: '<request id>' }

/** Asks the judge of the host what it would say to a call, and the writers of its answers how it would say it. */
export function explainCall(inspected: InspectedPolicy, call: CallToExplain): CallExplanation {
  const { tool, caller, args } = call
  const { policy, catalogue, config } = inspected
  const { refusal, ...shownCaller } = caller
  const held = { token: caller.scopes, granted: caller.granted }
  const verdict = args === undefined ? undefined : judgeCall(inspected, { name: tool, args: args.value, held })
  const decision = verdict === undefined ? policy.decide(held, tool) : decisionOf(verdict)
  const known = decision.effect === 'unknown-tool' ? undefined : decision
  const listed = policy.list(held).some((shown) => shown.tool === tool)
  const valid = args === undefined ? undefined : catalogue.tools.get(tool)?.validateArguments(args.value)
  const judged = valid?.ok === true ? { value: valid.value } : args
  const faults =
    verdict !== undefined && 'call' in verdict && verdict.call.kind === 'invalid-arguments' ? verdict.call.faults : []
  return {
    tool,
    plugin: known?.policy.plugin,
    caller: shownCaller,
    effect: decision.effect,
    concealed: decision.effect === 'deny' && decision.concealed,
    required: known?.required ?? [],
    missing: decision.effect === 'deny' ? decision.missing : [],
    steps: known === undefined ? [] : explanationSteps(config, known, { held, listed }),
    argumentFaults: faults,
    smallest: smallestScopes(policy, tool, judged),
    answer:
      refusal === undefined
        ? answerOf(inspected, call, verdict ?? withoutArguments(decision, tool))
        : refusalAnswer(refusal),
    remarks: remarksOn(inspected, call, decision),
  }
}

function decisionOf(verdict: Verdict): Decision {
  return 'denied' in verdict ? verdict.denied : verdict.decision
}

/** What is certain of a call before its arguments are known; an allowed one may still break the schema. */
function withoutArguments(decision: Decision, tool: string): Verdict | undefined {
  if (decision.effect === 'unknown-tool') return { call: { kind: 'unknown', name: tool }, decision }
  if (decision.effect !== 'deny') return undefined
  return decision.concealed ? { call: { kind: 'unknown', name: tool }, decision } : { denied: decision }
}

function answerOf(
  inspected: InspectedPolicy,
  { tool, caller, requestId = placeholder.requestId }: CallToExplain,
  verdict: Verdict | undefined,
): HttpAnswer | undefined {
  const held = { token: caller.scopes, granted: caller.granted }
  const { issuer } = caller
  if (verdict !== undefined) return callAnswer(inspected, verdict, { id: placeholder.id, requestId, issuer, held })
  const decided = inspected.policy.decide(held, tool)
  return decided.effect === 'allow'
    ? { status: 200, headers: { 'Cache-Control': 'no-store' }, body: undefined }
    : undefined
}

function remarksOn(
  { notConfigured }: InspectedPolicy,
  { tool, args }: CallToExplain,
  decision: Decision,
): readonly string[] {
  const waiting = notConfigured.find(({ tools }) => tools.includes(tool))
  const conditional =
    decision.effect === 'deny' && decision.reason.conditions.some(({ matched }) => matched === 'unknown')
  return [
    ...(waiting === undefined
      ? []
      : [`${tool} is a tool of ${waiting.plugin}, which waits for configuration: ${waiting.reason}`]),
    ...(args === undefined && conditional
      ? ['Some arguments ask for more: the challenge of a real call names that too. Give the arguments to see it.']
      : []),
    ...(args === undefined && decision.effect === 'depends-on-arguments'
      ? ['Whether the call is allowed depends on its arguments: give them to see the answer.']
      : []),
  ]
}
