import { createPolicy, type GrantRule, type Implications, type ToolPolicy } from '@toolgate/policy'
import { expect } from 'chai'
import { rule, whenFlagged } from './support.ts'

const grants: readonly GrantRule[] = [
  { source: 'grants[0]', issuer: 'https://as.example', conditions: [{ claim: 'c', equals: 'x' }], scopes: ['g'] },
]

function policyOf(tool: ToolPolicy, implies: Implications = {}, given: readonly GrantRule[] = []) {
  return createPolicy({ tools: [tool], implies, initialScopes: [], grants: given })
}

describe('the alternative that a decision goes by', () => {
  it('is the one that is held, though another gives less away', () => {
    const policy = policyOf(rule('t', [['a', 'b'], ['c']]))
    expect(policy.decide(['a', 'b'], 't')).to.deep.include({ effect: 'allow', required: ['a', 'b'] })
  })

  it('is the first that is held of several', () => {
    const policy = policyOf(rule('t', [['z'], ['a', 'b'], ['c']]))
    expect(policy.decide(['a', 'b', 'c'], 't')).to.have.nested.property('reason.chosen', 1)
  })

  const implies = { admin: ['write', 'read'], write: ['read'] }
  for (const [title, alternatives, required] of [
    ['in a denial the one that gives the least away, wherever it stands', [['write'], ['admin']], ['write']],
    ['also between two that give more', [['admin'], ['read'], ['write']], ['read']],
    ['in a denial the first declared of two that give the same', [['read'], ['other']], ['read']],
  ] as const) {
    it(`is ${title}`, () => {
      expect(policyOf(rule('t', alternatives), implies).decide([], 't')).to.deep.include({ effect: 'deny', required })
    })
  }

  it('is in a denial the one that lacks the least, of two that give the same', () => {
    const policy = policyOf(
      rule('t', [
        ['a', 'b'],
        ['c', 'd'],
      ]),
    )
    expect(policy.decide(['d'], 't')).to.deep.include({ required: ['c', 'd'], missing: ['c'] })
  })

  it('is in a denial none of which one scope of two only a rule gives', () => {
    const policy = policyOf(
      rule('t', [
        ['g', 'w'],
        ['x', 'y', 'z'],
      ]),
      {},
      grants,
    )
    expect(policy.decide([], 't')).to.deep.include({ required: ['x', 'y', 'z'], notRequestable: [] })
  })
})

describe('the reason of a decision', () => {
  it('names as implied what is held by another scope, not what is held itself and not what is missing', () => {
    const policy = policyOf(rule('t', [['r', 'own', 'missing']]), { w: ['r'] })
    expect(policy.decide(['w', 'own'], 't')).to.have.deep.nested.property('reason.implied', ['r'])
  })

  it('says of every alternative what the caller lacks of it', () => {
    const policy = policyOf(rule('t', [['a', 'b'], ['c']]))
    expect(policy.decide(['a'], 't')).to.have.deep.nested.property('reason.alternatives', [
      { scopes: ['a', 'b'], missing: ['b'] },
      { scopes: ['c'], missing: ['c'] },
    ])
  })

  it('lacks nothing of a condition that the arguments do not meet', () => {
    const policy = policyOf(rule('t', [['a']], { conditions: [whenFlagged(['b'])] }))
    const conditionOf = (flag: boolean) => policy.decide(['a'], 't', { value: { flag } })
    const step = { source: 'when[0]', scopes: ['b'] }
    expect(conditionOf(false)).to.have.deep.nested.property('reason.conditions', [
      { ...step, matched: false, missing: [] },
    ])
    expect(conditionOf(true)).to.have.deep.nested.property('reason.conditions', [
      { ...step, matched: true, missing: ['b'] },
    ])
  })

  it('has no step of the author where the author demanded nothing', () => {
    const policy = policyOf(rule('t', [['a']], { mayRequire: ['b'] }))
    expect(policy.decide(['a'], 't', { value: {}, demanded: [] })).to.have.deep.nested.property('reason.conditions', [])
  })

  it('names no rule for what is missing', () => {
    const policy = policyOf(rule('t', [['g', 'missing']]), {}, grants)
    const held = { token: [], granted: [{ scope: 'g', rule: 'grants[0]' }] }
    expect(policy.decide(held, 't')).to.have.deep.nested.property('reason.granted', [{ scope: 'g', rule: 'grants[0]' }])
  })

  it('names a scope once that an alternative and a condition ask for', () => {
    const policy = policyOf(rule('t', [['a']], { conditions: [whenFlagged(['a', 'b'])] }))
    expect(policy.decide([], 't', { value: { flag: true } })).to.deep.include({ required: ['a', 'b'] })
  })
})
