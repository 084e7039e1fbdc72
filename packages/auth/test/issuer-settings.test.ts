import { expect } from 'chai'
import { IssuerSettingsError, resolveIssuerSettings } from '../src/index.ts'
import type { IssuerOptions } from '../src/index.ts'
import { RESOURCE } from './support/issuer.ts'

function faultsOf(options: IssuerOptions): readonly string[] {
  try {
    resolveIssuerSettings(options, RESOURCE)
    return []
  } catch (error) {
    if (!(error instanceof IssuerSettingsError)) throw error
    return error.faults.map(({ setting }) => setting)
  }
}

describe('resolveIssuerSettings', () => {
  it('fills in the documented defaults and freezes the result', () => {
    const settings = resolveIssuerSettings({ issuer: 'https://as.example' }, RESOURCE)
    expect(settings).to.deep.equal({
      issuer: 'https://as.example',
      audience: RESOURCE,
      algorithms: [
        ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
        ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
      ],
      tokenTypes: ['at+jwt'],
      dangerouslyAllowMissingTokenType: false,
      scopeClaim: 'scope',
      scopeFormat: 'string',
      clientIdClaim: 'client_id',
      claims: [],
      clockSkewSeconds: 5,
      dpop: 'off',
    })
    for (const part of [settings, settings.algorithms, settings.tokenTypes, settings.claims]) expect(part).to.be.frozen
  })

  it('takes what the operator wrote, and treats undefined as not written', () => {
    const given = {
      name: 'Acme',
      audience: 'api://x',
      algorithms: ['ES256'],
      tokenTypes: ['JWT'],
      dangerouslyAllowMissingTokenType: true,
      clockSkewSeconds: 60,
      dpop: 'allowed',
    } as const
    const rest = { scopeClaim: 'scp', scopeFormat: 'array', clientIdClaim: 'azp', claims: ['groups'] } as const
    const jwksUri = 'https://keys.example/jwks'
    const settings = resolveIssuerSettings({ issuer: 'https://as.example/t/', ...given, ...rest, jwksUri }, RESOURCE)
    expect(settings).to.deep.equal({ issuer: 'https://as.example/t/', ...given, ...rest, jwksUri })
    expect(faultsOf({ issuer: 'https://as.example', audience: undefined, jwksUri: undefined })).to.deep.equal([])
  })

  for (const issuer of ['http://127.0.0.1:9000', 'http://127.9.9.9', 'http://localhost:1', 'http://[::1]:1/realm']) {
    it(`accepts http on loopback: ${issuer}`, () => {
      expect(faultsOf({ issuer })).to.deep.equal([])
    })
  }

  const badIssuers = [
    ...['http://as.example', 'http://127.0.0.1.as.example', 'http://localhost.as.example', 'http://10.0.0.1'],
    ...['ftp://as.example', 'as.example', '', 'https://as.example?x=1', 'https://as.example/#x', ' https://as.example'],
    ...['https://user:pass@as.example', 'https://user@as.example', 'http://169.254.169.254/'],
  ]
  for (const issuer of badIssuers) {
    it(`refuses the issuer ${JSON.stringify(issuer)}`, () => {
      expect(faultsOf({ issuer })).to.deep.equal(['issuer'])
    })
  }

  for (const algorithm of ['none', 'HS256', 'HS512', 'es256', '', 'RSA-OAEP', 'dir']) {
    it(`refuses the algorithm ${JSON.stringify(algorithm)}`, () => {
      expect(faultsOf({ issuer: 'https://as.example', algorithms: ['ES256', algorithm] })).to.deep.equal([
        'algorithms[1]',
      ])
    })
  }

  it('refuses a switch that is no boolean, so that no text turns it on', () => {
    for (const value of ['false', 'true', 1, 0, {}]) {
      const options = {
        issuer: 'https://as.example',
        dangerouslyAllowMissingTokenType: value,
      } as unknown as IssuerOptions
      expect(faultsOf(options)).to.deep.equal(['dangerouslyAllowMissingTokenType'])
    }
  })

  it('refuses a clock skew over a minute, a negative one and one that is no number', () => {
    for (const clockSkewSeconds of [61, -1, Number.NaN, Infinity]) {
      expect(faultsOf({ issuer: 'https://as.example', clockSkewSeconds })).to.deep.equal(['clockSkewSeconds'])
    }
  })

  it('tells the operator of every setting what it must be', () => {
    const unusable = {
      issuer: 'https://as.example/?a',
      name: '',
      preset: 'acme',
      audience: 7,
      algorithms: [],
      tokenTypes: [7],
      dangerouslyAllowMissingTokenType: 'yes',
      scopeClaim: '',
      scopeFormat: 'list',
      clientIdClaim: '',
      claims: 'all',
      jwksUri: 'http://keys.example',
      clockSkewSeconds: '5',
      dpop: 'on',
    }
    expect(() => resolveIssuerSettings(unusable as unknown as IssuerOptions, RESOURCE))
      .to.throw(IssuerSettingsError)
      .with.property('faults')
      .that.deep.equals([
        { setting: 'issuer', message: 'must have no query (RFC 8414 section 2)' },
        { setting: 'name', message: 'must be a non-empty string' },
        { setting: 'preset', message: 'must be one of scalekit, keycloak, entra, okta, auth0' },
        { setting: 'audience', message: 'must be a non-empty string' },
        { setting: 'algorithms', message: 'must not be empty' },
        { setting: 'tokenTypes[0]', message: 'must be a non-empty string' },
        { setting: 'dangerouslyAllowMissingTokenType', message: 'must be true or false' },
        { setting: 'scopeClaim', message: 'must be a non-empty string' },
        { setting: 'scopeFormat', message: 'must be "string" or "array"' },
        { setting: 'clientIdClaim', message: 'must be a non-empty string' },
        { setting: 'claims', message: 'must be a list of strings' },
        { setting: 'jwksUri', message: 'must be https (http is for loopback addresses alone)' },
        { setting: 'clockSkewSeconds', message: 'must be a number of seconds from 0 to 60' },
        { setting: 'dpop', message: 'must be one of off, allowed, required' },
      ])
  })

  it('names the algorithms that there are where one is none of them', () => {
    const algorithms = ['ES256', 'HS256']
    expect(() => resolveIssuerSettings({ issuer: 'https://as.example', algorithms }, RESOURCE)).to.throw(
      IssuerSettingsError,
      'algorithms[1]: must be an asymmetric signature algorithm: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519',
    )
  })

  for (const setting of ['algorithms', 'tokenTypes', 'claims']) {
    it(`refuses ${setting} that are no list`, () => {
      for (const value of ['RS256', 7, {}]) {
        expect(faultsOf({ issuer: 'https://as.example', [setting]: value })).to.deep.equal([setting])
      }
    })
  }

  it('refuses a list without a token type, and a preset that every object has', () => {
    expect(faultsOf({ issuer: 'https://as.example', tokenTypes: [] })).to.deep.equal(['tokenTypes'])
    for (const preset of ['toString', '', 7, ['okta']]) {
      expect(faultsOf({ issuer: 'https://as.example', preset: preset as never })).to.deep.equal(['preset'])
    }
  })

  it('takes no clock skew at all, and one of a minute', () => {
    for (const clockSkewSeconds of [0, 60]) {
      expect(faultsOf({ issuer: 'https://as.example', clockSkewSeconds })).to.deep.equal([])
    }
  })

  it('reports every fault at once', () => {
    const faults = faultsOf({
      issuer: 'http://as.example',
      audience: '',
      algorithms: [],
      tokenTypes: [''],
      scopeClaim: '',
      clientIdClaim: '',
      claims: ['ok', ''],
      jwksUri: 'http://as.example/jwks',
      clockSkewSeconds: 600,
      dpop: 'on' as 'off',
    })
    expect(faults).to.deep.equal([
      ...['issuer', 'audience', 'algorithms', 'tokenTypes[0]', 'scopeClaim', 'clientIdClaim', 'claims[1]', 'jwksUri'],
      ...['clockSkewSeconds', 'dpop'],
    ])
  })
})
