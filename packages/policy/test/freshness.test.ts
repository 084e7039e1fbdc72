import { createPolicy, demandText, faultTexts, reachOf, type Authentication } from '@toolgate/policy'
import { expect } from 'chai'
import { rule, whenFlagged } from './support.ts'

const now = 1_000_000

function held(token: readonly string[], seen?: Partial<Authentication>) {
  return { token, granted: [], ...(seen && { authentication: { now, skewSeconds: 5, ...seen } }) }
}

describe('what a tool asks of the sign-in', () => {
  const recent = rule('recent', [['a']], { requires: { maxAgeSeconds: 300 } })
  const strong = rule('strong', [['a']], { requires: { acr: ['gold', 'silver'] } })
  const both = rule('both', [['a']], { requires: { maxAgeSeconds: 300, acr: ['gold'] }, visibility: 'concealed' })
  const policy = createPolicy({ tools: [recent, strong, both], implies: {}, initialScopes: ['a'] })

  for (const [tool, seen, faults] of [
    ['recent', { authTime: now - 300 }, []],
    ['recent', { authTime: now }, []],
    ['recent', { authTime: now + 5 }, []],
    ['recent', { authTime: now - 300.1 }, ['too-old']],
    ['recent', { authTime: now + 5.1 }, ['auth-time-ahead']],
    ['recent', { authTime: NaN }, ['auth-time-ahead']],
    ['recent', { acr: 'gold' }, ['auth-time-absent']],
    ['recent', undefined, ['auth-time-absent']],
    ['strong', { acr: 'silver' }, []],
    ['strong', { acr: 'Gold' }, ['acr-other']],
    ['strong', { acr: 'gold silver' }, ['acr-other']],
    ['strong', { authTime: now }, ['acr-absent']],
    ['strong', undefined, ['acr-absent']],
    ['both', { acr: 'gold', authTime: now }, []],
    ['both', { acr: 'silver', authTime: 0 }, ['acr-other', 'too-old']],
    ['both', {}, ['acr-absent', 'auth-time-absent']],
  ] as const) {
    it(`${faults.length === 0 ? 'is met' : `is not met (${faults.join(', ')})`} for ${tool} by ${JSON.stringify(seen)}`, () => {
      const decision = policy.decide(held(['a'], seen), tool, { value: {} })
      expect(decision.effect).to.equal(faults.length === 0 ? 'allow' : 'stale')
      expect(decision).to.have.deep.nested.property('reason.freshness.faults', faults)
    })
  }

  it('is never met for a plain list of scopes, and hides no tool from it', () => {
    for (const tool of ['recent', 'strong', 'both']) expect(policy.decide(['a'], tool).effect).to.equal('stale')
    expect(policy.list(['a']).map(({ tool }) => tool)).to.deep.equal(['recent', 'strong', 'both'])
    expect(reachOf(policy, recent)).to.equal('initial')
  })

  it('is looked at after the scopes, those of conditions too', () => {
    const tool = rule('t', [['a']], { requires: { maxAgeSeconds: 300 }, conditions: [whenFlagged(['b'])] })
    const judge = createPolicy({ tools: [tool], implies: {}, initialScopes: [] })
    expect(judge.decide([], 't').effect).to.equal('deny')
    expect(judge.decide(['a'], 't').effect).to.equal('depends-on-arguments')
    expect(judge.decide(['a'], 't', { value: { flag: true } }).effect).to.equal('deny')
    expect(judge.decide(['a'], 't', { value: {} }).effect).to.equal('stale')
  })

  it('is told in words', () => {
    expect(demandText({ maxAgeSeconds: 1 })).to.equal('a sign-in of the last 1 second')
    expect(demandText({ maxAgeSeconds: 300, acr: ['a', 'b'] })).to.equal(
      'a sign-in of the last 300 seconds with acr a or b',
    )
    expect(demandText({ acr: ['a', 'b'] })).to.equal('a sign-in with acr a or b')
    expect(faultTexts({ requires: {}, seen: undefined, faults: [] })).to.deep.equal([])
    const texts = (tool: string, seen?: Partial<Authentication>) => {
      const decision = policy.decide(held(['a'], seen), tool)
      return decision.effect === 'stale' ? faultTexts(decision.freshness) : []
    }
    expect(texts('both', { acr: 'x"y', authTime: now - 812.5 })).to.deep.equal([
      'acr is "x\\"y"',
      'signed in 813 seconds ago, 300 allowed',
    ])
    expect(texts('both', {})).to.deep.equal(['the token has no acr', 'the token has no auth_time'])
    expect(texts('both')).to.deep.equal(['nothing is known of the sign-in'])
    expect(texts('recent', { authTime: now + 60 })).to.deep.equal(['auth_time lies 60 seconds ahead'])
  })

  it('is part of the hash of the rules', () => {
    const hashes = [{}, { maxAgeSeconds: 1 }, { maxAgeSeconds: 2 }, { acr: ['a'] }].map(
      (requires) => createPolicy({ tools: [rule('t', [['a']], { requires })], implies: {}, initialScopes: [] }).hash,
    )
    expect(new Set(hashes).size).to.equal(4)
  })

  it('names in its challenge the scopes of the call and of the token, and none that only a rule gives', () => {
    const tools = [rule('t', [['g', 'r', 'a']], { requires: { maxAgeSeconds: 1 } }), rule('other', [['b']])]
    const grants = [{ source: 'grants[0]', issuer: 'i', conditions: [{ claim: 'c', equals: 'x' }], scopes: ['g', 'r'] }]
    const judge = createPolicy({ tools, implies: { w: ['r'] }, initialScopes: ['a'], grants })
    const caller = { token: ['a', 'w', 'b', 'email'], granted: [{ scope: 'g', rule: 'grants[0]' }] }
    const decision = judge.decide(caller, 't')
    if (decision.effect !== 'stale') throw new Error('not stale')
    expect(judge.challenge(decision, caller)).to.deep.equal({ full: ['w', 'a', 'b'], least: ['w', 'a'] })
  })
})
