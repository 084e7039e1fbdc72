import { expect } from 'chai'
import { derSignature } from '../src/ecdsa-signature.ts'

/** The integers of a signature by the hexadecimal digits they begin and end with, zeros between. */
function integer(bytes: number, hex: string): Buffer {
  const digits = Buffer.from(hex, 'hex')
  return Buffer.concat([Buffer.alloc(bytes - digits.length), digits])
}

const ones = (count: number) => '11'.repeat(count)

describe('an ECDSA signature in DER', () => {
  for (const [what, bytes, r, s, der] of [
    ['of small integers', 32, '01', '7f', '30060201010201 7f'],
    ['of integers whose first bit is set', 32, '80', 'ff01', '3009 02020080 020300ff01'],
    ['of zero', 32, '00', '00', '3006020100020100'],
    ['of whole integers', 32, ones(32), ones(32), `3044 0220${ones(32)} 0220${ones(32)}`],
    [
      'of the longest ones of P-384',
      48,
      `ff${ones(47)}`,
      `ff${ones(47)}`,
      `3066 023100ff${ones(47)} 023100ff${ones(47)}`,
    ],
    ['of the longest content that has a short length', 66, ones(66), ones(57), `307f 0242${ones(66)} 0239${ones(57)}`],
    ['of the shortest content that has a long one', 66, ones(66), ones(58), `308180 0242${ones(66)} 023a${ones(58)}`],
    [
      'of the longest ones of P-521',
      66,
      `01${ones(65)}`,
      `01${ones(65)}`,
      `308188 024201${ones(65)} 024201${ones(65)}`,
    ],
  ] as const) {
    it(`is written ${what}`, () => {
      const signature = Buffer.concat([integer(bytes, r), integer(bytes, s)])
      expect(derSignature(signature, bytes).toString('hex')).to.equal(der.replaceAll(' ', ''))
    })
  }
})
