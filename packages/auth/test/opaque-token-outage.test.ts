import { expect } from 'chai'
import type { VerifiedToken } from '../src/index.ts'
import { AuthError, resolveIssuerSettings } from '../src/index.ts'
import { OpaqueTokenVerifier } from '../src/opaque-token-verifier.ts'
import { expectAuthError } from './support/expect-auth-error.ts'
import { activeAnswer, startIntrospectingIssuer } from './support/introspecting-issuer.ts'
import type { IntrospectingIssuer } from './support/introspecting-issuer.ts'
import { RESOURCE } from './support/issuer.ts'
import { createBench, createLog } from './support/verifier.ts'
import type { Bench } from './support/verifier.ts'

const TOKEN = 'sS0m2vQ4b7cQJ1Zk3yqkK9d8fPzL'

describe('tokens that are no JWTs, when their issuer is down', () => {
  let issuer: IntrospectingIssuer
  let bench: Bench

  beforeEach(async () => {
    issuer = await startIntrospectingIssuer()
    setUp()
  })
  afterEach(async () => {
    bench[Symbol.dispose]()
    await issuer[Symbol.asyncDispose]()
  })

  function setUp(more: Parameters<IntrospectingIssuer['options']>[0] = {}): void {
    bench = createBench([issuer.options(more)])
  }

  /** Makes these tokens active for ten minutes; every other is unknown. */
  function activate(...tokens: readonly string[]): void {
    const until = bench.now() + 600
    issuer.answer = (token) => ({
      body: tokens.includes(token) ? { ...activeAnswer(issuer.issuer, bench.now()), exp: until } : { active: false },
    })
  }

  async function verify(token = TOKEN): Promise<VerifiedToken> {
    return bench.verifier.verify(token)
  }

  function unknown(count: number): readonly string[] {
    return Array.from({ length: count }, (_, index) => `unknown-token-${String(index)}`)
  }

  it('are served until their cache time ends, and then are a 503, never allowed', async () => {
    activate(TOKEN)
    const first = await verify()
    issuer.server.down = true
    bench.advance(59)
    expect(await verify()).to.equal(first)
    bench.advance(1)
    await expectAuthError(verify(), 'introspection_unavailable')
  })

  it('are not asked about for 5 s after a failure; then one asks, and the rest are refused until it has an answer', async () => {
    activate(TOKEN)
    await verify()
    issuer.server.down = true
    bench.advance(60)
    const before = issuer.server.requests.length
    const asked = () => issuer.server.requests.length - before
    const error = await expectAuthError(verify(), 'introspection_unavailable')
    expect(error.retryAfterSeconds).to.equal(5)
    expect(asked()).to.equal(1)
    bench.advance(4)
    const refused = unknown(30).map((token) => expectAuthError(verify(token), 'introspection_unavailable'))
    expect((await Promise.all(refused)).map(({ retryAfterSeconds }) => retryAfterSeconds)).to.include(1)
    expect(asked()).to.equal(1)
    bench.advance(1)
    await Promise.all(unknown(10).map((token) => expectAuthError(verify(token), 'introspection_unavailable')))
    expect(asked()).to.equal(2)
    issuer.server.down = false
    bench.advance(5)
    expect(await verify()).to.have.property('principal')
  })

  it('are a 503 when it does not answer in time', async () => {
    setUp({ timeoutMs: 100 })
    issuer.answer = () => new Promise(() => undefined)
    const { detail } = await expectAuthError(verify(), 'introspection_unavailable')
    expect(detail).to.include('no whole answer within 100 ms')
  })

  it('are all asked about again once one of them has had its answer', async () => {
    activate('a-token', 'b-token')
    setUp({ endpoint: `${issuer.server.origin}/introspect` })
    issuer.server.down = true
    await expectAuthError(verify('a-token'), 'introspection_unavailable')
    issuer.server.down = false
    bench.advance(5)
    for (const token of ['a-token', 'b-token']) expect(await verify(token)).to.have.property('principal')
    expect(issuer.asked).to.have.length(2)
  })

  it('are all asked about again though the first answer could not be used', async () => {
    activate('a-token')
    setUp({ endpoint: `${issuer.server.origin}/introspect` })
    issuer.server.down = true
    await expectAuthError(verify('a-token'), 'introspection_unavailable')
    issuer.server.down = false
    bench.advance(5)
    const { answer } = issuer
    issuer.answer = (token) => (token === 'poison' ? { status: 400, body: {} } : answer(token))
    await expectAuthError(verify('poison'), 'introspection_unavailable')
    expect(await verify('a-token')).to.have.property('principal')
  })

  it('say in the log which issuer could not be asked, and why', async () => {
    setUp({ endpoint: `${issuer.server.origin}/introspect` })
    issuer.server.down = true
    await expectAuthError(verify(), 'introspection_unavailable')
    expect(bench.log).to.have.length(1)
    const fields = { issuer: issuer.issuer, reason: `no answer from ${issuer.server.origin}/introspect` }
    expect(bench.log[0]).to.include('An issuer could not be asked about a token')
    expect(bench.log[0]).to.include(JSON.stringify(fields).slice(0, -1))
    expect(bench.log[0]).to.include('"cause":"fetch failed"')
  })

  it('say in their refusal that nobody was asked, and when to come again', async () => {
    setUp({ endpoint: `${issuer.server.origin}/introspect` })
    issuer.server.down = true
    await expectAuthError(verify(), 'introspection_unavailable')
    bench.advance(2)
    expect(await expectAuthError(verify('another'), 'introspection_unavailable')).to.include({
      detail: 'the issuer did not answer a moment ago',
      retryAfterSeconds: 3,
    })
  })

  it('say in the log that its own credentials are refused, without them', async () => {
    issuer.answer = () => ({ status: 401, body: { error: 'invalid_client' } })
    await expectAuthError(verify(), 'introspection_unavailable')
    expect(bench.log.join()).to.include("refuses this host's client id or credentials")
    expect(bench.log.join()).not.to.include('correct-horse')
  })

  it('are asked about though one answer could not be used: no stranger shuts the others out by one token', async () => {
    activate(TOKEN)
    const { answer } = issuer
    issuer.answer = (token) => (token === 'poison' ? { status: 400, body: {} } : answer(token))
    await expectAuthError(verify('poison'), 'introspection_unavailable')
    expect(await verify()).to.have.property('principal')
    await expectAuthError(verify('poison'), 'introspection_unavailable')
    bench.advance(4.9)
    await expectAuthError(verify('poison'), 'introspection_unavailable')
    expect(issuer.asked).to.have.length(2)
    bench.advance(0.1)
    await expectAuthError(verify('poison'), 'introspection_unavailable')
    expect(issuer.asked).to.have.length(3)
  })

  it('are no longer asked about after close', async () => {
    setUp({ endpoint: `${issuer.server.origin}/introspect` })
    bench.verifier.close()
    await expectAuthError(verify(), 'introspection_unavailable')
    expect(issuer.asked).to.deep.equal([])
    expect(bench.log, 'an end is no outage').to.deep.equal([])
  })

  describe('and it is not known where to ask', () => {
    /** A verifier whose issuer has no metadata for the reason given. */
    function askWithout(reason: Error): Promise<VerifiedToken> {
      const { introspection, ...settings } = resolveIssuerSettings(issuer.options(), RESOURCE)
      if (introspection === undefined) throw new TypeError('unreachable')
      const verifier = new OpaqueTokenVerifier({
        settings: { ...settings, introspection },
        keys: {
          current: () => undefined,
          obtain: () => Promise.reject(reason),
          renew: (known) => Promise.resolve(known),
          metadata: () => undefined,
          start() {},
          close() {},
        },
        maxEntries: 10,
        logger: createLog().logger,
        clock: Date.now,
        fetch,
      })
      return verifier.verify(TOKEN, 'digest', '192.0.2.1')
    }

    it('say when to come again as the search for the metadata does, or after 5 s', async () => {
      for (const [options, seconds] of [
        [{ retryAfterSeconds: 17 }, 17],
        [{}, 5],
      ] as const) {
        const reason = new AuthError('keys_unavailable', 'no keys are held', options)
        const error = await expectAuthError(askWithout(reason), 'introspection_unavailable')
        expect(error.retryAfterSeconds).to.equal(seconds)
      }
    })

    it('let a fault of the host through instead of calling it an outage', async () => {
      const failure = await askWithout(new RangeError('broken')).catch((error: unknown) => error)
      expect(failure).to.be.instanceOf(RangeError)
    })
  })
})
