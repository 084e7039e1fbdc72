import type * as room6 from '../../../packages/core/src/mcp/authorize-call.ts'
import { readCall } from '../../../packages/core/src/mcp/call-params.ts'
import { HELD_SCOPE } from '../../catalogue.ts'

/**
 * Room 6 without a judge: each tool is decided once, at the start, for a caller who holds the benchmark's scope. The arguments of a call
 * are still validated: tools need their defaults.
 */
export const createAuthorizeCalls: typeof room6.createAuthorizeCalls = ({ policy, catalogue }) => {
  const decided = new Map(
    [...catalogue.tools.values()].flatMap((tool) => {
      const decision = policy.decide([HELD_SCOPE], tool.name, { value: Object.freeze({}) })
      return decision.effect === 'allow' ? [[tool.name, { tool, decision }] as const] : []
    }),
  )
  return (calls) =>
    calls.map(({ message }) => {
      const { name, args } = readCall(message)
      const known = decided.get(name)
      const valid = known?.tool.validateArguments(args)
      if (known === undefined || valid?.ok !== true) throw new Error(`${name} is not called like this in the benchmark`)
      return { kind: 'allowed', ...known, args: valid.value }
    })
}
