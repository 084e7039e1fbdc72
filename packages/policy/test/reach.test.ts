import { createPolicy, reachOf } from '@toolgate/policy'
import { expect } from 'chai'
import { rule, whenFlagged } from './support.ts'

describe('how a client gets to a tool', () => {
  const conditions = [{ claim: 'c', equals: 'x' }]
  const grants = [{ source: 'grants[0]', issuer: 'https://as.example', conditions, scopes: ['g'] }]
  const tools = [
    rule('first', [['a']]),
    rule('asks', [['a']], { conditions: [whenFlagged(['more'])] }),
    rule('listed', [['b']], { visibility: 'listed' }),
    rule('granted', [['g']]),
    rule('hidden', [['s']], { visibility: 'concealed' }),
    rule('hiddenAndOpen', [['a']], { visibility: 'concealed' }),
    rule('lost', [['b']]),
  ]
  const policy = createPolicy({ tools, implies: {}, initialScopes: ['a'], grants })

  it('is said of every tool', () => {
    expect(Object.fromEntries(tools.map((tool) => [tool.tool, reachOf(policy, tool)]))).to.deep.equal({
      first: 'initial',
      asks: 'initial',
      listed: 'step-up',
      granted: 'grant',
      hidden: 'concealed',
      hiddenAndOpen: 'concealed',
      lost: 'unreachable',
    })
  })

  it('is not at all for a tool that the policy does not know', () => {
    expect(reachOf(policy, rule('other', [['a']]))).to.equal('unreachable')
  })

  it('counts the scopes of conditions among those that are advertised', () => {
    expect(policy.advertisedScopes).to.deep.equal(['a', 'b', 'more'])
  })
})
