import { createPolicy, reachOf, type Authentication, type Policy, type ToolPolicy } from '@toolgate/policy'
import fc from 'fast-check'
import { rule, whenFlagged } from './support.ts'

const names = ['a', 'b', 'c', 'd', 'e', 'f'] as const
const scopes = fc.uniqueArray(fc.constantFrom(...names), { maxLength: 4 })
const toolRule: fc.Arbitrary<ToolPolicy> = fc
  .record({
    alternatives: fc.array(scopes, { minLength: 1, maxLength: 3 }),
    condition: fc.option(scopes, { nil: undefined }),
    mayRequire: fc.option(scopes, { nil: undefined }),
    visibility: fc.constantFrom('granted' as const, 'listed' as const, 'concealed' as const),
    readOnly: fc.boolean(),
    requires: fc.option(
      fc.record({
        acr: fc.option(fc.subarray(['x', 'y'], { minLength: 1 }), { nil: undefined }),
        maxAgeSeconds: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
      }),
      { nil: undefined },
    ),
  })
  .map(({ alternatives, condition, mayRequire, visibility, readOnly, requires }) =>
    rule('t', alternatives, {
      ...(mayRequire === undefined ? {} : { mayRequire }),
      visibility,
      readOnly,
      ...(requires && {
        requires: {
          ...(requires.acr && { acr: requires.acr }),
          ...(requires.maxAgeSeconds !== undefined && { maxAgeSeconds: requires.maxAgeSeconds }),
        },
      }),
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

interface Asked {
  readonly value: unknown
  readonly demanded?: readonly string[]
}

const now = 1000
const authentication: fc.Arbitrary<Authentication> = fc
  .record({
    acr: fc.option(fc.constantFrom('x', 'y', 'z'), { nil: undefined }),
    authTime: fc.option(fc.integer({ min: 850, max: 1010 }), { nil: undefined }),
  })
  .map(({ acr, authTime }) => ({
    ...(acr !== undefined && { acr }),
    ...(authTime !== undefined && { authTime }),
    now,
    skewSeconds: 5,
  }))

function effectOf(policy: Policy, token: readonly string[], given: Asked | undefined, seen?: Authentication) {
  return policy.decide({ token, granted: [], ...(seen && { authentication: seen }) }, 't', given).effect
}

/** By its scopes: whether a sign-in does is another question, and has laws of its own. */
function allowed(policy: Policy, held: readonly string[], given: Asked): boolean {
  return ['allow', 'stale'].includes(effectOf(policy, held, given))
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

  describe('with demands of the author', () => {
    const runs = { numRuns: 2000 }

    it('only narrow: what is allowed with them is allowed without them', () => {
      fc.assert(
        fc.property(policies, scopes, args, scopes, (policy, held, given, demanded) => {
          return !allowed(policy, held, { ...given, demanded }) || allowed(policy, held, given)
        }),
        runs,
      )
    })

    it('never become fewer by one more: a denial stays a denial', () => {
      fc.assert(
        fc.property(
          policies,
          scopes,
          args,
          scopes,
          fc.constantFrom(...names),
          (policy, held, given, demanded, more) => {
            const denied = !allowed(policy, held, { ...given, demanded })
            return !denied || !allowed(policy, held, { ...given, demanded: [...demanded, more] })
          },
        ),
        runs,
      )
    })

    it('are met by whoever holds them all beside what the call needs anyway', () => {
      fc.assert(
        fc.property(policies, scopes, args, scopes, (policy, held, given, demanded) => {
          return !allowed(policy, held, given) || allowed(policy, [...held, ...demanded], { ...given, demanded })
        }),
        runs,
      )
    })

    it('stand in the challenge: a token with its scopes alone is allowed', () => {
      fc.assert(
        fc.property(policies, scopes, args, scopes, (policy, held, given, demanded) => {
          const decision = policy.decide(held, 't', { ...given, demanded })
          if (decision.effect !== 'deny') return true
          const { full, least } = policy.challenge(decision, held)
          const asked = { ...given, demanded }
          return allowed(policy, full, asked) && allowed(policy, least, asked)
        }),
        runs,
      )
    })

    it('conceal nothing from a caller who sees the tool, and reveal nothing to one who does not', () => {
      fc.assert(
        fc.property(policies, scopes, args, scopes, (policy, held, given, demanded) => {
          const [before, after] = [policy.decide(held, 't', given), policy.decide(held, 't', { ...given, demanded })]
          const concealed = before.effect === 'deny' && before.concealed
          return (after.effect === 'deny' && after.concealed) === concealed
        }),
        runs,
      )
    })
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

  it('the list shows a tool exactly if it is listed to everybody or the judge does not deny it without arguments', () => {
    fc.assert(
      fc.property(policies, scopes, (policy, held) => {
        const decision = policy.decide(held, 't')
        if (decision.effect === 'unknown-tool') return false
        const shown = decision.policy.visibility === 'listed' || decision.effect !== 'deny'
        return policy.list(held).some(({ tool }) => tool === 't') === shown
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

  it('adding a scope never turns allow into stale, nor stale into anything but itself', () => {
    fc.assert(
      fc.property(
        policies,
        scopes,
        fc.constantFrom(...names),
        args,
        authentication,
        (policy, held, more, given, seen) => {
          const before = effectOf(policy, held, given, seen)
          return before === 'deny' || effectOf(policy, [...held, more], given, seen) === before
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('a newer sign-in never turns allow into stale, as long as it is not ahead of the clock', () => {
    fc.assert(
      fc.property(policies, scopes, args, authentication, fc.integer({ min: 0, max: 150 }), (...drawn) => {
        const [policy, held, given, seen, later] = drawn
        if (effectOf(policy, held, given, seen) !== 'allow') return true
        const newer = seen.authTime === undefined ? now : Math.max(seen.authTime, Math.min(now, seen.authTime + later))
        return effectOf(policy, held, given, { ...seen, authTime: newer }) === 'allow'
      }),
      { numRuns: 5000 },
    )
  })

  it('a claim that goes missing never turns stale into allow, nor does time that passes', () => {
    fc.assert(
      fc.property(policies, scopes, args, authentication, fc.integer({ min: 0, max: 150 }), (...drawn) => {
        const [policy, held, given, seen, passed] = drawn
        if (effectOf(policy, held, given, seen) !== 'stale') return true
        const { acr: _acr, ...withoutAcr } = seen
        const { authTime: _time, ...withoutTime } = seen
        const poorer = [undefined, withoutAcr, withoutTime, { now, skewSeconds: 5 }]
        // What is ahead of the clock is stale now and may be good later.
        if ((seen.authTime ?? 0) <= now + seen.skewSeconds) poorer.push({ ...seen, now: now + passed })
        return poorer.every((changed) => effectOf(policy, held, given, changed) === 'stale')
      }),
      { numRuns: 5000 },
    )
  })

  it('the sign-in never changes a list, its key, or what lacks scopes', () => {
    fc.assert(
      fc.property(policies, scopes, args, authentication, (policy, token, given, seen) => {
        const signedIn = { token, granted: [], authentication: seen }
        const same = JSON.stringify(policy.list(signedIn)) === JSON.stringify(policy.list(token))
        const denied = effectOf(policy, token, given) === 'deny'
        return (
          same &&
          policy.listKey(signedIn) === policy.listKey(token) &&
          denied === (effectOf(policy, token, given, seen) === 'deny')
        )
      }),
      { numRuns: 2000 },
    )
  })

  it('a sign-in as a tool asks for is allowed with the scopes of the stale challenge alone', () => {
    fc.assert(
      fc.property(policies, scopes, args, (policy, held, given) => {
        const decision = policy.decide(held, 't', given)
        if (decision.effect !== 'stale') return true
        const [acr] = decision.freshness.requires.acr ?? []
        const fresh = { ...(acr !== undefined && { acr }), authTime: now, now, skewSeconds: 5 }
        const { full, least } = policy.challenge(decision, held)
        return [full, least].every((token) => effectOf(policy, token, given, fresh) === 'allow')
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
