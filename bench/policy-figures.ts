import { join } from 'node:path'
import type { HeldScopes, Policy } from '@toolgate/policy'
import { judgedPolicy, judgedTool, ownScope } from './judged-policy.ts'
import { knownList } from './known-list.ts'
import { timed, timedRatio } from './timed.ts'

/** What the policy alone costs, without a host around it. */
export interface PolicyFigures {
  /** Microseconds of a final decision on a tool with three alternatives, two implications and one condition, by its effect. */
  readonly decideMicroseconds: { readonly allow: number; readonly deny: number }
  /** Milliseconds to judge every one of 1,000 tools for a set of scopes that was never seen, by how many of them it reaches. */
  readonly filterMilliseconds: { readonly all: number; readonly few: number }
  /** Microseconds to answer the list of a set of scopes that was seen before, with 10 tools and with 1,000. */
  readonly knownListMicroseconds: { readonly few: number; readonly many: number; readonly manyTimesFew: number }
}

const TOOLS = 1000
const forced = { value: Object.freeze({ force: true }) }

function heldBy(token: readonly string[]): HeldScopes {
  return { token, granted: [], authentication: { now: 1, skewSeconds: 5 } }
}

/** Decisions about tool after tool and caller after caller, each of which has to come out alike. */
function decisions(
  policy: Policy,
  effect: 'allow' | 'deny',
  tokenOf: (index: number) => string[],
): (run: number) => void {
  const cases = Array.from({ length: TOOLS }, (_, index) => ({ tool: judgedTool(index), token: tokenOf(index) }))
  return (run) => {
    const judged = cases[run % TOOLS]
    if (judged === undefined) throw new Error('no case to judge')
    const decision = policy.decide(heldBy(judged.token), judged.tool, forced)
    if (decision.effect !== effect) throw new Error(`a decision is ${decision.effect} and not ${effect}`)
  }
}

/** Two scopes that a tool of its own asks for each: no two runs below 499,500 have the same two. */
function unseenPair(run: number): string[] {
  const first = run % TOOLS
  const distance = 1 + Math.floor(run / TOOLS)
  return [ownScope(first), ownScope((first + distance) % TOOLS)]
}

/** Lists for sets of scopes that nothing can have kept: no run has the set of another, as scopes or as their closure. */
function unseenLists(policy: Policy, beside: readonly string[], length: number): (run: number) => void {
  return (run) => {
    const listed = policy.list(heldBy([...beside, ...unseenPair(run)])).length
    if (listed !== length) throw new Error(`a list has ${String(listed)} tools and not ${String(length)}`)
  }
}

/**
 * Measures the policy of 10 and of 1,000 tools, compiled from a folder of plugins like a host's.
 *
 * @param folder an empty folder of the run, inside this repository
 * @throws Error if a decision is not the one that is meant to be measured
 */
export async function measurePolicy(folder: string): Promise<PolicyFigures> {
  const few = await judgedPolicy(join(folder, 'few'), 10)
  const many = await judgedPolicy(join(folder, 'many'), TOOLS)
  // By the last of the alternatives and through what is implied.
  const allowed = decisions(many.policy, 'allow', (index) => ['judged:write', 'judged:force', ownScope(index)])
  const denied = decisions(many.policy, 'deny', (index) => ['judged:write', ownScope((index + 1) % TOOLS)])
  const [allow = Number.NaN, deny = Number.NaN] = timed(20_000, [allowed, denied])
  const reaching = unseenLists(many.policy, ['judged:admin', 'judged:audit', 'judged:force'], TOOLS)
  const lacking = unseenLists(many.policy, ['judged:read'], 2)
  const [all = Number.NaN, hardly = Number.NaN] = timed(20, [reaching, lacking])
  const scopes = Object.freeze(['judged:admin', 'judged:audit', 'judged:force'])
  const known = timedRatio(5_000, await knownList(few, scopes), await knownList(many, scopes))
  return {
    decideMicroseconds: { allow, deny },
    filterMilliseconds: { all: all / 1000, few: hardly / 1000 },
    knownListMicroseconds: { few: known.first, many: known.second, manyTimesFew: known.ratio },
  }
}
