import { expect } from 'chai'
import { KeyFetchError } from '../src/errors.ts'
import { createKeySet } from '../src/key-set.ts'
import { createSigningKey } from './support/issuer.ts'
import type { SigningKey } from './support/issuer.ts'

describe('a key set', () => {
  let key: SigningKey

  before(async () => {
    key = await createSigningKey('ES256', 'k1')
  })

  for (const document of [
    undefined,
    null,
    'keys',
    [],
    {},
    { keys: null },
    { keys: {} },
    { keys: ['k1'] },
    { keys: [[]] },
  ]) {
    it(`is not made of ${JSON.stringify({ document })}`, () => {
      expect(() => createKeySet(document))
        .to.throw(KeyFetchError, 'the document is not a JWK Set')
        .with.property('code', 'unusable')
    })
  }

  it('may be empty, and then fits no token', async () => {
    const set = createKeySet({ keys: [] })
    expect(set).to.include({ size: 0, exposed: 0, fingerprint: '' })
    expect(await set.candidates({ alg: 'ES256' })).to.deep.equal([])
  })

  it('counts the keys that it takes and those that are no secret any more', () => {
    const keys = [key.jwk, { ...key.jwk, kid: 'k2', d: 'AAAA' }, { kty: 'oct', k: 'AAAA' }, { kty: 'AKP' }]
    expect(createKeySet({ keys })).to.include({ size: 1, exposed: 2 })
  })

  for (const [member, value] of [
    ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'].map((name) => [name, 'AAAA'] as const),
    ['kty', 'oct'],
    ['kty', 'AKP'],
    ['use', 'enc'],
    ['key_ops', ['sign']],
    ['key_ops', 'verify'],
    ['kid', 1],
    ['alg', 'HS256'],
    ['alg', ['ES256']],
  ] as const) {
    it(`takes no key with ${member} ${JSON.stringify(value)}`, () => {
      expect(createKeySet({ keys: [{ ...key.jwk, [member]: value }] }).size).to.equal(0)
    })
  }

  for (const more of [{ use: 'sig' }, { key_ops: ['verify'] }, { alg: 'ES256' }, { use: undefined, alg: undefined }]) {
    it(`takes a key with ${JSON.stringify(more)}`, async () => {
      const set = createKeySet({ keys: [{ ...key.jwk, ...more }] })
      expect(await set.candidates({ alg: 'ES256', kid: 'k1' })).to.have.lengthOf(1)
    })
  }

  it('takes a key without a kid, and one of Ed25519', async () => {
    const { kid: _kid, ...nameless } = key.jwk
    const edwards = (await createSigningKey('EdDSA', 'k2')).jwk
    const set = createKeySet({ keys: [nameless, edwards] })
    expect(set.size).to.equal(2)
    for (const header of [{ alg: 'ES256' }, { alg: 'EdDSA', kid: 'k2' }]) {
      expect(await set.candidates(header)).to.have.lengthOf(1)
    }
  })

  it('fits with a key no other algorithm than the one that the key is for', async () => {
    const { jwk } = await createSigningKey('RS256', 'k1')
    const set = createKeySet({ keys: [jwk] })
    expect(await set.candidates({ alg: 'RS256', kid: 'k1' })).to.have.lengthOf(1)
    for (const alg of ['RS384', 'PS256']) expect(await set.candidates({ alg, kid: 'k1' })).to.deep.equal([])
  })

  it('fits with a public key that is said to sign no token', async () => {
    const set = createKeySet({ keys: [{ ...key.jwk, key_ops: ['sign', 'verify'] }] })
    expect(await set.candidates({ alg: 'ES256', kid: 'k1' })).to.deep.equal([])
  })

  it('is told from another by its keys, whatever their order', async () => {
    const other = (await createSigningKey('ES256', 'k2')).jwk
    const [one, turned, alone] = [[key.jwk, other], [other, key.jwk], [key.jwk]].map((keys) => createKeySet({ keys }))
    expect(one?.fingerprint).to.equal(turned?.fingerprint)
    expect(one?.fingerprint).not.to.equal(alone?.fingerprint)
  })

  it('tries eight keys at most for a token that names none', async () => {
    const keysOf = (count: number) => Array.from({ length: count }, (_, index) => ({ ...key.jwk, kid: String(index) }))
    for (const [published, tried] of [
      [2, 2],
      [8, 8],
      [12, 8],
    ] as const) {
      const candidates = await createKeySet({ keys: keysOf(published) }).candidates({ alg: 'ES256' })
      expect(candidates).to.have.lengthOf(tried)
      for (const candidate of candidates) expect(candidate).to.have.property('type', 'public')
    }
  })

  it('names its keys in no other part than the public one', () => {
    const { fingerprint } = createKeySet({ keys: [{ ...key.jwk, x5c: ['AAAA'], note: 'of the operator' }] })
    expect(fingerprint).not.to.match(/x5c|note/)
  })
})
