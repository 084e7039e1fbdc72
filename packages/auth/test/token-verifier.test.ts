import { expect } from 'chai'
import type { JSONWebKeySet } from 'jose'
import { createTokenVerifier, resolveIssuerSettings } from '../src/index.ts'
import type { IssuerSettings, LocalIssuer, TokenClaims, TokenVerifier, TokenVerifierOptions } from '../src/index.ts'
import { expectAuthError } from './support/expect-auth-error.ts'
import { createSigningKey, goodClaims, RESOURCE, signToken } from './support/issuer.ts'
import type { SigningKey } from './support/issuer.ts'
import { createLog } from './support/verifier.ts'

const ISSUER = 'http://127.0.0.1:8787'

/** An authority in this process, as the embedded one is. */
class Authority implements LocalIssuer {
  readonly settings: IssuerSettings
  document: JSONWebKeySet
  stands: () => boolean | Promise<boolean> = () => true
  readonly asked: TokenClaims[] = []

  constructor(key: SigningKey, issuer = ISSUER) {
    this.settings = resolveIssuerSettings({ issuer }, RESOURCE)
    this.document = { keys: [key.jwk] }
  }

  keys(): JSONWebKeySet {
    return this.document
  }

  standing(claims: TokenClaims): boolean | Promise<boolean> {
    this.asked.push(claims)
    return this.stands()
  }
}

describe('createTokenVerifier', () => {
  let key: SigningKey
  let authority: Authority
  let time: number

  before(async () => {
    key = await createSigningKey()
  })
  beforeEach(() => {
    authority = new Authority(key)
    time = Date.parse('2027-01-01T00:00:00Z')
  })

  function create(options: Partial<TokenVerifierOptions> = {}): TokenVerifier {
    return createTokenVerifier({
      issuers: [authority],
      cache: { maxEntries: 3, maxAgeSeconds: 60 },
      logger: createLog().logger,
      clock: () => time,
      fetch: () => Promise.reject(new Error('a local issuer is never fetched from')),
      ...options,
    })
  }

  function tokenOf(claims: Record<string, unknown> = {}): Promise<string> {
    return signToken(key, { ...goodClaims(ISSUER, time / 1000), ...claims })
  }

  describe('with a local issuer', () => {
    it('is ready at once, verifies without a fetch and has no metadata of it', async () => {
      const verifier = create()
      verifier.start()
      expect(verifier.ready()).to.equal(true)
      expect((await verifier.verify(await tokenOf())).principal.subject).to.equal('user-1')
      expect(verifier.metadata(ISSUER)).to.equal(undefined)
      verifier.close()
    })

    it('asks for the standing of a token on every request, also when the token is in the cache', async () => {
      const verifier = create()
      const token = await tokenOf()
      await verifier.verify(token)
      await verifier.verify(token)
      expect(authority.asked).to.have.length(2)
      expect(authority.asked[1]).to.include({ sub: 'user-1', jti: 'j1', iss: ISSUER })
      authority.stands = () => false
      const { detail } = await expectAuthError(verifier.verify(token), 'invalid_token')
      expect(detail).to.equal('the grant or the user behind the token no longer stands')
      authority.stands = () => Promise.resolve(false)
      await expectAuthError(verifier.verify(token), 'invalid_token')
      authority.stands = () => Promise.resolve(true)
      expect(await verifier.verify(token)).to.have.property('principal')
    })

    it('lets a fault of the standing through instead of taking the token for good', async () => {
      authority.stands = () => Promise.reject(new Error('database is locked'))
      const failure = await Promise.resolve(create().verify(await tokenOf())).catch((error: unknown) => error)
      expect(failure).to.be.instanceOf(Error).with.property('message', 'database is locked')
    })

    it('does not ask about a token that does not verify', async () => {
      await expectAuthError(create().verify(await tokenOf({ aud: 'other' })), 'invalid_token')
      expect(authority.asked).to.deep.equal([])
    })

    it('ends its tokens when the keys change', async () => {
      const verifier = create()
      const token = await tokenOf()
      await verifier.verify(token)
      authority.document = { keys: [(await createSigningKey('ES256', 'k2')).jwk] }
      await expectAuthError(verifier.verify(token), 'invalid_token')
      authority.document = { keys: [] }
      expect(await expectAuthError(verifier.verify(token), 'keys_unavailable')).to.include({
        detail: 'the local authority has no public key',
        retryAfterSeconds: 1,
      })
      expect(verifier.ready()).to.equal(false)
    })
  })

  describe('with several issuers', () => {
    const OTHER = 'http://127.0.0.1:8788'
    let other: Authority

    beforeEach(() => {
      other = new Authority(key, OTHER)
    })

    it('is ready as soon as the keys of one of them are held', () => {
      const verifier = create({ issuers: [authority, other] })
      other.document = { keys: [] }
      expect(verifier.ready()).to.equal(true)
      authority.document = { keys: [] }
      expect(verifier.ready()).to.equal(false)
    })

    it('keeps what it verified of one when the keys of another change', async () => {
      const verifier = create({ issuers: [authority, other] })
      const [mine, theirs] = await Promise.all([tokenOf(), tokenOf({ iss: OTHER })])
      const [first, second] = [await verifier.verify(mine), await verifier.verify(theirs)]
      authority.document = { keys: [key.jwk, (await createSigningKey('ES256', 'k2')).jwk] }
      expect(await verifier.verify(mine)).not.to.equal(first)
      expect(await verifier.verify(theirs)).to.equal(second)
    })

    it('names in the log an issuer that is not configured, and has no metadata of it', async () => {
      const verifier = create({ issuers: [authority, other] })
      for (const [iss, told] of [
        ['https://stranger.example', 'iss "https://stranger.example" is not configured'],
        [7, 'iss a value of type number is not configured'],
        [undefined, 'iss a value of type undefined is not configured'],
      ] as const) {
        const { detail } = await expectAuthError(verifier.verify(await tokenOf({ iss })), 'invalid_token')
        expect(detail).to.equal(told)
      }
      expect(verifier.metadata('https://stranger.example')).to.equal(undefined)
    })
  })

  describe('with its cache', () => {
    it('answers the very same result while the entry lasts, and verifies afresh after the configured time', async () => {
      const verifier = create()
      const token = await tokenOf()
      const first = await verifier.verify(token)
      time += 59_999
      expect(await verifier.verify(token)).to.equal(first)
      time += 1
      const second = await verifier.verify(token)
      expect(second).to.deep.equal(first)
      expect(second).not.to.equal(first)
    })

    it('ends an entry at exp, whatever the configured time', async () => {
      const verifier = create({ cache: { maxEntries: 3, maxAgeSeconds: 3_600 } })
      const token = await tokenOf({ exp: time / 1000 + 30 })
      const first = await verifier.verify(token)
      time += 29_999
      expect(await verifier.verify(token)).to.equal(first)
      time += 1
      expect(await verifier.verify(token), 'verified afresh within the skew').not.to.equal(first)
      time += 5_000
      await expectAuthError(verifier.verify(token), 'invalid_token')
    })

    it('holds no more than the configured number of entries, and drops the least recently used', async () => {
      const verifier = create()
      const tokens = await Promise.all(['a', 'b', 'c', 'd'].map((jti) => tokenOf({ jti })))
      const [a = '', b = '', c = '', d = ''] = tokens
      const first = new Map<string, unknown>()
      for (const token of [a, b, c]) first.set(token, await verifier.verify(token))
      expect(await verifier.verify(a)).to.equal(first.get(a))
      await verifier.verify(d)
      expect(await verifier.verify(a)).to.equal(first.get(a))
      expect(await verifier.verify(b)).not.to.equal(first.get(b))
    })

    for (const off of [
      { maxEntries: 3, maxAgeSeconds: 0 },
      { maxEntries: 0, maxAgeSeconds: 60 },
    ]) {
      it(`is off with ${JSON.stringify(off)}`, async () => {
        const verifier = create({ cache: off })
        const token = await tokenOf()
        expect(await verifier.verify(token)).not.to.equal(await verifier.verify(token))
      })
    }

    it('keeps its entries when the same keys are published anew in another order', async () => {
      const other = await createSigningKey('ES256', 'k2')
      authority.document = { keys: [key.jwk, other.jwk] }
      const verifier = create()
      const token = await tokenOf()
      const first = await verifier.verify(token)
      authority.document = { keys: [other.jwk, { ...key.jwk }] }
      expect(await verifier.verify(token)).to.equal(first)
    })

    it('is emptied of an issuer whose keys change, though the key of the token stays', async () => {
      const verifier = create()
      const token = await tokenOf()
      const first = await verifier.verify(token)
      authority.document = { keys: [key.jwk, (await createSigningKey('ES256', 'k2')).jwk] }
      const second = await verifier.verify(token)
      expect(second).not.to.equal(first)
      expect(await verifier.verify(token)).to.equal(second)
    })

    it('has one verification in flight per token', async () => {
      const verifier = create({ cache: { maxEntries: 0, maxAgeSeconds: 0 } })
      const token = await tokenOf()
      const [first, ...others] = await Promise.all(Array.from({ length: 10 }, async () => verifier.verify(token)))
      for (const other of others) expect(other).to.equal(first)
      expect(authority.asked).to.have.length(10)
    })

    it('keeps no failure: a token that was refused for now is judged anew', async () => {
      const verifier = create()
      const token = await tokenOf({ nbf: time / 1000 + 60 })
      await expectAuthError(verifier.verify(token), 'invalid_token')
      time += 60_000
      expect(await verifier.verify(token)).to.have.property('principal')
    })
  })

  describe('when it is made', () => {
    const settings = resolveIssuerSettings({ issuer: 'https://as.example' }, RESOURCE)
    const faults: readonly [situation: string, options: Partial<TokenVerifierOptions>][] = [
      ['without an issuer', { issuers: [] }],
      ['with one issuer twice', { issuers: [settings, { ...settings, audience: 'other' }] }],
      ['with an issuer that is not https', { issuers: [{ ...settings, issuer: 'http://as.example' }] }],
      ['with a symmetric algorithm', { issuers: [{ ...settings, algorithms: ['HS256'] }] }],
      ['with no algorithm', { issuers: [{ ...settings, algorithms: [] }] }],
      ['with an unbounded cache', { cache: { maxEntries: Infinity, maxAgeSeconds: 60 } }],
      ['with a negative cache time', { cache: { maxEntries: 1, maxAgeSeconds: -1 } }],
      ['with a time-out of zero', { keys: { timeoutMs: 0 } }],
      ['with a refresh that no timer can take', { keys: { refreshSeconds: 1e9 } }],
      ['with keys held for less than their refresh', { keys: { holdSeconds: 1 } }],
    ]
    it('says which issuer stands twice, and that there is none', () => {
      const twice = [settings, { ...settings, audience: 'other' }]
      expect(() => create({ issuers: twice })).to.throw('The issuer https://as.example is configured twice')
      expect(() => create({ issuers: [] })).to.throw('A token verifier needs an issuer')
    })

    for (const [situation, options] of faults) {
      it(`throws a TypeError ${situation}`, () => {
        expect(() => create(options)).to.throw(TypeError)
      })
    }
  })
})
