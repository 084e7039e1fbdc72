import { createPolicy, PolicyError, type Decision, type Implications, type ToolPolicy } from '@toolgate/policy'
import { expect } from 'chai'
import { rule, whenFlagged } from './support.ts'

function policyOf(tools: readonly ToolPolicy[], implies: Implications = {}) {
  return createPolicy({ tools, implies, initialScopes: [] })
}

function effect(decision: Decision) {
  return decision.effect
}

describe('decide', () => {
  it('allows a caller who holds every scope of an alternative', () => {
    const policy = policyOf([rule('t', [['a', 'b']])])
    expect(effect(policy.decide(['b', 'a'], 't'))).to.equal('allow')
  })

  it('denies a caller who lacks one of them, and names what is missing', () => {
    const decision = policyOf([rule('t', [['a', 'b']])]).decide(['a'], 't')
    expect(decision).to.include({ effect: 'deny', concealed: false })
    expect(decision).to.have.deep.property('missing', ['b'])
    expect(decision).to.have.deep.property('required', ['a', 'b'])
  })

  it('allows anybody with a valid token where the requirement is authenticated', () => {
    expect(effect(policyOf([rule('t', [[]])]).decide([], 't'))).to.equal('allow')
  })

  it('answers unknown-tool for a name that no tool has', () => {
    const policy = policyOf([rule('t', [[]])])
    for (const name of ['T', 't ', '', '__proto__', 'constructor', 'toString']) {
      expect(effect(policy.decide([], name)), name).to.equal('unknown-tool')
    }
  })

  it('compares scopes whole and by case', () => {
    const policy = policyOf([rule('t', [['notes:read']])])
    for (const held of ['notes', 'notes:', 'Notes:read', 'notes:read ', 'notes:read:all', 'notes:*', '*']) {
      expect(effect(policy.decide([held], 't')), held).to.equal('deny')
    }
  })

  it('follows implications through several steps and never backwards', () => {
    const policy = policyOf([rule('read', [['r']]), rule('admin', [['a']])], { a: ['w'], w: ['r'] })
    expect(effect(policy.decide(['a'], 'read'))).to.equal('allow')
    expect(effect(policy.decide(['r'], 'admin'))).to.equal('deny')
    expect(policy.decide(['a'], 'read')).to.have.deep.nested.property('reason.implied', ['r'])
  })

  it('chooses the least privileged alternative for a denial', () => {
    const policy = policyOf([rule('t', [['admin'], ['write']])], { admin: ['write', 'read'], write: ['read'] })
    expect(policy.decide([], 't')).to.have.deep.property('required', ['write'])
  })

  it('would rather ask for more scopes than for more power', () => {
    const policy = policyOf([rule('t', [['admin'], ['p', 'q']])], { admin: ['a', 'b', 'c', 'd'] })
    expect(policy.decide([], 't')).to.have.deep.property('required', ['p', 'q'])
  })

  it('says why: the alternative that holds and who declared it', () => {
    const decision = policyOf([rule('t', [['a'], ['b']], { declaredBy: 'config' })]).decide(['b'], 't')
    expect(decision).to.have.nested.property('reason.chosen', 1)
    expect(decision).to.have.nested.property('reason.declaredBy', 'config')
  })

  describe('with a condition on the arguments', () => {
    const policy = policyOf([rule('t', [['a']], { conditions: [whenFlagged(['b'])] })])

    it('leaves the answer open until the arguments are known', () => {
      expect(effect(policy.decide(['a'], 't'))).to.equal('depends-on-arguments')
      expect(effect(policy.decide(['a', 'b'], 't'))).to.equal('allow')
    })

    it('asks for more where the arguments match, in one requirement', () => {
      const decision = policy.decide([], 't', { value: { flag: true } })
      expect(decision).to.have.deep.property('required', ['a', 'b'])
      expect(effect(policy.decide(['a'], 't', { value: { flag: true } }))).to.equal('deny')
    })

    it('asks for nothing more where they do not', () => {
      expect(effect(policy.decide(['a'], 't', { value: { flag: false } }))).to.equal('allow')
      expect(effect(policy.decide(['a'], 't', { value: undefined }))).to.equal('allow')
    })

    it('asks for more if the condition itself fails', () => {
      const broken = {
        ...whenFlagged(['b']),
        matches: (): boolean => {
          throw new Error('broken')
        },
      }
      const failing = policyOf([rule('t', [['a']], { conditions: [broken] })])
      expect(effect(failing.decide(['a'], 't', { value: {} }))).to.equal('deny')
    })
  })
})

describe('a policy', () => {
  it('lists what is allowed, what depends on arguments, and what is listed to everybody with its scopes', () => {
    const policy = policyOf([
      rule('open', [[]]),
      rule('depends', [['a']], { conditions: [whenFlagged(['z'])] }),
      rule('granted', [['b']]),
      rule('listed', [['b', 'c'], ['d']], { visibility: 'listed' }),
      rule('concealed', [['b']], { visibility: 'concealed' }),
    ])
    expect(policy.list(['a'])).to.deep.equal([
      { tool: 'open', requiredScopes: undefined },
      { tool: 'depends', requiredScopes: undefined },
      { tool: 'listed', requiredScopes: ['d'] },
    ])
    expect(policy.list(['b']).map(({ tool }) => tool)).to.deep.equal(['open', 'granted', 'listed', 'concealed'])
  })

  it('conceals a tool from a caller without its scopes', () => {
    const policy = policyOf([rule('t', [['a']], { visibility: 'concealed' })])
    expect(policy.decide([], 't')).to.include({ effect: 'deny', concealed: true })
  })

  it('keeps the scopes of concealed tools out of what it advertises and asks for first', () => {
    const policy = createPolicy({
      tools: [
        rule('open', [['a']], { readOnly: true }),
        rule('hidden', [['s']], { visibility: 'concealed', readOnly: true }),
      ],
      implies: {},
      initialScopes: undefined,
    })
    expect(policy.advertisedScopes).to.deep.equal(['a'])
    expect(policy.initialScopes).to.deep.equal(['a'])
  })

  it('counts what an author may demand as a scope of the tool: advertised, unless the tool is concealed', () => {
    const tools = [
      rule('read', [['r']], { readOnly: true, mayRequire: ['more'] }),
      rule('hidden', [['s']], { visibility: 'concealed', mayRequire: ['deep'] }),
    ]
    const policy = createPolicy({ tools, implies: {}, initialScopes: undefined })
    expect(policy.advertisedScopes).to.deep.equal(['more', 'r'])
    expect(policy.initialScopes).to.deep.equal(['r'])
    expect(policy.grantableScopes).to.deep.equal([
      { scope: 'deep', tools: [], concealed: true },
      { scope: 'more', tools: ['read'], concealed: false },
      { scope: 'r', tools: ['read'], concealed: false },
      { scope: 's', tools: [], concealed: true },
    ])
    expect(policy.list(['r']).map(({ tool }) => tool)).to.deep.equal(['read'])
    const other = createPolicy({
      tools: [rule('read', [['r']], { readOnly: true })],
      implies: {},
      initialScopes: undefined,
    })
    const empty = createPolicy({
      tools: [rule('read', [['r']], { readOnly: true, mayRequire: [] })],
      implies: {},
      initialScopes: undefined,
    })
    expect(new Set([policy.hash, other.hash, empty.hash]).size).to.equal(3)
  })

  it('gives the demands of an author as a step of the decision, with what is missing', () => {
    const policy = createPolicy({
      tools: [rule('t', [['a']], { mayRequire: ['b', 'c'] })],
      implies: { all: ['b', 'c'] },
      initialScopes: undefined,
    })
    const denied = policy.decide(['a', 'b'], 't', { value: {}, demanded: ['b', 'c', 'b'] })
    expect(denied).to.deep.include({ effect: 'deny', required: ['a', 'b', 'c'], missing: ['c'] })
    expect(denied)
      .to.have.nested.property('reason.conditions')
      .that.deep.equals([{ source: 'authorize of the plugin', scopes: ['b', 'c'], matched: true, missing: ['c'] }])
    expect(policy.decide(['a', 'all'], 't', { value: {}, demanded: ['b', 'c'] })).to.include({ effect: 'allow' })
  })

  it('refuses an initial scope that only concealed tools use', () => {
    const tools = [rule('hidden', [['s']], { visibility: 'concealed' })]
    expect(() => createPolicy({ tools, implies: {}, initialScopes: ['s'] })).to.throw('only concealed tools use')
  })

  it('knows every scope that may be granted, what it helps to and whether it is concealed', () => {
    const tools = [
      rule('read', [['r']]),
      rule('write', [['w']]),
      rule('hidden', [['s', 'r']], { visibility: 'concealed' }),
    ]
    const policy = createPolicy({
      tools,
      implies: { w: ['r'], admin: ['w'], idle: ['x'], spy: ['s'] },
      initialScopes: [],
    })
    expect(policy.grantableScopes).to.deep.equal([
      { scope: 'admin', tools: ['read', 'write'], concealed: false },
      { scope: 'r', tools: ['read'], concealed: false },
      { scope: 's', tools: [], concealed: true },
      { scope: 'spy', tools: [], concealed: true },
      { scope: 'w', tools: ['read', 'write'], concealed: false },
    ])
  })

  it('keeps a held scope that only implies others in the challenge', () => {
    const policy = policyOf([rule('a', [['a']]), rule('b', [['b']])], { team: ['a'] })
    const decision = policy.decide(['team', 'email'], 'b')
    if (decision.effect !== 'deny') throw new Error('not denied')
    expect(policy.challenge(decision, ['team', 'email']).full).to.deep.equal(['b', 'team'])
  })

  it('asks first for what read-only tools need', () => {
    const tools = [rule('r', [['admin'], ['read']], { readOnly: true }), rule('w', [['write']])]
    const policy = createPolicy({ tools, implies: { admin: ['read'] }, initialScopes: undefined })
    expect(policy.initialScopes).to.deep.equal(['read'])
  })

  it('refuses to choose more than twenty initial scopes by itself', () => {
    const tools = Array.from({ length: 21 }, (_, index) =>
      rule(`t${String(index)}`, [[`s${String(index)}`]], { readOnly: true }),
    )
    expect(() => createPolicy({ tools, implies: {}, initialScopes: undefined })).to.throw(/initialScopes/)
  })

  it('refuses implications in a circle and names the way round', () => {
    expect(() => policyOf([], { a: ['b'], b: ['c'], c: ['a'] }))
      .to.throw(PolicyError, /^scopes imply each other in a circle: a -> b -> c -> a$/)
      .with.property('code', 'implication-cycle')
    const wayIn = { a: ['b'], b: ['c'], c: ['b'] }
    expect(() => policyOf([], wayIn)).to.throw(/^scopes imply each other in a circle: b -> c -> b$/)
  })

  it('refuses two rules for one tool, and a rule without an alternative', () => {
    expect(() => policyOf([rule('t', [['a']]), rule('t', [['b']])])).to.throw('two rules')
    expect(() => policyOf([rule('t', [])])).to.throw('no alternative')
  })

  it('gives callers the same list key if no tool tells their scopes apart', () => {
    const policy = policyOf([rule('t', [['a'], ['b']])], { w: ['a'] })
    expect(policy.listKey(['w', 'offline_access'])).to.equal(policy.listKey(['a', 'email']))
    expect(policy.listKey(['a'])).to.not.equal(policy.listKey(['b']))
  })

  it('changes its hash with a rule, a condition, a visibility and an implication, and with nothing else', () => {
    const hash = (tool: ToolPolicy, implies: Implications = {}) => policyOf([tool], implies).hash
    const base = hash(rule('t', [['a']]))
    expect(hash(rule('t', [['a']], { plugin: 'other' }))).to.equal(base)
    const changed = [
      hash(rule('t', [['b']])),
      hash(rule('t', [['a']], { visibility: 'listed' })),
      hash(rule('t', [['a']], { conditions: [whenFlagged(['b'])] })),
      hash(rule('t', [['a']]), { b: ['a'] }),
    ]
    expect(new Set([base, ...changed]).size).to.equal(5)
  })
})
