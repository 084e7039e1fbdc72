import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import type { KeyLimits, TokenVerifierOptions } from '../src/index.ts'
import { resolveIssuerSettings } from '../src/index.ts'
import { resolveKeyLimits } from '../src/key-limits.ts'
import { KeyResolver } from '../src/key-resolver.ts'
import { createKeySet } from '../src/key-set.ts'
import { expectAuthError } from './support/expect-auth-error.ts'
import { createSigningKey, goodClaims, RESOURCE, sendJson, signToken, startIssuer } from './support/issuer.ts'
import type { SigningKey, TestIssuer } from './support/issuer.ts'
import { createBench, createLog } from './support/verifier.ts'
import type { Bench } from './support/verifier.ts'

const METADATA = '/.well-known/oauth-authorization-server'

/** Waits until something holds, for ten seconds at most. */
async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2_000; tries += 1) {
    if (holds()) return
    await delay(5)
  }
  throw new Error('what was waited for did not come')
}

describe('the keys of an issuer, as they are fetched', () => {
  let key: SigningKey
  let next: SigningKey
  let issuer: TestIssuer
  let bench: Bench

  before(async () => {
    key = await createSigningKey('ES256', 'k1')
    next = await createSigningKey('ES256', 'k2')
  })
  beforeEach(async () => {
    issuer = await startIssuer([key])
    setUp()
  })
  afterEach(async () => {
    bench[Symbol.dispose]()
    await issuer[Symbol.asyncDispose]()
  })

  function setUp(keys: Partial<KeyLimits> = {}, options: Partial<TokenVerifierOptions> = {}): void {
    bench = createBench([{ issuer: issuer.issuer }], { keys, ...options })
  }

  let serial = 0
  /** A token that no cache knows, so that keys are needed. */
  function fresh(by = key, claims: Record<string, unknown> = {}): Promise<string> {
    serial += 1
    return signToken(by, { ...goodClaims(issuer.issuer, bench.now()), jti: `t${String(serial)}`, ...claims })
  }

  async function accepts(by = key): Promise<void> {
    expect(await bench.verifier.verify(await fresh(by))).to.have.property('principal')
  }

  async function refuses(by = key, claims: Record<string, unknown> = {}): Promise<void> {
    await expectAuthError(bench.verifier.verify(await fresh(by, claims)), 'invalid_token')
  }

  function fetches(path = '/jwks'): number {
    return issuer.requests.filter((request) => request === path).length
  }

  /** Keeps the answers to a path until they are let go. */
  function holdBack(path: string): { held: ServerResponse[]; release: () => void } {
    const answer = issuer.answers.get(path)
    const waiting: (() => void)[] = []
    const held: ServerResponse[] = []
    issuer.answers.set(path, (request, response) => {
      held.push(response)
      waiting.push(() => answer?.(request, response))
    })
    return {
      held,
      release() {
        if (answer !== undefined) issuer.answers.set(path, answer)
        for (const send of waiting) send()
      },
    }
  }

  describe('in the background', () => {
    it('are fetched again when they are due, without a request', async () => {
      setUp({ refreshSeconds: 0.05, holdSeconds: 60, cooldownSeconds: 0.001 })
      bench.verifier.start()
      await until(() => bench.verifier.ready())
      issuer.jwks = { keys: [next.jwk] }
      bench.advance(0.05)
      await until(() => fetches() === 2)
      await accepts(next)
    })

    it('are not fetched again before they are due', async () => {
      setUp({ refreshSeconds: 0.05, holdSeconds: 60, cooldownSeconds: 0.001 })
      bench.verifier.start()
      await until(() => bench.verifier.ready())
      bench.advance(0.04)
      await delay(150)
      expect(issuer.requests).to.deep.equal([METADATA, '/jwks'])
    })

    it('are due by the begin of their fetch, however long that took', async () => {
      setUp({ refreshSeconds: 600 })
      const { held, release } = holdBack('/jwks')
      bench.verifier.start()
      await until(() => held.length === 1)
      bench.advance(599.98)
      release()
      await until(() => bench.verifier.ready())
      bench.advance(0.02)
      await until(() => fetches() === 2)
    })

    it('are fetched once by two starts', async () => {
      bench.verifier.start()
      bench.verifier.start()
      await until(() => bench.verifier.ready())
      await delay(30)
      expect(issuer.requests).to.deep.equal([METADATA, '/jwks'])
    })
  })

  describe('between two fetches', () => {
    /** Calls of a clock that stands still: who looks at it all the time is busy. */
    let looks: number

    function setUpWithClock(keys: Partial<KeyLimits> = {}): void {
      looks = 0
      const { time } = bench
      const clock = () => {
        looks += 1
        return time
      }
      setUp(keys, { clock })
    }

    it('keep nobody busy until they are due', async () => {
      setUpWithClock()
      bench.verifier.start()
      await until(() => bench.verifier.ready())
      looks = 0
      await delay(150)
      expect(looks).to.be.below(20)
    })

    it('keep nobody busy until the next try, where the issuer is down', async () => {
      issuer.down = true
      setUpWithClock()
      bench.verifier.start()
      await until(() => bench.log.length === 1)
      looks = 0
      await delay(150)
      expect(looks).to.be.below(20)
    })

    it('are given up at once by close', async () => {
      setUpWithClock({ refreshSeconds: 0.05, holdSeconds: 60 })
      bench.verifier.start()
      await until(() => bench.verifier.ready())
      bench.verifier.close()
      looks = 0
      await delay(150)
      expect(looks).to.equal(0)
    })
  })

  describe('by a request', () => {
    it('are fetched beside it from the refresh time on, and before it only past twice that time', async () => {
      await accepts(key)
      issuer.jwks = { keys: [next.jwk] }
      bench.advance(599.9)
      await accepts(key)
      bench.advance(0.1)
      const { held, release } = holdBack('/jwks')
      await accepts(key)
      await until(() => held.length === 1)
      release()
    })

    it('are used at exactly twice the refresh time, though they are withdrawn', async () => {
      await accepts(key)
      issuer.jwks = { keys: [next.jwk] }
      bench.advance(1_200)
      await accepts(key)
    })

    it('are not fetched twice at a time, however long the issuer takes', async () => {
      const { held, release } = holdBack('/jwks')
      const waiting = accepts(key)
      await until(() => held.length === 1)
      bench.advance(120)
      bench.verifier.ready()
      const joined = accepts(key)
      await delay(30)
      expect(issuer.requests).to.deep.equal([METADATA, '/jwks'])
      release()
      await Promise.all([waiting, joined])
    })

    it('are not fetched twice at a time beside requests that the held ones serve', async () => {
      await accepts(key)
      const { held, release } = holdBack('/jwks')
      bench.advance(600)
      await accepts(key)
      await until(() => held.length === 1)
      bench.advance(60)
      await accepts(key)
      await delay(50)
      expect(held).to.have.length(1)
      release()
    })

    it('are looked for by a token of an unknown key alone, not by one that is bad for anything else', async () => {
      await accepts(key)
      bench.advance(31)
      const forged = `${(await fresh()).slice(0, -8)}AAAAAAAA`
      await expectAuthError(bench.verifier.verify(forged), 'invalid_token')
      await refuses(key, { aud: 'https://other.example' })
      await refuses(key, { exp: bench.now() - 60 })
      expect(fetches()).to.equal(1)
      await refuses(next)
      expect(fetches()).to.equal(2)
    })

    it('are said to be missing, of which issuer, and when to ask again', async () => {
      issuer.down = true
      const missing = async () => expectAuthError(bench.verifier.verify(await fresh()), 'keys_unavailable')
      expect(await missing()).to.include({
        detail: `no keys of the issuer ${issuer.issuer} are held`,
        retryAfterSeconds: 5,
      })
      bench.advance(2)
      expect(await missing()).to.include({ retryAfterSeconds: 3 })
      bench.advance(2.9)
      expect(await missing()).to.include({ retryAfterSeconds: 1 })
    })

    it('are asked for after the whole cooldown where the issuer publishes none', async () => {
      issuer.jwks = { keys: [] }
      const error = await expectAuthError(bench.verifier.verify(await fresh()), 'keys_unavailable')
      expect(error.retryAfterSeconds).to.equal(30)
    })

    it('keep what was verified where the same ones are fetched again', async () => {
      setUp({ refreshSeconds: 10, cooldownSeconds: 1 })
      const token = await fresh()
      const first = await bench.verifier.verify(token)
      bench.advance(10)
      bench.verifier.ready()
      await until(() => fetches() === 2)
      await delay(30)
      expect(await bench.verifier.verify(token)).to.equal(first)
      expect(bench.log).to.have.length(1)
    })
  })

  describe('in the log', () => {
    it('are told once with their number, and nothing of them', async () => {
      await accepts(key)
      expect(bench.log).to.deep.equal([
        `The keys of an issuer are held ${JSON.stringify({ issuer: issuer.issuer, keys: 1 })}`,
      ])
    })

    it('are told of by how many are no secret any more', async () => {
      issuer.jwks = { keys: [key.jwk, { ...next.jwk, d: 'AAAA' }, { kty: 'oct', k: 'AAAA' }] }
      await accepts(key)
      const exposed = JSON.stringify({ issuer: issuer.issuer, keys: 2 })
      expect(bench.log[0]).to.equal(`An issuer publishes private or symmetric keys; they are not used ${exposed}`)
      expect(bench.log[1]).to.include('"keys":1')
    })

    it('are missed by what happened, of what it came, and whether older ones are held', async () => {
      issuer.down = true
      await expectAuthError(bench.verifier.verify(await fresh()), 'keys_unavailable')
      const told = {
        issuer: issuer.issuer,
        reason: `no answer from ${issuer.origin}${METADATA}`,
        cause: 'fetch failed',
        held: false,
      }
      expect(bench.log).to.deep.equal([`The keys of an issuer cannot be fetched ${JSON.stringify(told)}`])
    })

    it('are missed where the metadata does not say where they are, and no token is asked about', async () => {
      issuer.answers.clear()
      issuer.answers.set(METADATA, sendJson({ issuer: issuer.issuer }))
      const error = await expectAuthError(bench.verifier.verify(await fresh()), 'keys_unavailable')
      expect(error.retryAfterSeconds).to.equal(5)
      expect(bench.log.join()).to.include('the metadata names no jwks_uri')
    })

    it('are missed without a cause where the issuer answered', async () => {
      issuer.answers.clear()
      await expectAuthError(bench.verifier.verify(await fresh()), 'keys_unavailable')
      const urls = [METADATA, '/.well-known/openid-configuration'].map((path) => `${issuer.origin}${path}`)
      const reason = `no usable metadata: ${urls.map((url) => `status 404 from ${url}`).join('; ')}`
      const told = { issuer: issuer.issuer, reason, cause: undefined, held: false }
      expect(bench.log).to.deep.equal([`The keys of an issuer cannot be fetched ${JSON.stringify(told)}`])
    })
  })

  describe('after close', () => {
    it('are not even asked for', async () => {
      let calls = 0
      const counting: typeof fetch = (...request) => {
        calls += 1
        return fetch(...request)
      }
      setUp({}, { fetch: counting })
      bench.verifier.close()
      bench.verifier.start()
      await expectAuthError(bench.verifier.verify(await fresh()), 'keys_unavailable')
      await delay(30)
      expect(calls).to.equal(0)
    })

    it('are no outage: what was in flight ends without a word', async () => {
      const { held } = holdBack('/jwks')
      const waiting = bench.verifier.verify(await fresh())
      await until(() => held.length === 1)
      bench.verifier.close()
      await expectAuthError(waiting, 'keys_unavailable')
      expect(bench.log).to.deep.equal([])
    })
  })

  describe('by a resolver alone', () => {
    function createResolver(limits = resolveKeyLimits()): { resolver: KeyResolver; log: string[] } {
      const { logger, log } = createLog()
      const settings = resolveIssuerSettings({ issuer: issuer.issuer }, RESOURCE)
      return { resolver: new KeyResolver({ settings, limits, logger, clock: () => bench.time, fetch }), log }
    }

    it('are not looked for by who knows older ones than are held: these are handed out', async () => {
      const { resolver } = createResolver()
      const held = await resolver.obtain()
      bench.advance(31)
      expect(await resolver.renew(createKeySet({ keys: [next.jwk] }))).to.equal(held)
      expect(fetches()).to.equal(1)
      expect(await resolver.renew(held)).to.equal(held)
      expect(fetches()).to.equal(2)
    })

    it('are missed by an unexpected fault of the host itself, of which nothing is quoted', async () => {
      const { resolver, log } = createResolver({ ...resolveKeyLimits(), timeoutMs: -1 })
      await expectAuthError(resolver.obtain(), 'keys_unavailable')
      expect(log.join()).to.include('"reason":"an unexpected fault"').and.not.include('timeout')
    })
  })
})
