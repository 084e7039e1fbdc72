import { createPolicy, reachOf, type GrantCondition, type GrantRule, type Policy } from '@toolgate/policy'
import { expect } from 'chai'
import fc from 'fast-check'
import { inspect } from 'node:util'
import { rule } from './support.ts'

const issuer = 'https://as.example'
const admins = { claim: 'groups', anyOf: ['admins', 'ops'] } as const

function grant(conditions: readonly GrantCondition[], scopes: readonly string[], source = 'grants[0]'): GrantRule {
  return { source, issuer, conditions, scopes }
}

function policyOf(grants: readonly GrantRule[], more: Partial<Parameters<typeof createPolicy>[0]> = {}): Policy {
  return createPolicy({ tools: [], implies: {}, initialScopes: undefined, grants, ...more })
}

function scopesFor(conditions: readonly GrantCondition[], claims: Readonly<Record<string, unknown>>, by = issuer) {
  return policyOf([grant(conditions, ['s'])])
    .grant({ issuer: by, claims })
    .map(({ scope }) => scope)
}

describe('a rule of grants', () => {
  it('matches one of the values of a string or of an array of strings', () => {
    for (const groups of ['admins', ['ops'], ['x', 'admins']]) {
      expect(scopesFor([admins], { groups }), JSON.stringify(groups)).to.deep.equal(['s'])
    }
  })

  const never: readonly unknown[] = [
    ...['Admins', 'admins ', 'admins ops', 'admin', '', 'admins,ops'],
    ...[[], ['Admins'], [['admins']], ['admins', 1], ['admins', null], ['admins', { a: 1 }]],
    ...[{ admins: true }, { 0: 'admins', length: 1 }, 1, true, null, undefined],
  ]
  for (const groups of never) {
    it(`never matches ${inspect(groups)}`, () => {
      expect(scopesFor([admins], { groups })).to.deep.equal([])
    })
  }

  it('compares `equals` with a string alone, never with a list', () => {
    const role = { claim: 'role', equals: 'admin' } as const
    expect(scopesFor([role], { role: 'admin' })).to.deep.equal(['s'])
    for (const value of [['admin'], 'Admin', 'admin user', undefined, null, 0]) {
      expect(scopesFor([role], { role: value }), JSON.stringify(value)).to.deep.equal([])
    }
  })

  it('never matches an absent claim, nor one that every object has', () => {
    const inherited = Object.create({ groups: 'admins' }) as Readonly<Record<string, unknown>>
    expect(scopesFor([admins], {})).to.deep.equal([])
    expect(scopesFor([{ claim: 'constructor', anyOf: ['x'] }], {})).to.deep.equal([])
    expect(scopesFor([{ claim: 'groups', anyOf: ['admins'] }], inherited)).to.deep.equal([])
  })

  it('needs all of its conditions, and never holds without one', () => {
    const both = [admins, { claim: 'tenant', equals: 'acme' }] as const
    expect(scopesFor(both, { groups: ['ops'], tenant: 'acme' })).to.deep.equal(['s'])
    expect(scopesFor(both, { groups: ['ops'] })).to.deep.equal([])
    expect(scopesFor(both, { tenant: 'acme' })).to.deep.equal([])
    expect(scopesFor([], { groups: ['ops'] })).to.deep.equal([])
  })

  it('is about one issuer alone', () => {
    for (const other of [`${issuer}/`, 'https://AS.example', 'https://other.example', '']) {
      expect(scopesFor([admins], { groups: ['admins'] }, other)).to.deep.equal([])
    }
  })

  it('is named as the first that gives a scope', () => {
    const policy = policyOf([grant([admins], ['a', 'b']), grant([admins], ['b', 'c'], 'grants[1]')])
    expect(policy.grant({ issuer, claims: { groups: 'ops' } })).to.deep.equal([
      { scope: 'a', rule: 'grants[0]' },
      { scope: 'b', rule: 'grants[0]' },
      { scope: 'c', rule: 'grants[1]' },
    ])
  })
})

describe('a policy with grants', () => {
  const tools = [
    rule('read', [['r']], { readOnly: true }),
    rule('admin', [['a']], { visibility: 'listed' }),
    rule('both', [['w', 'a']], { visibility: 'listed' }),
    rule('either', [['a'], ['w', 'x', 'y']], { visibility: 'listed' }),
    rule('peek', [['a']], { readOnly: true }),
  ]
  const grants = [grant([admins], ['a'])]
  const policy = policyOf(grants, { tools })
  const byRule = (...token: string[]) => ({ token, granted: [{ scope: 'a', rule: 'grants[0]' }] })

  function challengeOf(judge: Policy, tool: string, held: Parameters<Policy['decide']>[0]) {
    const decision = judge.decide(held, tool)
    if (decision.effect !== 'deny') throw new TypeError('not denied')
    return { ...judge.challenge(decision, held), notRequestable: decision.notRequestable }
  }

  it('allows by a granted scope, and says by which rule', () => {
    const decision = policy.decide(byRule(), 'admin')
    expect(decision.effect).to.equal('allow')
    expect(decision).to.have.deep.nested.property('reason.granted', [{ scope: 'a', rule: 'grants[0]' }])
    expect(policy.decide(['a'], 'admin')).to.have.deep.nested.property('reason.granted', [])
    expect(policy.decide(byRule('a'), 'admin')).to.have.deep.nested.property('reason.granted', [])
  })

  it('lets a granted scope imply others, and names the rule for them too', () => {
    const implying = policyOf(grants, { tools, implies: { a: ['r'] } })
    const decision = implying.decide(byRule(), 'read')
    expect(decision).to.have.property('effect', 'allow')
    expect(decision).to.have.deep.nested.property('reason.granted', [{ scope: 'r', rule: 'grants[0]' }])
  })

  it('never names a granted scope in a challenge', () => {
    expect(challengeOf(policy, 'both', byRule('r'))).to.deep.equal({
      full: ['w', 'r'],
      least: ['w'],
      notRequestable: [],
    })
  })

  it('never challenges for a scope that only a rule gives', () => {
    expect(challengeOf(policy, 'admin', ['r'])).to.deep.equal({ full: [], least: [], notRequestable: ['a'] })
    expect(challengeOf(policy, 'both', ['r'])).to.deep.equal({ full: [], least: [], notRequestable: ['a'] })
  })

  it('asks for another alternative that a sign-in can give, though it gives more away', () => {
    expect(challengeOf(policy, 'either', [])).to.deep.include({ full: ['w', 'x', 'y'], notRequestable: [] })
  })

  it('asks for it where the operator says that a sign-in gives it too', () => {
    for (const more of [{ requestable: ['a'] }, { initialScopes: ['a'] }]) {
      expect(challengeOf(policyOf(grants, { tools, ...more }), 'both', [])).to.deep.include({ full: ['w', 'a'] })
    }
  })

  it('neither asks for it at the first sign-in nor advertises it', () => {
    expect(policy.initialScopes).to.deep.equal(['r'])
    expect(policy.advertisedScopes).to.deep.equal(['r', 'w', 'x', 'y'])
  })

  it('says how one gets to a tool that only a rule opens', () => {
    expect(policy.tools.map((tool) => reachOf(policy, tool))).to.deep.equal([
      'initial',
      'grant',
      'grant',
      'step-up',
      'grant',
    ])
  })

  it('shows the same list by a rule as by the token, under the same key', () => {
    expect(policy.list(byRule('r'))).to.deep.equal(policy.list(['a', 'r']))
    expect(policy.listKey(byRule('r'))).to.equal(policy.listKey(['a', 'r']))
  })

  it('has another hash with other rules', () => {
    const hashes = [policy, policyOf([], { tools }), policyOf(grants, { tools, requestable: ['a'] })].map(
      ({ hash }) => hash,
    )
    expect(new Set(hashes).size).to.equal(3)
  })
})

describe('the laws of grants', () => {
  const names = ['groups', 'roles', 'tenant']
  const values = ['x', 'y', 'z']
  const claim = fc.constantFrom(...names)
  const value = fc.constantFrom(...values)
  const condition: fc.Arbitrary<GrantCondition> = fc.oneof(
    fc.record({ claim, equals: value }),
    fc.record({ claim, anyOf: fc.uniqueArray(value, { minLength: 1 }) }),
  )
  const rules = fc.array(
    fc
      .tuple(fc.array(condition, { maxLength: 3 }), fc.subarray(['a', 'b', 'c', 'd'], { minLength: 1 }))
      .map(([conditions, scopes]) => grant(conditions, scopes)),
    { maxLength: 4 },
  )
  const claims = fc.dictionary(claim, fc.oneof(value, fc.array(value, { maxLength: 3 })))
  const ofAnotherType = fc.oneof(
    fc.constantFrom(null, undefined, true, false, 0, 1),
    fc.dictionary(value, value),
    fc.array(value).map((strings) => [...strings, 1]),
    fc.array(value).map((strings) => [strings]),
  )
  const granted = (given: readonly GrantRule[], held: object) =>
    policyOf(given)
      .grant({ issuer, claims: held as Readonly<Record<string, unknown>> })
      .map(({ scope }) => scope)

  it('removing a claim or changing its type never adds a scope', () => {
    fc.assert(
      fc.property(rules, claims, claim, ofAnotherType, (given, held, name, other) => {
        const before = new Set(granted(given, held))
        const { [name]: _, ...removed } = held
        const poorer = [removed, { ...held, [name]: other }]
        return poorer.every((changed) => granted(given, changed).every((scope) => before.has(scope)))
      }),
      { numRuns: 3000 },
    )
  })

  it('a caller who holds nothing but claims of another type is given nothing', () => {
    fc.assert(
      fc.property(rules, fc.dictionary(claim, ofAnotherType), (given, held) => granted(given, held).length === 0),
      { numRuns: 1000 },
    )
  })

  it("a token with the challenge's scopes alone is allowed under the same rules, and the challenge names none of theirs", () => {
    const scopes = fc.subarray(['a', 'b', 'c', 'd', 'e'])
    const alternatives = fc.array(scopes, { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(rules, claims, alternatives, scopes, (given, held, required, token) => {
        const policy = policyOf(given, { tools: [rule('t', required)], initialScopes: [] })
        const byRules = policy.grant({ issuer, claims: held })
        const decision = policy.decide({ token, granted: byRules }, 't')
        if (decision.effect !== 'deny') return true
        const { full, least } = policy.challenge(decision, { token, granted: byRules })
        const ruled = new Set(given.flatMap((one) => one.scopes))
        if (full.some((scope) => ruled.has(scope) && !token.includes(scope))) return false
        if (decision.notRequestable.length > 0) return full.length === 0 && least.length === 0
        return [full, least].every((asked) => policy.decide({ token: asked, granted: byRules }, 't').effect === 'allow')
      }),
      { numRuns: 3000 },
    )
  })
})
