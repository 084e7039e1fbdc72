import { expect } from 'chai'
import fc from 'fast-check'
import { memberFault } from '../src/json-members.ts'

describe('memberFault', () => {
  const vectors: readonly [text: string, fault: ReturnType<typeof memberFault>][] = [
    ['{}', undefined],
    ['{"a":1,"b":{"a":2},"c":[{"a":1},{"a":1}]}', undefined],
    ['{"a":"a","b":"\\"a\\":{","c":[":","a",":"]}', undefined],
    ['{"a":1,"a":2}', 'duplicate'],
    ['{"a":1,"\\u0061":2}', 'duplicate'],
    ['{"x":{"a":1,"b":[],"a":2}}', 'duplicate'],
    ['{"x":[{"a":1 , "a" : 2}]}', 'duplicate'],
    ['{"__proto__":1,"__proto__":2}', 'duplicate'],
    [`${'['.repeat(32)}${']'.repeat(32)}`, undefined],
    [`${'['.repeat(33)}${']'.repeat(33)}`, 'depth'],
  ]
  for (const [text, fault] of vectors) {
    it(`finds ${fault ?? 'nothing'} in ${text.slice(0, 50)}`, () => {
      JSON.parse(text)
      expect(memberFault(text)).to.equal(fault)
    })
  }

  it('finds nothing in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        expect(memberFault(text)).to.equal(undefined)
      }),
    )
  })

  it('finds the duplicate wherever it stands', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(), (members, pick) => {
        const entries = Object.entries(members)
        const [name] = entries[pick % entries.length] ?? ['']
        const text = JSON.stringify(members)
        expect(memberFault(`{"outer":${text.slice(0, -1)},${JSON.stringify(name)}:null}}`)).to.equal('duplicate')
      }),
    )
  })
})
