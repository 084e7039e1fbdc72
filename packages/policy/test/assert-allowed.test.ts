import { assertAllowed, createPolicy, PolicyError, type Decision } from '@toolgate/policy'
import { expect } from 'chai'
import { rule } from './support.ts'

describe('assertAllowed', () => {
  const policy = createPolicy({ tools: [rule('t', [['a']])], implies: {}, initialScopes: [] })

  it('passes what decide made', () => {
    expect(() => {
      assertAllowed(policy.decide(['a'], 't'))
    }).to.not.throw()
  })

  it('throws for a denial', () => {
    expect(() => {
      assertAllowed(policy.decide([], 't'))
    }).to.throw('no decision allows this call')
  })

  it('throws for a look-alike', () => {
    const real = policy.decide(['a'], 't')
    const forged = structuredClone<Decision>(real)
    expect(() => {
      assertAllowed(forged)
    }).to.throw('no decision allows this call')
  })

  it('throws its own error for what is no decision at all', () => {
    for (const value of [undefined, null, 'allow', 1, true, {}, () => 'allow', { effect: 'allow' }]) {
      expect(() => {
        assertAllowed(value as unknown as Decision)
      })
        .to.throw(PolicyError)
        .with.property('code', 'not-allowed')
    }
  })
})
