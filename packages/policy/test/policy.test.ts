import { createPolicy, PolicyError, type PolicyDefinition } from '@toolgate/policy'
import { expect } from 'chai'
import { heldScopes } from '../src/held-scopes.ts'
import { rule, whenFlagged } from './support.ts'

function policyOf(definition: Partial<PolicyDefinition>) {
  return createPolicy({ tools: [], implies: {}, initialScopes: undefined, ...definition })
}

describe('the list key of a policy', () => {
  it('keeps the scopes apart: two short ones are not the long one', () => {
    const policy = policyOf({ tools: ['a', 'b', 'ab'].map((scope) => rule(scope, [[scope]])) })
    expect(policy.listKey(['a', 'b'])).not.to.equal(policy.listKey(['ab']))
    expect(policy.listKey(['b', 'a'])).to.equal(policy.listKey(['a', 'b']))
  })
})

describe('the challenge of a policy', () => {
  const issuer = 'https://as.example'
  const grants = [{ source: 'grants[0]', issuer, conditions: [{ claim: 'c', equals: 'x' }], scopes: ['g'] }]

  it('names for a scope that no sign-in gives the one in the token that stands for it', () => {
    const policy = policyOf({ tools: [rule('t', [['g', 'm']])], implies: { w: ['g'] }, grants })
    const decision = policy.decide(['w'], 't')
    if (decision.effect !== 'deny') throw new Error('not denied')
    expect(policy.challenge(decision, ['w'])).to.deep.equal({ full: ['w', 'm'], least: ['w', 'm'] })
    expect(policy.decide(['w', 'm'], 't')).to.have.property('effect', 'allow')
  })
})

describe('a policy that cannot be in force', () => {
  const hidden = rule('hidden', [['s']], { visibility: 'concealed' })
  const many = Array.from({ length: 21 }, (_, index) => rule(String(index), [[String(index)]], { readOnly: true }))
  for (const [code, definition, named] of [
    ['duplicate-tool', { tools: [rule('notes_read', [['a']]), rule('notes_read', [['b']])] }, 'notes_read'],
    ['no-alternative', { tools: [rule('notes_read', [])] }, 'notes_read'],
    ['concealed-initial-scope', { tools: [hidden], initialScopes: ['s'] }, 'names s,'],
    ['too-many-initial-scopes', { tools: many }, '21 scopes, more than 20'],
  ] as const) {
    it(`is refused as ${code}, and the message names the place`, () => {
      expect(() => policyOf(definition))
        .to.throw(PolicyError, named)
        .with.property('code', code)
    })
  }

  it('has twenty initial scopes that it chose itself, and may have them', () => {
    expect(policyOf({ tools: many.slice(0, 20) }).initialScopes).to.have.lengthOf(20)
  })
})

describe('the initial scopes that a policy chooses', () => {
  it('are of no tool that writes, and sorted', () => {
    const tools = [rule('z', [['z']], { readOnly: true }), rule('b', [['b']]), rule('a', [['a']], { readOnly: true })]
    expect(policyOf({ tools }).initialScopes).to.deep.equal(['a', 'z'])
  })

  it('are of no alternative of which a sign-in cannot give all', () => {
    const conditions = [{ claim: 'c', equals: 'x' }]
    const grants = [{ source: 'grants[0]', issuer: 'https://as.example', conditions, scopes: ['g'] }]
    const tools = [
      rule(
        't',
        [
          ['g', 'w'],
          ['x', 'y', 'z'],
        ],
        { readOnly: true },
      ),
    ]
    expect(policyOf({ tools, grants }).initialScopes).to.deep.equal(['x', 'y', 'z'])
  })
})

describe('the hash of a policy', () => {
  const hash = (definition: Partial<PolicyDefinition>) => policyOf(definition).hash
  const grant = { source: 'grants[0]', issuer: 'https://as.example', conditions: [], scopes: ['a'] }

  it('is the same whatever the order of the implications', () => {
    const [a, b, c] = [['1'], ['2'], ['3']]
    const hashes = [
      { a, b, c },
      { c, b, a },
      { b, a, c },
      { b, c, a },
    ].map((implies) => hash({ implies }))
    expect(new Set(hashes).size).to.equal(1)
  })

  it('is the same without a part and with an empty one', () => {
    expect(hash({ grants: [], requestable: [] })).to.equal(hash({}))
  })

  it('changes with the arguments and the scopes of a condition, with a rule of grants, and with what is requestable', () => {
    const condition = whenFlagged(['b'])
    const definitions: readonly Partial<PolicyDefinition>[] = [
      ...[condition, { ...condition, arguments: { type: 'object' } }, whenFlagged(['c'])].map((one) => ({
        tools: [rule('t', [['a']], { conditions: [one] })],
      })),
      { grants: [grant] },
      { grants: [{ ...grant, scopes: ['b'] }] },
      { requestable: ['a'] },
      { requestable: ['b'] },
    ]
    expect(new Set(definitions.map(hash)).size).to.equal(definitions.length)
  })
})

describe('a plain list of scopes', () => {
  it('is a caller to whom no rule gave anything', () => {
    expect(heldScopes(['a'])).to.deep.equal({ token: ['a'], granted: [] })
  })
})
