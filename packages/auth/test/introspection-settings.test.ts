import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { createTokenVerifier, introspectionLimits, IssuerSettingsError, resolveIssuerSettings } from '../src/index.ts'
import type { IntrospectionOptions, IssuerOptions } from '../src/index.ts'
import { RESOURCE } from './support/issuer.ts'
import { createLog } from './support/verifier.ts'

const issuer = 'https://as.example'
const secret = { clientId: 'host', clientSecret: 'correct-horse' }

function pem(key: { export(options: { type: 'pkcs8'; format: 'pem' }): string | Buffer }): string {
  return String(key.export({ type: 'pkcs8', format: 'pem' }))
}

const ecKey = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
const keyed = { clientId: 'host', privateKey: ecKey }

function messagesOf(introspection: unknown, more: Partial<IssuerOptions> = {}): ReadonlyMap<string, string> {
  try {
    resolveIssuerSettings({ issuer, introspection: introspection as IntrospectionOptions, ...more }, RESOURCE)
    return new Map()
  } catch (error) {
    if (!(error instanceof IssuerSettingsError)) throw error
    for (const { message } of error.faults) {
      expect(message).not.to.include('correct-horse')
      expect(message).not.to.include('PRIVATE')
    }
    return new Map(error.faults.map(({ setting, message }) => [setting, message]))
  }
}

function faultsOf(introspection: unknown, more?: Partial<IssuerOptions>): readonly string[] {
  return [...messagesOf(introspection, more).keys()]
}

describe('the settings of introspection', () => {
  it('have the documented defaults and are frozen', () => {
    const { introspection } = resolveIssuerSettings({ issuer, introspection: secret }, RESOURCE)
    expect(introspection).to.deep.equal({
      ...secret,
      method: 'client_secret_basic',
      timeoutMs: 3_000,
      cacheSeconds: 60,
      inactiveCacheSeconds: 30,
    })
    expect(introspection).to.be.frozen
  })

  it('do not hold what was written as undefined', () => {
    const written = { ...secret, endpoint: undefined, keyId: undefined }
    const { introspection } = resolveIssuerSettings({ issuer, introspection: written }, RESOURCE)
    expect(introspection).to.have.all.keys(
      ...['clientId', 'clientSecret', 'method', 'timeoutMs', 'cacheSeconds', 'inactiveCacheSeconds'],
    )
  })

  it('are by key where there is a key and no secret', () => {
    expect(resolveIssuerSettings({ issuer, introspection: keyed }, RESOURCE).introspection).to.include({
      method: 'private_key_jwt',
    })
  })

  const sound: readonly (readonly [what: string, value: object, more?: Partial<IssuerOptions>])[] = [
    ['undefined in the place of what is left out', { ...secret, endpoint: undefined, privateKey: undefined }],
    ['an endpoint beside jwksUri', { ...secret, endpoint: `${issuer}/i` }, { jwksUri: `${issuer}/jwks` }],
    ['the smallest numbers', { ...secret, timeoutMs: 1, cacheSeconds: 0, inactiveCacheSeconds: 1 }],
    ['the largest numbers', { ...secret, timeoutMs: 30_000, cacheSeconds: 3_600, inactiveCacheSeconds: 3_600 }],
    ['its secret in the body', { ...secret, method: 'client_secret_post' }],
    ['a key with an id and an algorithm', { ...keyed, keyId: 'k1', algorithm: 'ES256' }],
  ]
  for (const [what, value, more] of sound) {
    it(`may have ${what}`, () => {
      expect(faultsOf(value, more)).to.deep.equal([])
    })
  }

  const small = pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)
  const broken: readonly (readonly [what: string, value: object, faults: string[], more?: Partial<IssuerOptions>])[] = [
    ['no client id', { clientSecret: 'correct-horse' }, ['clientId']],
    ['neither secret nor key', { clientId: 'host' }, ['clientSecret']],
    ['an unknown method', { ...secret, method: 'none' }, ['method']],
    ['a key for the method of a secret', { ...secret, privateKey: ecKey }, ['privateKey']],
    ['a secret for the method of a key', { ...keyed, ...secret, method: 'private_key_jwt' }, ['clientSecret']],
    ['no key for the method of a key', { clientId: 'host', method: 'private_key_jwt' }, ['privateKey']],
    ['a key that is none', { clientId: 'host', privateKey: 'PRIVATE' }, ['privateKey']],
    ['a JWK that is broken', { clientId: 'host', privateKey: '{"kty":"PRIVATE' }, ['privateKey']],
    [
      'a JWK that is public',
      { clientId: 'host', privateKey: '{"kty":"OKP","crv":"Ed25519","x":"AA"}' },
      ['privateKey'],
    ],
    ['a key that is too small', { clientId: 'host', privateKey: small }, ['privateKey']],
    ['an algorithm of another kind', { ...keyed, algorithm: 'RS256' }, ['algorithm']],
    ['a symmetric algorithm', { ...keyed, algorithm: 'HS256' }, ['algorithm']],
    ['an endpoint that is not https', { ...secret, endpoint: 'http://as.example/i' }, ['endpoint']],
    ['an endpoint with credentials', { ...secret, endpoint: 'https://a:b@as.example/i' }, ['endpoint']],
    ['no endpoint beside jwksUri', secret, ['endpoint'], { jwksUri: `${issuer}/jwks` }],
    ['a time-out that is none', { ...secret, timeoutMs: 0 }, ['timeoutMs']],
    ['a cache for ever', { ...secret, cacheSeconds: Infinity }, ['cacheSeconds']],
    ['no time for what is not good', { ...secret, inactiveCacheSeconds: 0 }, ['inactiveCacheSeconds']],
  ]
  for (const [what, value, faults, more] of broken) {
    it(`must not have ${what}`, () => {
      expect(faultsOf(value, more)).to.deep.equal(faults.map((name) => `introspection.${name}`))
    })
  }

  const mends: readonly (readonly [setting: string, value: object, message: string, more?: Partial<IssuerOptions>])[] =
    [
      ['clientId', { ...secret, clientId: '' }, 'must be a non-empty string'],
      ['clientId', { ...secret, clientId: 7 }, 'must be a non-empty string'],
      [
        'method',
        { ...secret, method: 'none' },
        'must be one of client_secret_basic, client_secret_post, private_key_jwt',
      ],
      ['clientSecret', { ...secret, clientSecret: '' }, 'must be there for client_secret_basic'],
      [
        'clientSecret',
        { ...secret, clientSecret: 7, method: 'client_secret_post' },
        'must be there for client_secret_post',
      ],
      ['privateKey', { ...secret, privateKey: ecKey }, 'is for private_key_jwt'],
      ['keyId', { ...secret, keyId: 'k1' }, 'is for private_key_jwt'],
      ['algorithm', { ...secret, algorithm: 'ES256' }, 'is for private_key_jwt'],
      ['clientSecret', { ...keyed, ...secret, method: 'private_key_jwt' }, 'is not for private_key_jwt'],
      ['privateKey', { clientId: 'host', method: 'private_key_jwt' }, 'must be there for private_key_jwt'],
      ['privateKey', { clientId: 'host', privateKey: '' }, 'must be there for private_key_jwt'],
      ['privateKey', { clientId: 'host', privateKey: '{' }, 'must be a JWK as JSON, or PEM'],
      ['algorithm', { ...keyed, algorithm: 'RS256' }, 'must be one that the key can sign by: ES256'],
      ['endpoint', { ...secret, endpoint: '/i' }, 'must be an absolute URL'],
      [
        'endpoint',
        secret,
        'must be written down beside jwksUri: no metadata is fetched then',
        { jwksUri: `${issuer}/k` },
      ],
      ['timeoutMs', { ...secret, timeoutMs: 30_001 }, 'must be from 1 to 30000'],
      ['cacheSeconds', { ...secret, cacheSeconds: -1 }, 'must be from 0 to 3600'],
      ['cacheSeconds', { ...secret, cacheSeconds: 3_601 }, 'must be from 0 to 3600'],
      ['inactiveCacheSeconds', { ...secret, inactiveCacheSeconds: '30' }, 'must be from 1 to 3600'],
    ]
  for (const [setting, value, message, more] of mends) {
    it(`are told as "${setting} ${message}" where ${setting} is amiss`, () => {
      expect([...messagesOf(value, more)]).to.deep.equal([[`introspection.${setting}`, message]])
    })
  }

  it('are by secret where there is a secret beside the key: the key is one too many', () => {
    expect(faultsOf({ ...keyed, ...secret })).to.deep.equal(['introspection.privateKey'])
  })

  it('have their limits frozen', () => {
    for (const part of [introspectionLimits, ...Object.values(introspectionLimits)]) expect(part).to.be.frozen
  })

  it('are of one issuer at most', () => {
    const issuers = [issuer, 'https://other.example'].map((each) =>
      resolveIssuerSettings({ issuer: each, introspection: secret }, RESOURCE),
    )
    const cache = { maxEntries: 1, maxAgeSeconds: 1 }
    expect(() => createTokenVerifier({ issuers, cache, logger: createLog().logger })).to.throw(
      TypeError,
      'Two issuers introspect',
    )
  })
})
