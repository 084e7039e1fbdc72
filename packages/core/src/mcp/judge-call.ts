import type { Decision, DeniedDecision, Held, Policy, StaleDecision } from '@toolgate/policy'
import type { Catalogue, CatalogueEntry } from '@toolgate/registry'
import type { JudgedCall } from './judged-call.ts'

/** One call as it is judged: a name (of what is no tool, its key), the arguments as they were sent, and the scopes of the caller. */
export interface CallToJudge {
  readonly name: string
  readonly args: unknown
  readonly held: Held
  /** Only a part of the arguments is known. */
  readonly part?: boolean
}

/** What may come of a call, with the decision that says so. */
export type Verdict =
  | {
      readonly call: JudgedCall
      readonly decision: Decision
      /** Why the `authorize` of the tool refused what the decision allows. */
      readonly refused?: string
    }
  | { readonly denied: DeniedDecision }
  /** Scopes and arguments are in order, the sign-in is not. */
  | { readonly stale: StaleDecision }

/**
 * Judges one call, for the host and for whoever asks what the host would do: `decide` without arguments, what has to be
 * looked at before them (`beforeArguments`, which throws to refuse), the input schema with its defaults, `decide` with the arguments.
 * Only this last answer may ask for a new sign-in: nobody has to sign in again for a call that would not run.
 */
export function judgeCall(
  rules: { readonly policy: Policy; readonly catalogue: Catalogue },
  call: CallToJudge,
  beforeArguments: () => void = () => undefined,
): Verdict {
  const { policy, catalogue } = rules
  const { name, args, held, part = false } = call
  const first = policy.decide(held, name)
  const tool = catalogue.entries.get(name)
  if (first.effect === 'unknown-tool' || tool === undefined) return { call: { kind: 'unknown', name }, decision: first }
  if (first.effect === 'deny') {
    if (first.concealed) return { call: { kind: 'unknown', name }, decision: first }
    return { denied: withConditions(policy, tool, call) ?? first }
  }
  beforeArguments()
  const valid = validate(tool, args, part)
  if (!valid.ok) return { call: { kind: 'invalid-arguments', tool, faults: valid.faults }, decision: first }
  // Where no condition looks at the arguments, what was decided without them is final.
  const second = first.policy.conditions.length === 0 ? first : policy.decide(held, name, { value: valid.value })
  if (second.effect === 'deny') return { denied: second }
  if (second.effect === 'stale') return { stale: second }
  if (second.effect !== 'allow') throw new TypeError('a decision with arguments must be final')
  return { call: { kind: 'allowed', tool, decision: second, args: valid.value }, decision: second }
}

function validate(tool: CatalogueEntry, args: unknown, part: boolean): ReturnType<CatalogueEntry['validateArguments']> {
  return part && tool.kind !== 'tool' ? tool.validatePart(args) : tool.validateArguments(args)
}

/** So that one challenge names all that this call needs: the client of one step-up would fail at a second one. */
function withConditions(
  policy: Policy,
  tool: CatalogueEntry,
  { args, held, part = false }: CallToJudge,
): DeniedDecision | undefined {
  if (tool.policy.conditions.length === 0) return undefined
  const valid = validate(tool, args, part)
  const full = policy.decide(held, tool.name, { value: valid.ok ? valid.value : args })
  return full.effect === 'deny' ? full : undefined
}
