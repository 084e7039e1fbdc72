import { generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { expect } from 'chai'
import { readClientKey } from '../src/client-key.ts'
import type { ClientKeySource } from '../src/client-key.ts'
import { IssuerSettingsError } from '../src/errors.ts'

function pemOf(key: KeyObject): string {
  return String(key.export({ type: 'pkcs8', format: 'pem' }))
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const ed25519 = generateKeyPairSync('ed25519').privateKey

function curve(namedCurve: string): KeyObject {
  return generateKeyPairSync('ec', { namedCurve }).privateKey
}

/** A JWK as JSON, with members of its own. */
function jwkOf(key: KeyObject, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ ...key.export({ format: 'jwk' }), ...more })
}

function refusalOf(source: ClientKeySource): string {
  try {
    readClientKey(source)
  } catch (error) {
    if (error instanceof IssuerSettingsError) return error.message
  }
  throw new Error('it was not refused')
}

describe('the key of a client', () => {
  const kinds: readonly (readonly [what: string, key: KeyObject, algorithms: readonly string[]])[] = [
    ['RSA', rsa, ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
    ['P-256', curve('P-256'), ['ES256']],
    ['P-384', curve('P-384'), ['ES384']],
    ['P-521', curve('P-521'), ['ES512']],
    ['Ed25519', ed25519, ['EdDSA', 'Ed25519']],
  ]
  for (const [what, key, algorithms] of kinds) {
    it(`signs by ${algorithms.join(' and ')} and nothing else where it is ${what}`, () => {
      const privateKey = pemOf(key)
      expect(readClientKey({ privateKey }).algorithm).to.equal(algorithms[0])
      for (const algorithm of algorithms) expect(readClientKey({ privateKey, algorithm })).to.include({ algorithm })
      expect(refusalOf({ privateKey, algorithm: 'HS256' })).to.equal(
        `algorithm: must be one that the key can sign by: ${algorithms.join(', ')}`,
      )
    })
  }

  const unusable: readonly (readonly [what: string, key: KeyObject])[] = [
    ['RSA of 1024 bits', generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey],
    ['RSA for PSS alone', generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey],
    ['a curve of another purpose', curve('secp256k1')],
    ['a key that only agrees on keys', generateKeyPairSync('x25519').privateKey],
  ]
  for (const [what, key] of unusable) {
    it(`is not ${what}`, () => {
      expect(refusalOf({ privateKey: pemOf(key) })).to.equal(
        'privateKey: must be RSA of 2048 bits and more, EC P-256, P-384, P-521, or Ed25519',
      )
    })
  }

  for (const [what, text] of [
    ['a PEM whose line breaks are written out', pemOf(rsa).replaceAll('\n', '\\n')],
    ['a JWK behind white space', ` \n${jwkOf(rsa)}`],
  ] as const) {
    it(`is read from ${what}`, () => {
      expect(readClientKey({ privateKey: text }).key.equals(rsa)).to.equal(true)
    })
  }

  it('brings its algorithm and its id in a JWK, which settings of the operator replace', () => {
    const privateKey = jwkOf(rsa, { alg: 'PS384', kid: 'k1' })
    expect(readClientKey({ privateKey })).to.include({ algorithm: 'PS384', keyId: 'k1' })
    const chosen = { algorithm: 'RS512', keyId: 'mine' }
    expect(readClientKey({ privateKey, ...chosen })).to.include(chosen)
  })

  for (const value of ['', 7, null]) {
    it(`has no algorithm and no id of its own by a JWK that says ${JSON.stringify(value)}`, () => {
      const read = readClientKey({ privateKey: jwkOf(rsa, { alg: value, kid: value }) })
      expect(read).to.include({ algorithm: 'RS256', keyId: undefined })
    })
  }

  it('is refused where its JWK is for an algorithm that it cannot sign by', () => {
    expect(refusalOf({ privateKey: jwkOf(ed25519, { alg: 'ES256' }) })).to.match(/^algorithm: must be one .*: EdDSA, /)
  })

  it('says of a text that is none what it must be, and never quotes it', () => {
    expect(refusalOf({ privateKey: '{"d":"secret' })).to.equal('privateKey: must be a JWK as JSON, or PEM')
    const { d: _private, ...open } = ed25519.export({ format: 'jwk' })
    for (const privateKey of ['secret', '', JSON.stringify(open), pemOf(ed25519).slice(0, 60)]) {
      expect(refusalOf({ privateKey })).to.equal(
        'privateKey: must be a private key: a JWK as JSON, or PEM without a passphrase',
      )
    }
  })
})
