import type { FreshnessRequirement } from '@toolgate/plugin'
import type { Decision, HeldScopes } from '@toolgate/policy'
import type { CatalogueEntry } from '@toolgate/registry'
import type { InspectedPolicy } from '../inspect-policy.ts'
import { resolveKey } from '../mcp/asked.ts'
import { judgeCall, type Verdict } from '../mcp/judge-call.ts'
import { callAnswer, refusalAnswer, type HttpAnswer } from './call-answer.ts'
import { explanationSteps, type ExplanationStep } from './explanation-steps.ts'
import type { ExplainedCaller } from './read-caller.ts'
import { smallestScopes } from './smallest-scopes.ts'

/** A call to explain. */
export interface CallToExplain {
  /** The name of a tool, or `resource <uri>`, `template <uriTemplate>`, `prompt <name>`. */
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
  readonly caller: Omit<ExplainedCaller, 'refusal' | 'authentication'>
  readonly effect: Decision['effect']
  /** The tool exists, and this caller must not learn it. */
  readonly concealed: boolean
  readonly required: readonly string[]
  readonly missing: readonly string[]
  /** Those of `missing` that only a rule of `grants` can give. */
  readonly notRequestable: readonly string[]
  /** What the tool asks of the sign-in beside the scopes. */
  readonly requires: FreshnessRequirement | undefined
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

/**
 * Asks the judge of the host what it would say to a call, and the writers of its answers how it would say it. No code of a
 * plugin runs: where the author of a tool looks too, it says so.
 */
export function explainCall(inspected: InspectedPolicy, named: CallToExplain): CallExplanation {
  const call = resolved(inspected, named)
  const { tool, caller, args } = call
  const { policy, catalogue, config } = inspected
  const { refusal, authentication: _, ...shownCaller } = caller
  const held = heldBy(caller)
  const verdict = args === undefined ? undefined : judgeCall(inspected, { name: tool, args: args.value, held })
  const decision = verdict === undefined ? policy.decide(held, tool) : decisionOf(verdict)
  const known = decision.effect === 'unknown-tool' ? undefined : decision
  const listed = policy.list(held, known?.policy.kind).some((shown) => shown.tool === tool)
  const entry = catalogue.entries.get(tool)
  return {
    tool,
    plugin: known?.policy.plugin,
    caller: shownCaller,
    effect: decision.effect,
    concealed: decision.effect === 'deny' && decision.concealed,
    required: known?.required ?? [],
    missing: decision.effect === 'deny' ? decision.missing : [],
    notRequestable: decision.effect === 'deny' ? decision.notRequestable : [],
    requires: known?.policy.requires,
    steps: known === undefined ? [] : explanationSteps(config, known, { held, listed, looks: looksAt(entry) }),
    argumentFaults: verdict === undefined ? [] : faultsOf(verdict),
    smallest: smallestScopes(policy, tool, judgedArguments(entry, args)),
    answer:
      refusal === undefined
        ? answerOf(inspected, call, verdict ?? withoutArguments(decision, tool))
        : refusalAnswer(refusal),
    remarks: remarksOn(inspected, call, decision),
  }
}

/** A URI is judged by the template that matches it, and its variables are the arguments. */
function resolved({ catalogue }: InspectedPolicy, call: CallToExplain): CallToExplain {
  const { name, args } = resolveKey(catalogue, call.tool)
  return { ...call, tool: name, args: args === undefined ? call.args : { value: args } }
}

/** With the defaults of the schema, as they are judged. */
function judgedArguments(entry: CatalogueEntry | undefined, args: CallToExplain['args']): CallToExplain['args'] {
  const valid = args === undefined ? undefined : entry?.validateArguments(args.value)
  return valid?.ok === true ? { value: valid.value } : args
}

function looksAt(entry: CatalogueEntry | undefined): boolean {
  return entry?.authorize !== undefined
}

/** What the judge is asked about. */
function heldBy({ scopes, granted, authentication }: ExplainedCaller): HeldScopes {
  return { token: scopes, granted, ...(authentication && { authentication }) }
}

function faultsOf(verdict: Verdict): CallExplanation['argumentFaults'] {
  return 'call' in verdict && verdict.call.kind === 'invalid-arguments' ? verdict.call.faults : []
}

function decisionOf(verdict: Verdict): Decision {
  if ('stale' in verdict) return verdict.stale
  return 'denied' in verdict ? verdict.denied : verdict.decision
}

/** What is certain of a call before its arguments are known; an allowed one may still break the schema. */
function withoutArguments(decision: Decision, tool: string): Verdict | undefined {
  if (decision.effect === 'unknown-tool') return { call: { kind: 'unknown', name: tool }, decision }
  if (decision.effect === 'stale') return { stale: decision }
  if (decision.effect !== 'deny') return undefined
  return decision.concealed ? { call: { kind: 'unknown', name: tool }, decision } : { denied: decision }
}

function answerOf(
  inspected: InspectedPolicy,
  { tool, caller, requestId = placeholder.requestId }: CallToExplain,
  verdict: Verdict | undefined,
): HttpAnswer | undefined {
  const held = heldBy(caller)
  const { issuer, keyThumbprint } = caller
  if (verdict !== undefined) {
    return callAnswer(inspected, verdict, { id: placeholder.id, requestId, issuer, held, keyThumbprint })
  }
  const decided = inspected.policy.decide(held, tool)
  return decided.effect === 'allow'
    ? { status: 200, headers: { 'Cache-Control': 'no-store' }, body: undefined }
    : undefined
}

function remarksOn(
  { notConfigured, catalogue }: InspectedPolicy,
  { tool, args, caller }: CallToExplain,
  decision: Decision,
): readonly string[] {
  const waiting = notConfigured.find(({ tools, things }) => tools.includes(tool) || things.includes(tool))
  const conditional =
    decision.effect === 'deny' && decision.reason.conditions.some(({ matched }) => matched === 'unknown')
  const known = catalogue.entries.get(tool)
  const looks =
    known?.authorize !== undefined && (decision.effect === 'allow' || decision.effect === 'depends-on-arguments')
  return [
    ...(looks ? [lookText(tool, known.policy.mayRequire ?? [])] : []),
    ...(waiting === undefined
      ? []
      : [`${tool} is a tool of ${waiting.plugin}, which waits for configuration: ${waiting.reason}`]),
    ...(args === undefined && conditional
      ? ['Some arguments ask for more: the challenge of a real call names that too. Give the arguments to see it.']
      : []),
    ...(decision.effect === 'stale' && caller.authentication === undefined
      ? ['Nothing is known of the sign-in of a caller who is given by scopes alone: a token or its claims say more.']
      : []),
    ...(args === undefined && decision.effect === 'stale'
      ? ['The answer is for arguments that match the input schema: others are refused first.']
      : []),
    ...(args === undefined && decision.effect === 'depends-on-arguments'
      ? ['Whether the call is allowed depends on its arguments: give them to see the answer.']
      : []),
  ]
}

function lookText(tool: string, mayRequire: readonly string[]): string {
  const demands =
    mayRequire.length === 0
      ? ''
      : ` It may demand ${mayRequire.join(' ')}: a caller who lacks what it demands gets a 403.`
  return `Before the call runs, the author of ${tool} looks at it too (authorize), and may refuse it.${demands} That code was not run for this.`
}
