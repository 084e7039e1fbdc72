import { env, redact, secretsOf } from '@toolgate/config'
import { expect } from 'chai'
import { generateKeyPairSync } from 'node:crypto'
import { faultsOf, resolved } from './support/faults.ts'

const jwk = JSON.stringify(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }))
const environment = { SECRET: 'correct-horse', KEY: jwk }
const bySecret = { clientId: 'host', clientSecret: env('SECRET') }

function withIntrospection(...introspections: readonly unknown[]): object {
  return {
    authorizationServers: introspections.map((introspection, index) => ({
      issuer: `https://as-${String(index)}.example`,
      introspection,
    })),
  }
}

function told(config: object): readonly string[] {
  return faultsOf(config, environment).map(({ code, path, message }) => {
    expect(message).not.to.include('correct-horse')
    return `${code} ${path}`
  })
}

describe('introspection in the config', () => {
  it('comes out with its defaults, and shows neither secret nor key', () => {
    for (const introspection of [bySecret, { clientId: 'host', privateKey: env('KEY') }]) {
      const config = resolved(withIntrospection(introspection), environment)
      expect(config.authorizationServers[0]?.introspection).to.deep.include({
        clientId: 'host',
        method: 'clientSecret' in introspection ? 'client_secret_basic' : 'private_key_jwt',
        timeoutMs: 3_000,
        cacheSeconds: 60,
        inactiveCacheSeconds: 30,
      })
      const shown = JSON.stringify(redact(config))
      expect(shown).to.include('[redacted]')
      for (const secret of ['correct-horse', jwk, JSON.stringify(jwk).slice(1, -1)]) {
        expect(shown).not.to.include(secret)
      }
      expect(secretsOf(config)).to.have.length(1)
    }
  })

  it('is a fault at every issuer but the first', () => {
    expect(told(withIntrospection(bySecret, undefined, bySecret))).to.deep.equal([
      'duplicate_issuer authorizationServers[2].introspection',
    ])
  })

  it('says of a credential that is missing where to take it from, and what else there is', () => {
    for (const [more, path, there, instead] of [
      [{}, 'clientSecret', "clientSecret: env('", "privateKey: env('"],
      [{ method: 'private_key_jwt' }, 'privateKey', "privateKey: env('", "clientSecret: env('"],
    ] as const) {
      const [one, ...others] = faultsOf(withIntrospection({ clientId: 'host', ...more }), environment)
      expect(others).to.deep.equal([])
      expect(one?.path).to.equal(`authorizationServers[0].introspection.${path}`)
      expect(one?.mend.indexOf(there)).to.be.greaterThan(0)
      expect(one?.mend.indexOf(instead)).to.be.greaterThan(one?.mend.indexOf(there) ?? 0)
    }
    const [short] = faultsOf(withIntrospection({ clientId: 'host', clientSecret: env('SHORT') }), { SHORT: 'abc' })
    expect(short).to.include({ message: 'must have at least 4 characters' })
    expect(short?.mend).to.include('env(...)').and.include('at least 4 characters')
  })

  const cases: readonly (readonly [what: string, introspection: unknown, faults: readonly string[]])[] = [
    ['a secret in the file', { clientId: 'host', clientSecret: 'written-down' }, ['bad_issuer .clientSecret']],
    [
      'a secret that is only a default',
      { clientId: 'host', clientSecret: env('UNSET', { default: 'written-down' }) },
      ['bad_issuer .clientSecret'],
    ],
    ['a key in the file', { clientId: 'host', privateKey: `${jwk} ` }, ['bad_issuer .privateKey']],
    ['a secret that is not set', { clientId: 'host', clientSecret: env('UNSET') }, ['env_unset .clientSecret']],
    ['no client id', { clientSecret: env('SECRET') }, ['bad_value .clientId']],
    ['an unknown key', { ...bySecret, secret: 'x' }, ['unknown_key .secret']],
    ['an unknown method', { ...bySecret, method: 'none' }, ['bad_value .method']],
    [
      'a secret for private_key_jwt',
      { ...bySecret, method: 'private_key_jwt' },
      ['bad_issuer .clientSecret', 'bad_issuer .privateKey'],
    ],
    ['what is no key', { clientId: 'host', privateKey: env('SECRET') }, ['bad_issuer .privateKey']],
    ['an endpoint that is not https', { ...bySecret, endpoint: 'http://as.example/i' }, ['bad_issuer .endpoint']],
    ['a cache of a day', { ...bySecret, cacheSeconds: 86_400 }, ['bad_value .cacheSeconds']],
  ]
  for (const [what, introspection, faults] of cases) {
    it(`names ${what}`, () => {
      const expected = faults.map((each) => each.replace(' ', ' authorizationServers[0].introspection'))
      expect(told(withIntrospection(introspection))).to.deep.equal(expected)
    })
  }
})
