import type { Held, Policy } from '@toolgate/policy'
import type { Catalogue } from '@toolgate/registry'
import type { Verdict } from '../mcp/judge-call.ts'
import type { AskedTask } from './asked-task.ts'

/**
 * Judges a request about a task like the call that it came of, with the scopes that the caller has now. The arguments were
 * validated then, and the author's look is not repeated: what the task itself changes could refuse its own result. What it demanded is
 * asked for again.
 */
export function judgeTask(
  { policy, catalogue }: { readonly policy: Policy; readonly catalogue: Catalogue },
  { asked: { name, args }, demanded }: AskedTask,
  held: Held,
): Verdict {
  const tool = catalogue.entries.get(name)
  const decision = policy.decide(held, name, { value: args, demanded })
  if (tool === undefined || decision.effect === 'unknown-tool') return { call: { kind: 'unknown', name }, decision }
  switch (decision.effect) {
    case 'deny':
      return decision.concealed ? { call: { kind: 'unknown', name }, decision } : { denied: decision }
    case 'stale':
      return { stale: decision }
    case 'allow':
      return { call: { kind: 'allowed', tool, decision, args }, decision }
    case 'depends-on-arguments':
      throw new TypeError('a decision with arguments must be final')
  }
}
