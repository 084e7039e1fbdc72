import { createShadow, type ShadowRule, type ToolPolicy } from '@toolgate/policy'
import { expect } from 'chai'
import { rule, whenFlagged } from './support.ts'

function proposal(policy: ToolPolicy): ShadowRule {
  return { source: `shadow.tools.${policy.tool}`, policy }
}

const now = 1000
const shadow = createShadow(
  [
    proposal(rule('strict', [['admin']], { conditions: [whenFlagged(['force'])] })),
    proposal(rule('fresh', [['a']], { requires: { maxAgeSeconds: 60 } })),
    proposal(
      rule('broken', [['a']], {
        conditions: [
          {
            ...whenFlagged(['b']),
            matches: () => {
              throw new Error('no such pattern')
            },
          },
        ],
      }),
    ),
  ],
  { implies: { root: ['admin'] }, grants: [] },
)

describe('a proposed requirement', () => {
  it('says what it would do, by the judge in force', () => {
    const judge = (held: readonly string[], flag: boolean) => shadow.judge(held, 'strict', { value: { flag } })
    const at = 'shadow.tools.strict'
    expect(judge(['admin'], false)).to.deep.equal({ effect: 'would_allow', rule: at })
    expect(judge(['root'], false)).to.deep.equal({ effect: 'would_allow', rule: at })
    expect(judge(['write'], true)).to.deep.equal({
      effect: 'would_deny',
      rule: at,
      missing: ['admin', 'force'],
      stale: [],
    })
  })

  it('would refuse a sign-in that does not do', () => {
    const judge = (authTime: number) =>
      shadow.judge({ token: ['a'], granted: [], authentication: { authTime, now, skewSeconds: 5 } }, 'fresh', {
        value: {},
      })
    expect(judge(now - 10)).to.have.property('effect', 'would_allow')
    expect(judge(now - 100)).to.deep.include({
      effect: 'would_deny',
      missing: [],
      stale: ['signed in 100 seconds ago, 60 allowed'],
    })
  })

  it('says that it could not be evaluated, and why, and throws nothing', () => {
    expect(shadow.judge(['a'], 'broken', { value: {} })).to.deep.equal({
      effect: 'not_evaluated',
      rule: 'shadow.tools.broken',
      error: 'when[0]: no such pattern',
    })
    expect(shadow.judge(['a', 'b'], 'strict', { value: {} })).to.have.property('effect', 'would_deny')
    expect(shadow.judge(['admin'], 'strict')).to.include({ effect: 'not_evaluated' })
  })

  it('says nothing of a tool that nothing is proposed for', () => {
    for (const name of ['other', '', '__proto__', 'constructor']) expect(shadow.judge([], name)).to.equal(undefined)
  })

  it('says that it could not be evaluated where what the caller holds cannot be read', () => {
    for (const [thrown, error] of [
      [new Error('no scopes'), 'no scopes'],
      ['text', 'it failed'],
    ] as const) {
      const held = {
        get token(): readonly string[] {
          // eslint-disable-next-line @typescript-eslint/only-throw-error -- whatever is thrown, nothing may come through
          throw thrown
        },
        granted: [],
      }
      expect(shadow.judge(held, 'strict', { value: {} })).to.deep.equal({
        effect: 'not_evaluated',
        rule: 'shadow.tools.strict',
        error,
      })
    }
  })

  it('says that arguments are missing where it would take them', () => {
    expect(shadow.judge(['admin'], 'strict')).to.have.property(
      'error',
      'it depends on arguments that are not looked at',
    )
  })
})
