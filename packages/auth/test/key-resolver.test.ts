import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { exportJWK } from 'jose'
import type { IssuerOptions, KeyLimits } from '../src/index.ts'
import { expectAuthError } from './support/expect-auth-error.ts'
import { createSigningKey, goodClaims, goodHeader, sendJson, signToken, startIssuer } from './support/issuer.ts'
import type { SigningKey, TestIssuer } from './support/issuer.ts'
import { createBench } from './support/verifier.ts'
import type { Bench } from './support/verifier.ts'

const HOUR = 3_600

describe('the keys of an issuer', () => {
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

  function setUp(options: Partial<IssuerOptions> = {}, keys: Partial<KeyLimits> = {}): void {
    bench = createBench([{ issuer: issuer.issuer, ...options }], { keys })
  }

  let serial = 0
  /** A token that no cache knows, so that keys are needed. */
  function fresh(by = key, header = goodHeader(by)): Promise<string> {
    serial += 1
    return signToken(by, { ...goodClaims(issuer.issuer, bench.now()), jti: `t${String(serial)}` }, header)
  }

  async function accepts(by = key): Promise<void> {
    expect((await bench.verifier.verify(await fresh(by))).principal.subject).to.equal('user-1')
  }

  async function refuses(by = key): Promise<void> {
    await expectAuthError(bench.verifier.verify(await fresh(by)), 'invalid_token')
  }

  async function isUnavailable(): Promise<void> {
    const error = await expectAuthError(bench.verifier.verify(await fresh()), 'keys_unavailable')
    expect(error.retryAfterSeconds).to.be.within(1, 30)
  }

  /** Lets a refresh in the background come to its end. */
  async function settle(): Promise<void> {
    await delay(50)
  }

  function fetches(path: string): number {
    return issuer.requests.filter((request) => request === path).length
  }

  describe('when found', () => {
    it('come from the metadata in the RFC 8414 form', async () => {
      await accepts()
      expect(issuer.requests).to.deep.equal(['/.well-known/oauth-authorization-server', '/jwks'])
      expect(bench.verifier.metadata(issuer.issuer)).to.deep.equal({
        issuer: issuer.issuer,
        jwks_uri: `${issuer.origin}/jwks`,
      })
    })

    it('come from the OpenID Connect form where the first answers 404', async () => {
      issuer.answers.delete('/.well-known/oauth-authorization-server')
      const document = { issuer: issuer.issuer, jwks_uri: `${issuer.origin}/jwks` }
      issuer.answers.set('/.well-known/openid-configuration', sendJson(document))
      await accepts()
    })

    for (const [metadataPath, form] of [
      ['/.well-known/oauth-authorization-server/realms/a', 'inserted before'],
      ['/realms/a/.well-known/openid-configuration', 'appended to'],
    ] as const) {
      it(`come from metadata that is ${form} the path of the issuer`, async () => {
        await using realm = await startIssuer([key], { path: '/realms/a', metadataPath })
        using other = createBench([{ issuer: realm.issuer }])
        const token = await signToken(key, goodClaims(realm.issuer, other.now()))
        expect((await other.verifier.verify(token)).principal.issuer).to.equal(realm.issuer)
        expect(realm.requests.slice(-2)).to.deep.equal([metadataPath, '/jwks'])
      })
    }

    it('come from jwksUri alone where it is configured', async () => {
      setUp({ jwksUri: `${issuer.origin}/jwks` })
      await accepts()
      expect(issuer.requests).to.deep.equal(['/jwks'])
      expect(bench.verifier.metadata(issuer.issuer)).to.equal(undefined)
    })

    it('make the verifier ready, in the background, without a request', async () => {
      expect(bench.verifier.ready()).to.equal(false)
      bench.verifier.start()
      for (let tries = 0; tries < 100 && !bench.verifier.ready(); tries += 1) await delay(10)
      expect(bench.verifier.ready()).to.equal(true)
    })

    it('are fetched once for many tokens at a time', async () => {
      const tokens = await Promise.all(Array.from({ length: 20 }, () => fresh()))
      await Promise.all(tokens.map(async (token) => bench.verifier.verify(token)))
      expect(issuer.requests).to.have.length(2)
    })
  })

  describe('when their documents do not do, leave 503 and no key:', () => {
    const metadata = '/.well-known/oauth-authorization-server'
    const vectors: readonly [situation: string, spoil: () => void][] = [
      [
        'metadata of another issuer',
        () => {
          const document = { issuer: `${issuer.issuer}/`, jwks_uri: `${issuer.origin}/jwks` }
          issuer.answers.set(metadata, sendJson(document))
        },
      ],
      ['metadata without jwks_uri', () => issuer.answers.set(metadata, sendJson({ issuer: issuer.issuer }))],
      [
        'a jwks_uri that is not https',
        () => {
          const document = { issuer: issuer.issuer, jwks_uri: 'http://192.0.2.1/jwks' }
          issuer.answers.set(metadata, sendJson(document))
        },
      ],
      [
        'metadata behind a redirect',
        () => {
          const answer = issuer.answers.get(metadata)
          if (answer !== undefined) issuer.answers.set('/elsewhere', answer)
          issuer.answers.set(metadata, (_request, response) =>
            response.writeHead(302, { location: '/elsewhere' }).end(),
          )
        },
      ],
      [
        'keys behind a redirect',
        () => {
          issuer.answers.set('/elsewhere', sendJson(issuer.jwks))
          issuer.answers.set('/jwks', (_request, response) => response.writeHead(307, { location: '/elsewhere' }).end())
        },
      ],
      [
        'keys with status 500',
        () => issuer.answers.set('/jwks', (_request, response) => response.writeHead(500).end('{}')),
      ],
      ['keys that are not JSON', () => issuer.answers.set('/jwks', (_request, response) => response.end('<html>'))],
      ['a JWK Set that is a list', () => (issuer.jwks = [key.jwk])],
      ['a JWK Set whose keys are no list', () => (issuer.jwks = { keys: { 0: key.jwk } })],
      ['a JWK Set with a key that is no object', () => (issuer.jwks = { keys: [key.jwk, null] })],
      ['an empty JWK Set', () => (issuer.jwks = { keys: [] })],
      ['keys for encryption', () => (issuer.jwks = { keys: [{ ...key.jwk, use: 'enc' }] })],
      ['keys that may only sign', () => (issuer.jwks = { keys: [{ ...key.jwk, key_ops: ['sign'] }] })],
      ['a symmetric key', () => (issuer.jwks = { keys: [{ kty: 'oct', k: 'AAAA', kid: 'k1', alg: 'ES256' }] })],
    ]
    for (const [situation, spoil] of vectors) {
      it(situation, async () => {
        spoil()
        await isUnavailable()
        expect(bench.verifier.ready()).to.equal(false)
        expect(issuer.requests).not.to.include('/elsewhere')
      })
    }

    it('a JWK Set over 1 MiB, of which no more is read', async () => {
      let sent = 0
      issuer.answers.set('/jwks', (_request, response) => {
        const chunk = Buffer.alloc(64 * 1024, ' ')
        const pump = (): void => {
          while (sent < 64 * 1024 * 1024 && !response.destroyed) {
            sent += chunk.length
            if (!response.write(chunk)) return void response.once('drain', pump)
          }
          response.end()
        }
        pump()
      })
      await isUnavailable()
      expect(sent).to.be.below(16 * 1024 * 1024)
      expect(bench.log.join()).to.include('more than 1048576 bytes')
    })

    it('an issuer that does not answer in time', async () => {
      setUp({}, { timeoutMs: 100 })
      issuer.answers.set('/jwks', (_request, response) => void response.write('{'))
      await isUnavailable()
      expect(bench.log.join()).to.include('no whole answer within 100 ms')
    })

    it('a key that publishes its private part, with a warning', async () => {
      issuer.jwks = { keys: [{ ...(await exportJWK(key.privateKey)), kid: 'k1', alg: 'ES256' }, next.jwk] }
      await refuses(key)
      await accepts(next)
      expect(bench.log.join()).to.include('publishes private or symmetric keys')
      expect(bench.log.join()).not.to.include('"d"')
    })
  })

  describe('when the issuer is down', () => {
    it('cannot be had at a cold start: 503, one fetch per cooldown, and recovery by itself', async () => {
      issuer.down = true
      await Promise.all(Array.from({ length: 5 }, isUnavailable))
      await isUnavailable()
      expect(issuer.requests).to.have.length(1)
      issuer.down = false
      bench.advance(4)
      await isUnavailable()
      bench.advance(1)
      await accepts()
    })

    it('are looked for again at once after a fetch that took longer than the time between two', async () => {
      setUp({}, { retrySeconds: 0.2, timeoutMs: 300 })
      const answer = issuer.answers.get('/jwks')
      issuer.answers.set('/jwks', () => bench.advance(1))
      await isUnavailable()
      if (answer !== undefined) issuer.answers.set('/jwks', answer)
      await accepts()
    })

    it('are looked for in the background until they are had, without a request', async () => {
      setUp({}, { retrySeconds: 0.01 })
      issuer.down = true
      bench.verifier.start()
      await delay(100)
      expect(bench.verifier.ready()).to.equal(false)
      issuer.down = false
      bench.advance(1)
      for (let tries = 0; tries < 100 && !bench.verifier.ready(); tries += 1) {
        bench.advance(1)
        await delay(10)
      }
      expect(bench.verifier.ready()).to.equal(true)
    })

    it('serve on for an outage of 24 h that begins just before a refresh, and for no more than 20 minutes more', async () => {
      await accepts()
      bench.advance(600)
      issuer.down = true
      for (let hour = 1; hour <= 24; hour += 1) {
        bench.advance(HOUR)
        await accepts()
        await settle()
      }
      bench.advance(600)
      await accepts()
      expect(bench.verifier.ready()).to.equal(true)
      bench.advance(1)
      await isUnavailable()
      expect(bench.verifier.ready()).to.equal(false)
      issuer.down = false
      bench.advance(30)
      await accepts()
    })

    it('serve on for no longer though the clock was set back', async () => {
      await accepts()
      issuer.down = true
      bench.advance(-100 * HOUR)
      await accepts()
      await settle()
      bench.advance(24 * HOUR + 600)
      await accepts()
      bench.advance(1)
      await isUnavailable()
    })

    it('serve on when it answers nonsense', async () => {
      await accepts()
      issuer.answers.set('/jwks', (_request, response) => response.end('null'))
      bench.advance(HOUR)
      await accepts()
      await settle()
      await accepts()
      expect(bench.log.join()).to.include('"held":true')
    })

    it('do not make every request wait: only the first after a failure does', async () => {
      setUp({}, { timeoutMs: 300 })
      await accepts()
      issuer.answers.set('/.well-known/oauth-authorization-server', () => undefined)
      bench.advance(HOUR)
      await accepts()
      bench.advance(HOUR)
      const started = performance.now()
      await accepts()
      expect(performance.now() - started).to.be.below(200)
    })

    it('are not asked for more often than every five seconds', async () => {
      await accepts()
      issuer.down = true
      const before = issuer.requests.length
      for (let second = 0; second < 60; second += 1) {
        bench.advance(second === 0 ? HOUR : 1)
        await accepts()
        await delay(2)
      }
      expect(issuer.requests.length - before).to.be.within(2, 13)
    })
  })

  describe('when they change', () => {
    it('are looked for when a token has an unknown kid, once the cooldown is over', async () => {
      await accepts(key)
      issuer.jwks = { keys: [key.jwk, next.jwk] }
      await refuses(next)
      expect(fetches('/jwks')).to.equal(1)
      bench.advance(31)
      await accepts(next)
      await accepts(key)
      expect(fetches('/jwks')).to.equal(2)
      expect(fetches('/.well-known/oauth-authorization-server')).to.equal(1)
    })

    it('are found within 30 s though a cooldown began just before, with a fetch that took its time', async () => {
      const answer = issuer.answers.get('/jwks')
      issuer.answers.set('/jwks', (request, response) => {
        answer?.(request, response)
        // Published after the answer, while it is on its way.
        issuer.jwks = { keys: [key.jwk, next.jwk] }
        bench.advance(2)
      })
      await accepts(key)
      await refuses(next)
      bench.advance(28)
      await accepts(next)
    })

    it('are looked for though the clock was set back', async () => {
      await accepts(key)
      issuer.jwks = { keys: [key.jwk, next.jwk] }
      bench.advance(-HOUR)
      await accepts(next)
    })

    it('end the tokens of a withdrawn key after a refresh in the background', async () => {
      await accepts(key)
      issuer.jwks = { keys: [next.jwk] }
      bench.advance(601)
      await accepts(key)
      await settle()
      await refuses(key)
      await accepts(next)
    })

    it('are fetched before the answer when the held ones are older than two refreshes', async () => {
      await accepts(key)
      issuer.jwks = { keys: [next.jwk] }
      bench.advance(2 * 601)
      await refuses(key)
    })

    it('are all withdrawn when the issuer publishes none', async () => {
      await accepts(key)
      issuer.jwks = { keys: [] }
      bench.advance(2 * 601)
      await isUnavailable()
    })

    it('are followed to another jwks_uri', async () => {
      await accepts(key)
      const moved = { issuer: issuer.issuer, jwks_uri: `${issuer.origin}/moved` }
      issuer.answers.set('/.well-known/oauth-authorization-server', sendJson(moved))
      issuer.answers.set('/moved', sendJson({ keys: [next.jwk] }))
      bench.advance(2 * 601)
      await accepts(next)
    })
  })

  describe('when tokens name keys that do not exist', () => {
    it('are fetched at most 5 times for 500 tokens', async () => {
      bench.verifier.start()
      for (let batch = 0; batch < 10; batch += 1) {
        const tokens = await Promise.all(
          Array.from({ length: 50 }, (_, index) =>
            fresh(key, { ...goodHeader(key), kid: `x${String(batch)}-${String(index)}` }),
          ),
        )
        await Promise.all(tokens.map((token) => expectAuthError(bench.verifier.verify(token), 'invalid_token')))
        bench.advance(5)
      }
      expect(issuer.requests.length).to.be.within(2, 5)
      await accepts()
    })

    it('are not fetched again while the issuer is down and the cooldown lasts', async () => {
      await accepts()
      issuer.down = true
      bench.advance(31)
      const before = issuer.requests.length
      for (let index = 0; index < 50; index += 1) await refuses(next)
      expect(issuer.requests.length - before).to.equal(1)
    })
  })

  it('are found among several that fit a token without a kid', async () => {
    const { kid: _first, ...first } = key.jwk
    const { kid: _second, ...second } = next.jwk
    issuer.jwks = { keys: [first, second] }
    for (const by of [key, next]) {
      const { kid: _kid, ...header } = goodHeader(by)
      expect(await bench.verifier.verify(await fresh(by, header))).to.have.property('principal')
    }
    const stranger = await createSigningKey('ES256', 'k3')
    const { kid: _kid, ...header } = goodHeader(stranger)
    await expectAuthError(bench.verifier.verify(await fresh(stranger, header)), 'invalid_token')
  })

  it('are no longer fetched after close', async () => {
    bench.verifier.close()
    await isUnavailable()
    expect(issuer.requests).to.deep.equal([])
  })
})
