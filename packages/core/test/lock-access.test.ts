import { changeText, diffPins, type Pins } from '@toolgate/core'
import { createPolicy, type Policy } from '@toolgate/policy'
import { expect } from 'chai'
import fc from 'fast-check'
import { pin, pinsWith } from './support/pins.ts'

const names = ['a', 'b', 'c', 'd', 'e']
const conditions = ['sha256:one', 'sha256:two']

function subsets<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return items.reduce<readonly (readonly Item[])[]>(
    (sets, item) => [...sets, ...sets.map((set) => [...set, item])],
    [[]],
  )
}
const callers = subsets(names)
const argumentKinds = subsets(conditions)

/** The judge, made without anything of the lock. Arguments are the list of the conditions that they meet. */
function policyOf({ tools, implies }: Pins): Policy {
  return createPolicy({
    implies: Object.fromEntries(implies),
    initialScopes: [],
    tools: tools.map(({ tool, alternatives, when }) => ({
      tool,
      plugin: 'p',
      alternatives,
      visibility: 'granted',
      readOnly: false,
      declaredBy: 'plugin',
      conditions: [...when].map(([source, scopes]) => ({
        source,
        scopes,
        arguments: {},
        matches: (met: unknown) => Array.isArray(met) && met.includes(source),
      })),
    })),
  })
}

/** Whether any caller at all, with any arguments, gets through by the second and not by the first. */
function isWeaker(before: Pins, after: Pins): boolean {
  const [was, is] = [policyOf(before), policyOf(after)]
  return argumentKinds.some((met) =>
    callers.some((held) => {
      const allows = (policy: Policy) => policy.decide(held, 't', { value: met }).effect === 'allow'
      return !allows(was) && allows(is)
    }),
  )
}

function opening(before: Pins, after: Pins) {
  return diffPins(before, after).flatMap((change) =>
    change.direction === 'opens' && change.subject === 'access' ? [change] : [],
  )
}

const scopes = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 })
const tool = fc
  .tuple(
    fc.oneof(
      { weight: 9, arbitrary: fc.array(scopes, { minLength: 1, maxLength: 4 }) },
      { weight: 1, arbitrary: fc.constant([[]]) },
    ),
    fc.dictionary(fc.constantFrom(...conditions), scopes, { maxKeys: 2 }),
  )
  .map(([alternatives, when]) => pin(alternatives, when))
/** Acyclic because a scope implies only those before it. */
const implies = fc
  .array(fc.tuple(fc.nat(4), fc.nat(4)), { maxLength: 4 })
  .map((pairs) =>
    Map.groupBy(
      pairs.filter(([from, to]) => to < from),
      ([from]) => String(names[from]),
    ),
  )
  .map((groups) => new Map([...groups].map(([from, pairs]) => [from, pairs.map(([, to]) => String(names[to]))])))
const pins = fc.tuple(tool, implies).map(([one, implied]) => pinsWith([one], { implies: implied }))
/** Two that are close to each other are where a comparison goes wrong. */
const pair = fc.oneof(
  fc.tuple(pins, pins),
  fc.tuple(pins, implies).map(([one, implied]) => [one, { ...one, implies: implied }] as const),
  fc.tuple(pins, tool).map(([one, other]) => [one, { ...one, tools: [other] }] as const),
)

describe('what differs between pins', () => {
  it('opens if and only if there is a set of scopes that is newly enough, whatever the arguments', () => {
    fc.assert(
      fc.property(pair, ([before, after]) => opening(before, after).length > 0 === isWeaker(before, after)),
      { numRuns: 1500 },
    )
  })

  it('names callers for whom it is so', () => {
    fc.assert(
      fc.property(pair, ([before, after]) => {
        const [was, is] = [policyOf(before), policyOf(after)]
        return opening(before, after).every(({ scopes: held, condition }) => {
          const kinds = condition === undefined ? argumentKinds : [[condition]]
          const allows = (policy: Policy, met: readonly string[]) =>
            policy.decide(held, 't', { value: met }).effect === 'allow'
          return kinds.some((met) => !allows(was, met) && allows(is, met))
        })
      }),
      { numRuns: 500 },
    )
  })

  it('finds a caller who combines two new implications, though the rule asks for more and each of them alone opens nothing', () => {
    const before = pinsWith([pin([['a'], ['b']])])
    const implied = new Map([
      ['x', ['a']],
      ['y', ['b']],
    ])
    const found = opening(before, pinsWith([pin([['a', 'b']])], { implies: implied }))
    expect(found.map(({ scopes: held }) => held)).to.deep.include(['x', 'y'])
  })

  it('finds that two conditions exchanged what they ask for', () => {
    const before = pinsWith([pin([['a']], { 'sha256:one': ['b'], 'sha256:two': ['c'] })])
    const after = pinsWith([pin([['a']], { 'sha256:one': ['c'], 'sha256:two': ['b'] })])
    const found = diffPins(before, after)
    expect(found.filter(({ direction }) => direction === 'opens')).to.deep.include({
      direction: 'opens',
      subject: 'access',
      tool: 't',
      scopes: ['a', 'c'],
      condition: 'sha256:one',
      from: 'denied',
      to: 'allowed',
    })
  })

  it('counts a condition of another schema as opening: what it lets through no machine can say', () => {
    const before = pinsWith([pin([['a']], { 'sha256:one': ['b'] })])
    const after = pinsWith([pin([['a']], { 'sha256:two': ['b'] })])
    expect(diffPins(before, after)).to.deep.include({
      direction: 'opens',
      subject: 'condition',
      tool: 't',
      condition: 'sha256:one',
      from: 'b',
      to: 'absent',
    })
  })

  it('opens nothing where more is asked for', () => {
    const before = pinsWith([pin([['a'], ['b']])])
    for (const more of [pin([['a']]), pin([['a', 'b']]), pin([['a'], ['b']], { 'sha256:one': ['c'] })]) {
      const changes = diffPins(before, pinsWith([more]))
      expect(changes, JSON.stringify(changes)).not.to.deep.equal([])
      expect(new Set(changes.map(({ direction }) => direction))).to.deep.equal(new Set(['closes']))
    }
  })

  it('counts a rule with too many alternatives to tell as opening', () => {
    const wide = Array.from({ length: 16 }, (_, index) => ['p', 'q', 'r'].map((letter) => `${letter}${String(index)}`))
    const before = pinsWith([pin(wide)])
    const narrowed = pinsWith([pin(wide.map((alternative) => [...alternative, 'more']))])
    expect(diffPins(before, narrowed)).to.deep.include({ direction: 'opens', subject: 'access-unknown', tool: 't' })
    expect(diffPins(before, before)).to.deep.equal([])
  })
})

describe('a tool that came', () => {
  it('is told with what it asks for beside scopes, and nothing else of its pin', () => {
    const facts = { acr: 'gold', maxAgeSeconds: '300', authorize: 'a:more', title: 'sha256:11' }
    const told = diffPins(pinsWith([]), pinsWith([pin([['a']], {}, facts)])).map((change) => changeText(change))
    expect(told).to.deep.equal([
      't: absent -> granted',
      't: with a: denied -> allowed',
      't: authorize: absent -> a:more',
      't: acr: absent -> gold',
      't: maxAgeSeconds: absent -> 300',
    ])
  })
})

describe('a line of a pin that differs', () => {
  const before = pinsWith([pin([['a']])])
  for (const [fact, to, direction] of [
    ['visibility', 'listed', 'opens'],
    ['visibility', 'concealed', 'closes'],
    ['plugin', 'other', 'changes'],
    ['readOnlyHint', false, 'changes'],
    ['title', 'sha256:11', 'changes'],
    ['description', 'sha256:11', 'changes'],
    ['inputSchema', 'sha256:11', 'changes'],
    ['outputSchema', 'sha256:11', 'changes'],
    ['annotations', 'sha256:11', 'changes'],
  ] as const) {
    it(`${direction === 'changes' ? 'changes the tool' : direction}: ${fact} ${String(to)}`, () => {
      const changes = diffPins(before, pinsWith([pin([['a']], {}, { [fact]: to })]))
      expect(changes).to.have.lengthOf(1)
      expect(changes[0]).to.include({ direction, subject: 'fact', tool: 't', fact, to: String(to) })
    })
  }
})
