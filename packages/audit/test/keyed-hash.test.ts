import { createHmac, randomBytes } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { createKeyedHash } from '../src/keyed-hash.ts'

function hexOf(text: string): string {
  return Buffer.from(text, 'base64url').toString('hex')
}

describe('createKeyedHash', () => {
  it('gives the vectors of RFC 4231', () => {
    const vectors = [
      [Buffer.alloc(20, 0x0b), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
      [
        Buffer.from('Jefe'),
        'what do ya want for nothing?',
        '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
      ],
    ] as const
    for (const [key, text, digest] of vectors) expect(hexOf(createKeyedHash(key)(text))).to.equal(digest)
  })

  it('is the HMAC of any text, long or short, whatever was hashed before', () => {
    const key = randomBytes(32)
    const keyedHash = createKeyedHash(key)
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.tuple(fc.string({ unit: 'binary', minLength: 1 }), fc.nat(600)).map(([part, length]) => part.repeat(length)),
    )
    fc.assert(
      fc.property(text, (drawn) => {
        expect(keyedHash(drawn)).to.equal(createHmac('sha256', key).update(drawn).digest('base64url'))
      }),
    )
  })

  it('takes a key of a whole block, and refuses a longer one', () => {
    const key = Buffer.alloc(64, 1)
    expect(createKeyedHash(key)('a')).to.equal(createHmac('sha256', key).update('a').digest('base64url'))
    expect(() => createKeyedHash(Buffer.alloc(65, 1))).to.throw(TypeError, 'at most 64 bytes')
  })
})
