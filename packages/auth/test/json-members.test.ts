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
    ['{"__proto__":{"a":1},"a":":"}', undefined],
    ['{"a\\\\":1,"a\\\\\\"":2,"a":"\\\\\\":"}', undefined],
    ['{"a":{"b":1,"c":2},"a":3}', 'duplicate'],
    ['{"1":1,"01":2,"1":3}', 'duplicate'],
    ['{"a":1,"b":[{"a":{}},":",{}],"a":{}}', 'duplicate'],
    [`${'['.repeat(32)}${']'.repeat(32)}`, undefined],
    [`${'['.repeat(33)}${']'.repeat(33)}`, 'depth'],
    [`[${'{},'.repeat(40)}${'[],'.repeat(40)}0]`, undefined],
    [`[${'{},[],'.repeat(40)}${'['.repeat(32)}${']'.repeat(32)}]`, 'depth'],
  ]
  for (const [text, fault] of vectors) {
    it(`finds ${fault ?? 'nothing'} in ${text.slice(0, 50)}`, () => {
      expect(memberFault(text, JSON.parse(text))).to.equal(fault)
    })
  }

  it('finds nothing in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        expect(memberFault(text, JSON.parse(text))).to.equal(undefined)
      }),
    )
  })

  it('finds the duplicate wherever it stands', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(), (members, pick) => {
        const entries = Object.entries(members)
        const [name] = entries[pick % entries.length] ?? ['']
        const inner = JSON.stringify(members).slice(0, -1)
        const text = `{"outer":${inner},${JSON.stringify(name)}:null}}`
        expect(memberFault(text, JSON.parse(text))).to.equal('duplicate')
      }),
    )
  })
})
