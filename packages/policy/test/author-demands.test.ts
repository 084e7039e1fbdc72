import { createPolicy } from '@toolgate/policy'
import { expect } from 'chai'
import { demandedIn, demandSteps } from '../src/author-demands.ts'
import { rule, whenFlagged } from './support.ts'

describe('the demands of an author, read from the reason of a decision', () => {
  const tool = rule('t', [['a']], { conditions: [whenFlagged(['b'])], mayRequire: ['c', 'd'] })
  const policy = createPolicy({ tools: [tool], implies: {}, initialScopes: [] })
  const demandedOf = (...demanded: readonly string[]) => {
    const decision = policy.decide(['a', 'b'], 't', { value: { flag: true }, demanded })
    if (decision.effect === 'unknown-tool') throw new Error('unknown')
    return demandedIn(decision.reason)
  }

  it('are those that were made of this call, and not what its arguments need', () => {
    expect(demandedOf('c', 'd')).to.deep.equal(['c', 'd'])
  })

  it('are none where none were made', () => {
    expect(demandedOf()).to.deep.equal([])
    expect(demandSteps([], new Set(['c']))).to.deep.equal([])
  })
})
