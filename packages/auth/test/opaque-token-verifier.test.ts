import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { decodeJwt } from 'jose'
import type { TokenOrigin, TokenVerifierOptions, VerifiedToken } from '../src/index.ts'
import { expectAuthError } from './support/expect-auth-error.ts'
import { activeAnswer, METADATA, startIntrospectingIssuer } from './support/introspecting-issuer.ts'
import type { IntrospectingIssuer } from './support/introspecting-issuer.ts'
import { createSigningKey, goodClaims, goodHeader, sendJson, signToken } from './support/issuer.ts'
import type { SigningKey } from './support/issuer.ts'
import { createBench } from './support/verifier.ts'
import type { Bench } from './support/verifier.ts'

const TOKEN = 'sS0m2vQ4b7cQJ1Zk3yqkK9d8fPzL'

describe('tokens that are no JWTs', () => {
  let key: SigningKey
  let issuer: IntrospectingIssuer
  let bench: Bench

  before(async () => {
    key = await createSigningKey()
  })
  beforeEach(async () => {
    issuer = await startIntrospectingIssuer([key])
    setUp()
  })
  afterEach(async () => {
    bench[Symbol.dispose]()
    await issuer[Symbol.asyncDispose]()
  })

  function setUp(
    more: Parameters<IntrospectingIssuer['options']>[0] = {},
    options: Partial<TokenVerifierOptions> = {},
  ): void {
    bench = createBench([issuer.options(more)], options)
  }

  /** Makes these tokens active for ten minutes; every other is unknown. */
  function activate(...tokens: readonly string[]): void {
    const until = bench.now() + 600
    issuer.answer = (token) => ({
      body: tokens.includes(token) ? { ...activeAnswer(issuer.issuer, bench.now()), exp: until } : { active: false },
    })
  }

  async function verify(token = TOKEN, origin?: TokenOrigin): Promise<VerifiedToken> {
    return bench.verifier.verify(token, origin)
  }

  function unknown(count: number, prefix = 'x'): readonly string[] {
    return Array.from({ length: count }, (_, index) => `${prefix}-unknown-token-${String(index)}`)
  }

  describe('when they are asked about', () => {
    it('are sent to the endpoint of the verified metadata, once, with the hint and the credentials of the host', async () => {
      activate(TOKEN)
      await verify()
      const [asked] = issuer.asked
      expect([...(asked?.form.entries() ?? [])]).to.deep.equal([
        ['token', TOKEN],
        ['token_type_hint', 'access_token'],
      ])
      expect(asked?.headers).to.include({
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from('host:correct-horse').toString('base64')}`,
      })
      expect(issuer.asked).to.have.length(1)
    })

    it('are sent with an assertion of this very moment where the host has a key', async () => {
      const { privateKey } = generateKeyPairSync('ed25519')
      const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
      setUp({ clientSecret: undefined, privateKey: pem })
      activate(TOKEN)
      await verify()
      const assertion = decodeJwt(issuer.asked[0]?.form.get('client_assertion') ?? '')
      expect(assertion).to.include({ iat: bench.now(), exp: bench.now() + 60, aud: issuer.issuer })
    })

    it('are sent to the configured endpoint without any metadata', async () => {
      setUp({ endpoint: `${issuer.server.origin}/introspect` })
      activate(TOKEN)
      issuer.server.answers.delete(METADATA)
      await verify()
      expect(issuer.server.requests).to.deep.equal(['/introspect'])
    })

    it('need no keys of the issuer', async () => {
      const document = { issuer: issuer.issuer, introspection_endpoint: `${issuer.server.origin}/introspect` }
      issuer.server.answers.set(METADATA, sendJson(document))
      activate(TOKEN)
      expect(bench.verifier.ready()).to.equal(false)
      await verify()
      expect(bench.verifier.ready()).to.equal(true)
      expect(bench.log.join()).not.to.include('cannot be fetched')
    })

    it('make the verifier ready at once where the endpoint is configured', async () => {
      setUp({ endpoint: `${issuer.server.origin}/introspect` })
      expect(bench.verifier.ready()).to.equal(true)
    })

    const metadata: readonly (readonly [what: string, members: object])[] = [
      ['that names no endpoint', {}],
      ['whose endpoint is not https', { introspection_endpoint: 'http://192.0.2.1/introspect' }],
      ['whose endpoint holds credentials', { introspection_endpoint: 'https://a:b@as.example/introspect' }],
      ['of another issuer', { issuer: 'https://other.example', introspection_endpoint: 'https://other.example/i' }],
    ]
    for (const [what, members] of metadata) {
      it(`are a 503 with metadata ${what}`, async () => {
        const document = { issuer: issuer.issuer, jwks_uri: `${issuer.server.origin}/jwks`, ...members }
        issuer.server.answers.set(METADATA, sendJson(document))
        const error = await expectAuthError(verify(), 'introspection_unavailable')
        expect(error.detail).to.equal('no metadata of the issuer is held that names a usable introspection_endpoint')
        expect(error.retryAfterSeconds).to.equal(5)
        expect(issuer.asked).to.deep.equal([])
      })
    }

    it('are refused unasked over 16 KiB, and where they are not one b64token', async () => {
      for (const token of ['x'.repeat(16 * 1024 + 1), '', 'two words', 'a=b', 'töken', 'a\nb']) {
        await expectAuthError(verify(token), 'invalid_token')
      }
      expect(issuer.asked).to.deep.equal([])
    })

    it('are refused unasked where no issuer introspects', async () => {
      using plain = createBench([{ issuer: issuer.issuer }])
      await expectAuthError(plain.verifier.verify(TOKEN), 'invalid_token')
      expect(issuer.server.requests).to.deep.equal([])
    })
  })

  describe('beside JWTs', () => {
    it('leave the JWTs of the same issuer to its keys', async () => {
      const jwt = await signToken(key, goodClaims(issuer.issuer, bench.now()))
      expect((await verify(jwt)).id).to.equal('j1')
      expect(issuer.asked).to.deep.equal([])
    })

    const jwts: readonly (readonly [what: string, make: () => Promise<string>])[] = [
      ['of an unknown issuer', () => signToken(key, goodClaims('https://other.example', bench.now()))],
      ['that is expired', () => signToken(key, { ...goodClaims(issuer.issuer, bench.now()), exp: 1 })],
      ['that says nothing', () => signToken(key, {})],
      [
        'of an unknown key',
        async () => signToken(await createSigningKey('ES256', 'k9'), goodClaims(issuer.issuer, bench.now())),
      ],
      ['without a signature', async () => `${(await signToken(key, {})).split('.').slice(0, 2).join('.')}.`],
      ['that is encrypted', () => Promise.resolve(`${Buffer.from('{"alg":"dir"}').toString('base64url')}..aXY.eA.dA`)],
      [
        'with unknown crit',
        () =>
          signToken(key, goodClaims(issuer.issuer, bench.now()), {
            ...goodHeader(key),
            crit: ['x-unknown'],
            'x-unknown': true,
          }),
      ],
    ]
    for (const [what, make] of jwts) {
      it(`send no JWT anywhere: one ${what} is a 401`, async () => {
        const jwt = await make()
        await expectAuthError(verify(jwt), 'invalid_token')
        expect(issuer.asked).to.deep.equal([])
      })
    }
  })

  describe('when they are held', () => {
    it('are asked about again after the cache time, and then a revoked one is refused', async () => {
      activate(TOKEN)
      const first = await verify()
      bench.advance(59.9)
      expect(await verify()).to.equal(first)
      expect(issuer.asked).to.have.length(1)
      issuer.answer = () => ({ body: { active: false } })
      bench.advance(0.1)
      await expectAuthError(verify(), 'invalid_token')
      expect(issuer.asked).to.have.length(2)
    })

    it('are never held past exp', async () => {
      setUp({ cacheSeconds: 3_600 })
      activate(TOKEN)
      await verify()
      bench.advance(599.9)
      await verify()
      expect(issuer.asked).to.have.length(1)
      issuer.answer = () => ({ body: { active: false } })
      bench.advance(0.2)
      await expectAuthError(verify(), 'invalid_token')
    })

    it('are asked about on every request with a cache time of 0', async () => {
      setUp({ cacheSeconds: 0 })
      activate(TOKEN)
      for (let times = 0; times < 30; times += 1) await verify()
      expect(issuer.asked).to.have.length(30)
    })

    it('are not asked about for 30 s once they were not good, and then anew', async () => {
      await expectAuthError(verify(), 'invalid_token')
      activate(TOKEN)
      bench.advance(29.9)
      await expectAuthError(verify(), 'invalid_token')
      expect(issuer.asked).to.have.length(1)
      bench.advance(0.1)
      expect(await verify()).to.have.property('principal')
    })

    it('are not refused for what they once were, though the clock is set back', async () => {
      setUp({ cacheSeconds: 0 })
      await expectAuthError(verify(), 'invalid_token')
      activate(TOKEN)
      bench.advance(30)
      await verify()
      bench.advance(-20)
      expect(await verify()).to.have.property('principal')
    })

    it('are held nowhere else where the cache of the host is off', async () => {
      setUp({}, { cache: { maxEntries: 0, maxAgeSeconds: 60 } })
      activate(TOKEN)
      await verify()
      await verify()
      expect(issuer.asked).to.have.length(2)
    })

    it('are asked about once by any number of callers at once', async () => {
      activate(TOKEN)
      const [first, ...others] = await Promise.all(Array.from({ length: 50 }, () => verify()))
      for (const other of others) expect(other).to.equal(first)
      expect(issuer.asked).to.have.length(1)
    })

    it('are not mixed up by two callers at once', async () => {
      issuer.answer = (token) => ({
        body: { ...activeAnswer(issuer.issuer, bench.now()), sub: `of ${token.slice(0, 1)}` },
      })
      const subjects = await Promise.all(
        ['a-token', 'b-token'].map(async (each) => (await verify(each)).principal.subject),
      )
      expect(subjects).to.deep.equal(['of a', 'of b'])
    })

    it('are not driven out by tokens that nobody knows', async () => {
      setUp({}, { cache: { maxEntries: 5, maxAgeSeconds: 60 } })
      activate(TOKEN)
      const first = await verify()
      for (const token of unknown(20)) await verify(token).catch(() => undefined)
      expect(await verify()).to.equal(first)
    })
  })

  describe('when nobody knows them', () => {
    it('cause 10 requests from one address, and a 429 that says when to come again', async () => {
      const outcomes = await Promise.allSettled(unknown(500).map((token) => verify(token, { address: '192.0.2.1' })))
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.deep.equal([])
      expect(issuer.asked).to.have.length(10)
      const error = await expectAuthError(verify('one-more', { address: '192.0.2.1' }), 'too_many_unknown_tokens')
      expect(error.retryAfterSeconds).to.equal(6)
      bench.advance(6)
      await expectAuthError(verify('one-more', { address: '192.0.2.1' }), 'invalid_token')
      expect(issuer.asked).to.have.length(11)
    })

    it('cause 20 requests from any number of addresses, and keep no known one waiting', async () => {
      const known = Array.from({ length: 40 }, (_, index) => `known-token-${String(index)}`)
      activate(...known)
      for (const token of known) await verify(token, { address: '192.0.2.1' })
      expect(issuer.asked).to.have.length(40)
      bench.advance(60)
      const flood = unknown(500).map((token, index) =>
        verify(token, { address: `198.51.100.${String(index % 250)}` }).then(
          () => 'good',
          (error: unknown) => (error as { code: string }).code,
        ),
      )
      // Their cache time is over: each is asked about, in the middle of the flood and from the same addresses.
      for (const token of known) await verify(token, { address: '198.51.100.1' })
      const codes = await Promise.all(flood)
      expect(codes.filter((code) => code === 'invalid_token')).to.have.length(20)
      expect(codes.filter((code) => code === 'introspection_unavailable')).to.have.length(480)
      expect(issuer.asked.filter(({ form }) => form.get('token')?.startsWith('x-'))).to.have.length(20)
      expect(issuer.asked).to.have.length(100)
    })

    it('count by the /64 of an IPv6 address', async () => {
      for (const [index, token] of unknown(10).entries()) {
        await expectAuthError(verify(token, { address: `2001:db8::${index.toString(16)}` }), 'invalid_token')
      }
      await expectAuthError(verify('one-more', { address: '2001:db8::ffff' }), 'too_many_unknown_tokens')
      await expectAuthError(verify('one-more', { address: '2001:db8:0:1::1' }), 'invalid_token')
    })

    it('use up nothing of those that turn out to be good', async () => {
      const fresh = unknown(200, 'fresh')
      activate(...fresh)
      for (const token of fresh) await verify(token, { address: '192.0.2.1' })
      expect(issuer.asked).to.have.length(200)
    })

    it('are those too that were active once and are revoked', async () => {
      activate(TOKEN)
      await verify(TOKEN, { address: '192.0.2.1' })
      activate()
      bench.advance(60)
      await expectAuthError(verify(TOKEN, { address: '192.0.2.1' }), 'invalid_token')
      bench.advance(30)
      for (const token of unknown(10)) await verify(token, { address: '192.0.2.1' }).catch(() => undefined)
      await expectAuthError(verify(TOKEN, { address: '192.0.2.1' }), 'too_many_unknown_tokens')
    })

    it('cost their address nothing while others have used up what there is for all', async () => {
      for (const [index, token] of unknown(20).entries()) {
        await expectAuthError(verify(token, { address: `198.51.100.${String(index)}` }), 'invalid_token')
      }
      for (const token of unknown(20, 'y')) {
        await expectAuthError(verify(token, { address: '192.0.2.1' }), 'introspection_unavailable')
      }
      bench.advance(3)
      await expectAuthError(verify('one-more', { address: '192.0.2.1' }), 'invalid_token')
    })

    it('cost their address nothing while nobody knows where to ask, and are judged once it is known', async () => {
      const document = issuer.server.answers.get(METADATA)
      issuer.server.answers.delete(METADATA)
      const tokens = unknown(30)
      for (const token of tokens) {
        await expectAuthError(verify(token, { address: '192.0.2.1' }), 'introspection_unavailable')
      }
      if (document !== undefined) issuer.server.answers.set(METADATA, document)
      bench.advance(5)
      for (const token of tokens.slice(0, 10)) {
        await expectAuthError(verify(token, { address: '192.0.2.1' }), 'invalid_token')
      }
      expect(issuer.asked).to.have.length(10)
    })

    it('cost their address nothing while the issuer does not answer', async () => {
      issuer.server.down = true
      setUp({ endpoint: `${issuer.server.origin}/introspect` })
      const tokens = unknown(10)
      const failures = tokens.map((token) =>
        expectAuthError(verify(token, { address: '192.0.2.1' }), 'introspection_unavailable'),
      )
      await Promise.all(failures)
      expect(issuer.server.requests).to.have.length(10)
      issuer.server.down = false
      bench.advance(5)
      for (const token of tokens) await expectAuthError(verify(token, { address: '192.0.2.1' }), 'invalid_token')
      expect(issuer.asked).to.have.length(10)
    })

    it('cost their address as much where the issuer answers what cannot be used', async () => {
      issuer.answer = () => ({ status: 400, body: {} })
      for (const token of unknown(10)) {
        await expectAuthError(verify(token, { address: '192.0.2.1' }), 'introspection_unavailable')
      }
      await expectAuthError(verify('one-more', { address: '192.0.2.1' }), 'too_many_unknown_tokens')
    })

    it('are those too whose time is over, from the very moment of exp on', async () => {
      setUp({ cacheSeconds: 0 })
      const until = bench.now() + 1
      issuer.answer = (token) => ({
        body: token === TOKEN ? { ...activeAnswer(issuer.issuer, bench.now()), exp: until } : { active: false },
      })
      await verify(TOKEN, { address: '192.0.2.1' })
      for (const token of unknown(10)) {
        await expectAuthError(verify(token, { address: '192.0.2.1' }), 'invalid_token')
      }
      bench.advance(0.9)
      await verify(TOKEN, { address: '192.0.2.1' })
      bench.advance(0.1)
      await expectAuthError(verify(TOKEN, { address: '192.0.2.1' }), 'too_many_unknown_tokens')
    })

    it('cost nothing while they are held as not good', async () => {
      for (let times = 0; times < 50; times += 1) await expectAuthError(verify(), 'invalid_token')
      expect(issuer.asked).to.have.length(1)
    })
  })
})
