import { createPolicy, reachOf, type Policy, type ToolPolicy } from '@toolgate/policy'
import fc from 'fast-check'
import { rule, whenFlagged } from './support.ts'

const names = ['a', 'b', 'c', 'd', 'e', 'f'] as const
const scopes = fc.uniqueArray(fc.constantFrom(...names), { maxLength: 4 })
const toolRule: fc.Arbitrary<ToolPolicy> = fc
  .record({
    alternatives: fc.array(scopes, { minLength: 1, maxLength: 3 }),
    condition: fc.option(scopes, { nil: undefined }),
    visibility: fc.constantFrom('granted' as const, 'listed' as const, 'concealed' as const),
    readOnly: fc.boolean(),
  })
  .map(({ alternatives, condition, visibility, readOnly }) =>
    rule('t', alternatives, {
      visibility,
      readOnly,
      conditions: condition === undefined ? [] : [whenFlagged(condition)],
    }),
  )
/** Acyclic because a scope implies only those before it. */
const implications = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 4 })), { maxLength: 5 })
  .map((pairs) => {
    const implies: Record<string, string[]> = {}
    for (const [from, to] of pairs.filter(([from, to]) => to < from)) {
      const name = names[from]
      const implied = names[to]
      if (name !== undefined && implied !== undefined) (implies[name] ??= []).push(implied)
    }
    return implies
  })
const policies = fc
  .tuple(toolRule, implications)
  .map(([tool, implies]) => createPolicy({ tools: [tool], implies, initialScopes: undefined }))
const args = fc.constantFrom({ value: { flag: true } }, { value: { flag: false } }, { value: undefined })

function allowed(policy: Policy, held: readonly string[], given: { readonly value: unknown }): boolean {
  return policy.decide(held, 't', given).effect === 'allow'
}

describe('the laws of the policy', () => {
  it('adding a scope never turns allow into deny', () => {
    fc.assert(
      fc.property(policies, scopes, fc.constantFrom(...names), args, (policy, held, more, given) => {
        return !allowed(policy, held, given) || allowed(policy, [...held, more], given)
      }),
      { numRuns: 2000 },
    )
  })

  it("a token with the challenge's scopes alone is allowed", () => {
    fc.assert(
      fc.property(policies, scopes, args, (policy, held, given) => {
        const decision = policy.decide(held, 't', given)
        if (decision.effect !== 'deny') return true
        const { full, least } = policy.challenge(decision, held)
        return allowed(policy, full, given) && allowed(policy, least, given)
      }),
      { numRuns: 2000 },
    )
  })

  it('a challenge names no scope that is neither required by the rule nor in the token', () => {
    fc.assert(
      fc.property(policies, scopes, args, (policy, held, given) => {
        const decision = policy.decide(held, 't', given)
        if (decision.effect !== 'deny') return true
        const literal = new Set([...held, ...decision.required])
        return policy.challenge(decision, held).full.every((scope) => literal.has(scope))
      }),
      { numRuns: 2000 },
    )
  })

  it('a call that is allowed for some arguments is of a tool that the list shows', () => {
    fc.assert(
      fc.property(policies, scopes, args, (policy, held, given) => {
        return !allowed(policy, held, given) || policy.list(held).some(({ tool }) => tool === 't')
      }),
      { numRuns: 2000 },
    )
  })

  it('a tool that is not listed and not concealed is denied for all arguments', () => {
    fc.assert(
      fc.property(policies, scopes, args, (policy, held, given) => {
        const listed = policy.list(held).some(({ tool }) => tool === 't')
        return listed || policy.decide(held, 't', given).effect === 'deny'
      }),
      { numRuns: 2000 },
    )
  })

  it('callers with the same list key see the same list', () => {
    fc.assert(
      fc.property(policies, scopes, scopes, (policy, one, other) => {
        const same = JSON.stringify(policy.list(one)) === JSON.stringify(policy.list(other))
        return policy.listKey(one) !== policy.listKey(other) || same
      }),
      { numRuns: 2000 },
    )
  })

  it('a tool that the initial scopes reach is allowed or depends on arguments with them', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const [tool] = policy.tools
        if (tool === undefined || reachOf(policy, tool) !== 'initial') return true
        return policy.decide(policy.initialScopes, 't').effect !== 'deny'
      }),
    )
  })
})
