import { expect } from 'chai'
import { AuthError, inspectToken, resolveIssuerSettings } from '../src/index.ts'
import type { IssuerOptions } from '../src/index.ts'
import { createSigningKey, goodClaims, goodHeader, RESOURCE, signToken } from './support/issuer.ts'
import type { SigningKey } from './support/issuer.ts'

const ISSUER = 'https://as.example'
const NOW = 1_800_000_000

describe('a token that is looked at without its signature', () => {
  let key: SigningKey

  before(async () => {
    key = await createSigningKey()
  })

  async function inspect(
    claims: Record<string, unknown> = {},
    more: Partial<IssuerOptions> = {},
    header: Record<string, unknown> = {},
  ) {
    const issuers = [{ issuer: 'https://other.example' }, { issuer: ISSUER, ...more }]
    const settings = issuers.map((each) => resolveIssuerSettings(each, RESOURCE))
    const token = await signToken(key, { ...goodClaims(ISSUER, NOW), ...claims }, { ...goodHeader(key), ...header })
    return inspectToken(token, settings, NOW)
  }

  it('says who it is for by the settings of its issuer, and all of its claims', async () => {
    const inspection = await inspect({ groups: ['admins'] })
    expect(inspection).to.deep.equal({
      principal: { issuer: ISSUER, subject: 'user-1', clientId: 'client-1', scopes: ['notes:read'], claims: {} },
      claims: { ...goodClaims(ISSUER, NOW), groups: ['admins'] },
      keyThumbprint: undefined,
      fault: undefined,
    })
  })

  it('names the key that it is bound to', async () => {
    const jkt = 'A'.repeat(43)
    expect(await inspect({ cnf: { jkt } }, { dpop: 'allowed' })).to.include({ keyThumbprint: jkt, fault: undefined })
  })

  it('is explained by who it is for, also where it would be refused, and names no key then', async () => {
    const inspection = await inspect({ exp: NOW - 60, cnf: { jkt: 'A'.repeat(43) } }, { dpop: 'allowed' })
    expect(inspection.fault).to.be.instanceOf(AuthError).with.property('detail', 'expired 60 s ago')
    expect(inspection.principal).to.have.property('subject', 'user-1')
    expect(inspection.claims).to.have.property('exp', NOW - 60)
    expect(inspection.keyThumbprint).to.equal(undefined)
  })

  it('is refused for its header as a host would', async () => {
    const { fault, principal } = await inspect({}, {}, { typ: 'JWT' })
    expect(fault).to.have.property('detail', 'typ is "JWT"')
    expect(principal).to.have.property('subject', 'user-1')
  })

  it('is for nobody where its issuer is none of the host', async () => {
    const { fault, principal, claims } = await inspect({ iss: 'https://stranger.example' })
    expect(fault).to.include({ code: 'invalid_token', detail: 'iss is no issuer of this host' })
    expect(principal).to.equal(undefined)
    expect(claims).to.have.property('iss', 'https://stranger.example')
  })

  it('says nothing where it cannot be read', () => {
    const settings = [resolveIssuerSettings({ issuer: ISSUER }, RESOURCE)]
    const { fault, ...rest } = inspectToken('no token', settings, NOW)
    expect(fault).to.have.property('code', 'invalid_token')
    expect(rest).to.deep.equal({ principal: undefined, claims: {}, keyThumbprint: undefined })
  })

  it('lets a fault of the host through instead of taking it for one of the token', async () => {
    const broken = Object.defineProperty({}, 'issuer', {
      get() {
        throw new RangeError('broken settings')
      },
    })
    const token = await signToken(key, goodClaims(ISSUER, NOW))
    expect(() => inspectToken(token, [broken as never], NOW)).to.throw(RangeError, 'broken settings')
  })
})
