import { diffPins, type Pins } from '@toolgate/core'
import { createPolicy, type GrantCondition } from '@toolgate/policy'
import { expect } from 'chai'
import fc from 'fast-check'
import { pin, pinsWith } from './support/pins.ts'

type Grant = Pins['grants'][number]

const issuer = 'https://as.example'
const values = ['v', 'w', 'x']
const tools = [pin([['s', 't']])]

function granting(...grants: readonly Grant[]): Pins {
  return pinsWith(tools, { grants, implies: new Map([['t', ['s']]]) })
}

function rule(conditions: readonly GrantCondition[], scopes: readonly string[] = ['s']): Grant {
  return { issuer, conditions, scopes }
}

const claimValues = [undefined, 'v', 'w', 'x', ['v'], ['w'], ['x'], ['v', 'w'], ['v', 'x'], ['w', 'x'], ['v', 'w', 'x']]
const everyToken = claimValues.flatMap((groups) =>
  claimValues.map((team) => ({ ...(groups !== undefined && { groups }), ...(team !== undefined && { team }) })),
)

/** Whether any token at all gets a scope by the second that it does not have by the first. */
function isWider(before: Pins, after: Pins): boolean {
  const scopesOf = ({ grants }: Pins, claims: Readonly<Record<string, unknown>>) => {
    const sources = grants.map((grant) => ({ ...grant, source: 'grants' }))
    const granted = createPolicy({ tools: [], implies: {}, initialScopes: [], grants: sources }).grant({
      issuer,
      claims,
    })
    return new Set(granted.flatMap(({ scope }) => (scope === 't' ? ['s', 't'] : [scope])))
  }
  return everyToken.some((claims) => !scopesOf(after, claims).isSubsetOf(scopesOf(before, claims)))
}

const claim = fc.constantFrom('groups', 'team')
const condition: fc.Arbitrary<GrantCondition> = fc.oneof(
  fc.record({ claim, equals: fc.constantFrom(...values) }),
  fc.record({ claim, anyOf: fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 }) }),
)
const grants = fc.array(
  fc
    .tuple(
      fc.array(condition, { minLength: 1, maxLength: 3 }),
      fc.uniqueArray(fc.constantFrom('s', 't'), { minLength: 1 }),
    )
    .map(([conditions, scopes]) => rule(conditions, scopes)),
  { maxLength: 3 },
)

/** The same rules, but a list of values counts too where one string was asked for. */
const loosened = (rules: readonly Grant[]) =>
  rules.map((one) => ({
    ...one,
    conditions: one.conditions.map((asked) =>
      'equals' in asked ? { claim: asked.claim, anyOf: [asked.equals] } : asked,
    ),
  }))
/** Two that are close to each other are where a comparison goes wrong. */
const pair = fc.oneof(
  fc.tuple(grants, grants),
  grants.map((one) => [one, loosened(one)] as const),
  grants.map((one) => [loosened(one), one] as const),
)

describe('rules of grants that differ', () => {
  it('open if and only if there is a token that gets more', () => {
    fc.assert(
      fc.property(pair, ([one, other]) => {
        const [before, after] = [granting(...one), granting(...other)]
        const opens = diffPins(before, after).some(
          ({ direction, subject }) => direction === 'opens' && subject === 'grants',
        )
        return opens === isWider(before, after)
      }),
      { numRuns: 400 },
    )
  })

  it('name the claims that are just enough, what they gave and what they give', () => {
    const before = granting(rule([{ claim: 'groups', anyOf: ['v'] }]))
    const after = granting(rule([{ claim: 'groups', anyOf: ['v', 'w'] }]))
    expect(diffPins(before, after)).to.deep.equal([
      { direction: 'opens', subject: 'grants', issuer, claims: { groups: ['w'] }, from: '', to: 's' },
    ])
    expect(diffPins(after, before)).to.deep.equal([
      { direction: 'closes', subject: 'grants', issuer, claims: { groups: ['w'] }, from: 's', to: '' },
    ])
  })

  it('open for tokens of another issuer', () => {
    const one = rule([{ claim: 'groups', equals: 'v' }])
    const changes = diffPins(granting(one), granting({ ...one, issuer: 'https://other.example' }))
    expect(changes.map(({ direction }) => direction)).to.deep.equal(['opens', 'closes'])
    expect(changes[0]).to.include({ issuer: 'https://other.example' })
  })

  it('count as opening where they fit in too many ways to tell', () => {
    const many = Array.from({ length: 40 }, (_, index) => `g${String(index)}`)
    const wide = rule([
      { claim: 'groups', anyOf: many },
      { claim: 'team', anyOf: many },
    ])
    expect(diffPins(granting(wide), granting(wide))).to.deep.equal([])
    const other = rule([...wide.conditions, { claim: 'tier', equals: 'gold' }])
    expect(diffPins(granting(wide), granting(other))[0]).to.include({ direction: 'opens', subject: 'grants' })
  })
})

describe('implications that differ', () => {
  const before = pinsWith(tools, { implies: new Map([['t', ['s']]]) })

  it('open where a scope stands for more, also for one that no tool names', () => {
    const after = pinsWith(tools, {
      implies: new Map([
        ['t', ['s']],
        ['admin', ['t']],
      ]),
    })
    expect(diffPins(before, after)[0]).to.deep.equal({
      direction: 'opens',
      subject: 'implies',
      scope: 'admin',
      from: 'absent',
      to: 's t',
    })
    expect(diffPins(after, before).map(({ direction }) => direction)).not.to.include('opens')
  })
})
