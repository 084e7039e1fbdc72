import { expect } from 'chai'
import { calculateJwkThumbprint } from 'jose'
import { generateKeyPairSync } from 'node:crypto'
import { jwkThumbprint } from '../src/jwk-thumbprint.ts'

describe('jwkThumbprint', () => {
  it('is that of the example in RFC 7638 section 3.1', () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw'
    const jwk = { kty: 'RSA', n, e: 'AQAB', alg: 'RS256', kid: '2011-04-29' }
    expect(jwkThumbprint(jwk)).to.equal('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs')
  })

  it('is what jose calculates, for each type of key, whatever else the key says', async () => {
    const pairs = [
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
      generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      generateKeyPairSync('ec', { namedCurve: 'P-521' }),
      generateKeyPairSync('ed25519'),
    ]
    for (const { publicKey } of pairs) {
      const jwk = { use: 'sig', ...publicKey.export({ format: 'jwk' }), kid: 'any', y2: 'x' }
      expect(jwkThumbprint(jwk)).to.equal(await calculateJwkThumbprint(jwk, 'sha256'))
    }
  })

  const none: readonly (readonly [string, object])[] = [
    ['a symmetric key', { kty: 'oct', k: 'AQAB' }],
    ['a type that objects inherit', { kty: 'constructor' }],
    ['a type that is no string', { kty: ['EC'], crv: 'P-256', x: 'AQ', y: 'AQ' }],
    ['a key without its y', { kty: 'EC', crv: 'P-256', x: 'AQ' }],
    ['a member of another type', { kty: 'EC', crv: 'P-256', x: 'AQ', y: 1 }],
    ['an empty member', { kty: 'OKP', crv: 'Ed25519', x: '' }],
  ]
  for (const [situation, jwk] of none) {
    it(`is none for ${situation}`, () => {
      expect(jwkThumbprint(jwk as Record<string, unknown>)).to.equal(undefined)
    })
  }
})
