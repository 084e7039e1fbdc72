import { expect } from 'chai'
import fc from 'fast-check'
import { canonicalJson } from '../src/canonical-json.ts'

describe('canonicalJson', () => {
  const vectors: [title: string, input: string, canonical: string][] = [
    [
      'sorts members at every depth',
      '{"b":{"z":1,"y":2},"a":[{"d":1,"c":2}]}',
      '{"a":[{"c":2,"d":1}],"b":{"y":2,"z":1}}',
    ],
    [
      'writes numbers as ECMAScript does (RFC 8785 section 3.2.2)',
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001,-0]}',
      '{"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0]}',
    ],
    [
      'sorts by UTF-16 code units (RFC 8785 section 3.2.3)',
      '{"\\u20ac":1,"\\r":2,"\\ufb33":3,"1":4,"\\ud83d\\ude00":5,"\\u0080":6,"\\u00f6":7}',
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
    ],
    ['keeps a member called __proto__', '{"__proto__":{"a":1},"b":2}', '{"__proto__":{"a":1},"b":2}'],
    ['keeps literals', '[null,true,false,"\\u000f\\n\\"\\\\"]', '[null,true,false,"\\u000f\\n\\"\\\\"]'],
  ]
  for (const [title, input, canonical] of vectors) {
    it(title, () => {
      expect(canonicalJson(JSON.parse(input))).to.equal(canonical)
    })
  }

  it('is JSON of the same value, and the same for every order of members', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse())
        expect(JSON.parse(canonicalJson(value))).to.deep.equal(JSON.parse(JSON.stringify(value)))
        expect(canonicalJson(reversed)).to.equal(canonicalJson(value))
      }),
    )
  })
})
