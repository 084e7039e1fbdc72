import { expect } from 'chai'
import {
  protectedResourceMetadata,
  protectedResourceMetadataPaths,
  protectedResourceMetadataUrl,
} from '../src/index.ts'

const ROOT = '/.well-known/oauth-protected-resource'

describe('protectedResourceMetadata', () => {
  const facts = {
    resource: 'https://TOOLS.example:443/mcp',
    authorizationServers: ['https://as.example'],
    scopesSupported: ['notes:read', 'offline_access', 'notes:write', 'notes:read'],
    resourceName: 'Acme tools',
  }

  it('states the resource byte for byte, its issuers, each scope once and the header as the only method', () => {
    expect(protectedResourceMetadata(facts)).to.deep.equal({
      resource: 'https://TOOLS.example:443/mcp',
      authorization_servers: ['https://as.example'],
      scopes_supported: ['notes:read', 'notes:write'],
      bearer_methods_supported: ['header'],
      resource_name: 'Acme tools',
    })
  })

  it('leaves members without a value out: no nulls, no empty arrays', () => {
    const document = protectedResourceMetadata({
      ...facts,
      scopesSupported: ['offline_access'],
      resourceName: undefined,
    })
    expect(Object.keys(document)).to.deep.equal(['resource', 'authorization_servers', 'bearer_methods_supported'])
  })

  const bearer = { name: 'Bearer' } as const
  const dpop = { name: 'DPoP', algorithms: ['ES256', 'EdDSA'] } as const

  it('says by which algorithms proofs are signed where tokens may be bound', () => {
    const document = protectedResourceMetadata({ ...facts, schemes: [bearer, dpop] })
    expect(document.dpop_signing_alg_values_supported).to.deep.equal(['ES256', 'EdDSA']).and.be.frozen
    expect(document).not.to.have.property('dpop_bound_access_tokens_required')
  })

  it('says that tokens must be bound where they must', () => {
    const document = protectedResourceMetadata({ ...facts, schemes: [dpop] })
    expect(document).to.include({ dpop_bound_access_tokens_required: true })
    expect(document.dpop_signing_alg_values_supported).to.deep.equal(['ES256', 'EdDSA'])
  })

  it('says nothing of proofs where every token is plain', () => {
    const document = protectedResourceMetadata({ ...facts, schemes: [bearer] })
    expect(document).to.deep.equal(protectedResourceMetadata(facts))
  })

  it('is frozen all the way down', () => {
    const document = protectedResourceMetadata(facts)
    for (const part of [document, document.authorization_servers, document.scopes_supported]) expect(part).to.be.frozen
    expect(document.bearer_methods_supported).to.be.frozen
  })

  it('refuses to be written without an authorization server', () => {
    expect(() => protectedResourceMetadata({ ...facts, authorizationServers: [] })).to.throw(
      TypeError,
      'A protected resource names an authorization server',
    )
  })

  for (const resource of [
    '/mcp',
    'tools.example/mcp',
    'urn:x:y',
    'https://tools.example/mcp#part',
    'https://x.example/#',
  ]) {
    it(`refuses the resource ${resource}`, () => {
      const told = resource.includes('#')
        ? 'A resource identifier has no fragment (RFC 8707 section 2)'
        : 'A resource identifier is an absolute http(s) URL'
      expect(() => protectedResourceMetadata({ ...facts, resource })).to.throw(TypeError, told)
      expect(() => protectedResourceMetadataPaths(resource)).to.throw(TypeError, told)
      expect(() => protectedResourceMetadataUrl(resource)).to.throw(TypeError, told)
    })
  }
})

describe('where the metadata is', () => {
  const vectors: readonly [resource: string, paths: readonly string[], url: string][] = [
    ['https://x.example/mcp', [`${ROOT}/mcp`, ROOT], `https://x.example${ROOT}/mcp`],
    ['https://x.example/a/b', [`${ROOT}/a/b`, ROOT], `https://x.example${ROOT}/a/b`],
    ['https://x.example/mcp/', [`${ROOT}/mcp/`, ROOT], `https://x.example${ROOT}/mcp/`],
    ['https://x.example', [ROOT], `https://x.example${ROOT}`],
    ['https://x.example/', [ROOT], `https://x.example${ROOT}`],
    ['http://127.0.0.1:8787/mcp', [`${ROOT}/mcp`, ROOT], `http://127.0.0.1:8787${ROOT}/mcp`],
    ['https://x.example/mcp?a=b', [`${ROOT}/mcp`, ROOT], `https://x.example${ROOT}/mcp?a=b`],
  ]
  for (const [resource, paths, url] of vectors) {
    it(`is inserted before the path of ${resource}`, () => {
      expect(protectedResourceMetadataPaths(resource)).to.deep.equal(paths)
      expect(protectedResourceMetadataUrl(resource)).to.equal(url)
    })
  }
})
