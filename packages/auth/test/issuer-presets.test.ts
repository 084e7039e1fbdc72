import { expect } from 'chai'
import type { JWTHeaderParameters } from 'jose'
import { issuerPresets, resolveIssuerSettings, signatureAlgorithms } from '../src/index.ts'
import type { IssuerOptions, IssuerPreset } from '../src/index.ts'
import { expectAuthError } from './support/expect-auth-error.ts'
import { createSigningKey, RESOURCE, signToken, startIssuer } from './support/issuer.ts'
import type { SigningKey, TestIssuer } from './support/issuer.ts'
import { createBench } from './support/verifier.ts'

/** A token of the shape that docs/authorization-servers describes, without `iss` and times. */
interface DocumentedToken {
  readonly preset: IssuerPreset
  readonly audience: string
  readonly header: Pick<JWTHeaderParameters, 'typ'>
  readonly claims: Readonly<Record<string, unknown>>
  readonly clientId: string
  /** The same claims with another place for the scopes: it gives none, or the token is refused. */
  readonly elsewhere: Readonly<Record<string, unknown>>
}

const tenant = '11111111-2222-3333-4444-555555555555'
const documented: readonly DocumentedToken[] = [
  {
    preset: 'scalekit',
    audience: 'res_123456789',
    header: { typ: 'JWT' },
    claims: {
      aud: ['res_123456789', RESOURCE],
      client_id: 'skc_1',
      scopes: ['notes:read', 'notes:write'],
      roles: ['admin'],
      permissions: ['notes:admin'],
      oid: 'org_1',
    },
    clientId: 'skc_1',
    elsewhere: { scopes: undefined, scope: 'notes:read' },
  },
  {
    preset: 'keycloak',
    audience: RESOURCE,
    header: { typ: 'JWT' },
    claims: {
      aud: [RESOURCE, 'account'],
      typ: 'Bearer',
      azp: 'inspector',
      scope: 'notes:read notes:write',
      realm_access: { roles: ['notes:admin'] },
      resource_access: { account: { roles: ['view-profile'] } },
    },
    clientId: 'inspector',
    elsewhere: { scope: undefined, roles: ['notes:read'] },
  },
  {
    preset: 'entra',
    audience: '66666666-7777-8888-9999-000000000000',
    header: { typ: 'JWT' },
    claims: {
      aud: '66666666-7777-8888-9999-000000000000',
      azp: '77777777-8888-9999-0000-111111111111',
      azpacr: '0',
      scp: 'notes:read notes:write',
      roles: ['notes:admin'],
      oid: 'aaaaaaaa-0000-0000-0000-000000000000',
      tid: tenant,
      ver: '2.0',
    },
    clientId: '77777777-8888-9999-0000-111111111111',
    elsewhere: { scp: undefined, roles: ['notes:read'] },
  },
  {
    preset: 'okta',
    audience: RESOURCE,
    header: {},
    claims: {
      ver: 1,
      jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
      aud: RESOURCE,
      cid: '0oabv6kx4qq6h1U5l0h7',
      uid: '00uixa271s6x7qt8I0h7',
      scp: ['notes:read', 'notes:write'],
      groups: ['notes:admin'],
    },
    clientId: '0oabv6kx4qq6h1U5l0h7',
    elsewhere: { scp: undefined, scope: 'notes:read' },
  },
  {
    preset: 'auth0',
    audience: RESOURCE,
    header: { typ: 'at+jwt' },
    claims: {
      aud: [RESOURCE, 'https://acme.eu.auth0.example/userinfo'],
      client_id: 'my_client_id',
      scope: 'notes:read notes:write',
      permissions: ['notes:admin'],
      jti: 'j1',
    },
    clientId: 'my_client_id',
    elsewhere: { scope: undefined, permissions: ['notes:read'] },
  },
]

describe('issuerPresets', () => {
  let key: SigningKey
  let issuer: TestIssuer

  before(async () => {
    key = await createSigningKey('RS256')
    issuer = await startIssuer([key])
  })

  after(() => issuer[Symbol.asyncDispose]())

  function open(options: Omit<IssuerOptions, 'issuer'>) {
    const bench = createBench([{ ...options, issuer: issuer.issuer }])
    const sign = (header: Partial<JWTHeaderParameters>, claims: Readonly<Record<string, unknown>>) => {
      const whole = { iss: issuer.issuer, sub: 'user-1', iat: bench.now(), exp: bench.now() + 600, ...claims }
      return signToken(key, whole, { alg: 'RS256', kid: 'k1', ...header })
    }
    return { bench, sign }
  }

  it('are frozen whole and pass for settings', () => {
    expect(issuerPresets).to.be.frozen
    for (const [name, preset] of Object.entries(issuerPresets)) {
      for (const part of [preset, preset.algorithms, preset.tokenTypes]) expect(part, name).to.be.frozen
      expect(signatureAlgorithms, name).to.include.members([...preset.algorithms])
    }
  })

  it('have a documented token each', () => {
    expect(documented.map(({ preset }) => preset)).to.have.members(Object.keys(issuerPresets))
  })

  for (const { preset, audience, header, claims, clientId, elsewhere } of documented) {
    describe(`of ${preset}`, () => {
      it('take scopes and client from the documented places, and from no other', async () => {
        const { bench, sign } = open({ preset, audience })
        using _ = bench
        const { principal } = await bench.verifier.verify(await sign(header, claims))
        expect(principal.scopes).to.deep.equal(['notes:read', 'notes:write'])
        expect(principal.clientId).to.equal(clientId)
        expect(principal.claims).to.deep.equal({})
        const without = await bench.verifier.verify(await sign(header, { ...claims, ...elsewhere }))
        expect(without.principal.scopes).to.deep.equal([])
      })

      it('refuse a token of another type or audience', async () => {
        const { bench, sign } = open({ preset, audience })
        using _ = bench
        for (const token of [
          await sign({ ...header, typ: 'id+jwt' }, claims),
          await sign(header, { ...claims, aud: 'another' }),
        ]) {
          await expectAuthError(bench.verifier.verify(token), 'invalid_token')
        }
      })

      it(`${preset === 'okta' ? 'take' : 'refuse'} a token that says no type`, async () => {
        const { bench, sign } = open({ preset, audience })
        using _ = bench
        const verified = sign({}, claims).then((token) => bench.verifier.verify(token))
        if (preset === 'okta') expect(await verified).to.have.property('principal')
        else expect((await expectAuthError(verified, 'invalid_token')).detail).to.equal('typ is missing')
      })

      // The documented profile of Auth0 is that of RFC 9068, as the defaults are.
      if (preset !== 'auth0') {
        it('need that preset: the defaults refuse the token', async () => {
          const { bench, sign } = open({ audience })
          using _ = bench
          await expectAuthError(bench.verifier.verify(await sign(header, claims)), 'invalid_token')
        })
      }
    })
  }

  it("stand under the operator's own settings, each for itself", () => {
    const options = {
      issuer: 'https://as.example',
      preset: 'okta',
      scopeClaim: 'permissions',
      claims: ['groups'],
    } as const
    const settings = resolveIssuerSettings({ ...options, dangerouslyAllowMissingTokenType: false }, RESOURCE)
    expect(settings).to.deep.include({
      preset: 'okta',
      scopeClaim: 'permissions',
      scopeFormat: 'array',
      clientIdClaim: 'cid',
      dangerouslyAllowMissingTokenType: false,
      claims: ['groups'],
    })
  })

  it('stand under settings that are written and equal to the default', () => {
    const settings = resolveIssuerSettings(
      { issuer: 'https://as.example', preset: 'entra', scopeClaim: 'scope' },
      RESOURCE,
    )
    expect(settings.scopeClaim).to.equal('scope')
  })

  for (const name of ['ping', 'toString', '__proto__', '']) {
    it(`are not found under ${JSON.stringify(name)}`, () => {
      const options = { issuer: 'https://as.example', preset: name } as unknown as IssuerOptions
      expect(() => resolveIssuerSettings(options, RESOURCE)).to.throw(/preset/)
    })
  }
})
