import { expect } from 'chai'
import { KeyFetchError } from '../src/errors.ts'
import {
  discoverIssuer,
  introspectionEndpointOf,
  issuerMetadataUrls,
  verifyIssuerMetadata,
} from '../src/issuer-metadata.ts'
import { sendJson, startIssuer } from './support/issuer.ts'
import type { TestIssuer } from './support/issuer.ts'

const OAUTH = '/.well-known/oauth-authorization-server'
const OIDC = '/.well-known/openid-configuration'

describe('issuerMetadataUrls', () => {
  const vectors: readonly [issuer: string, urls: readonly string[]][] = [
    ['https://as.example', [`https://as.example${OAUTH}`, `https://as.example${OIDC}`]],
    ['https://as.example/', [`https://as.example${OAUTH}`, `https://as.example${OIDC}`]],
    ['https://as.example/a/b', [`https://as.example${OAUTH}/a/b`, `https://as.example/a/b${OIDC}`]],
    ['https://as.example/a/', [`https://as.example${OAUTH}/a`, `https://as.example/a${OIDC}`]],
    ['http://127.0.0.1:9000/a', [`http://127.0.0.1:9000${OAUTH}/a`, `http://127.0.0.1:9000/a${OIDC}`]],
  ]
  for (const [issuer, urls] of vectors) {
    it(`puts the well-known part of ${issuer} before its path, then behind it`, () => {
      expect(issuerMetadataUrls(issuer)).to.deep.equal(urls)
    })
  }
})

describe('verifyIssuerMetadata', () => {
  const issuer = 'https://as.example'
  const jwks_uri = 'https://keys.example/jwks'

  it('hands on every member of a document whose issuer is equal', () => {
    const document = { issuer, jwks_uri, token_endpoint: 'https://as.example/token' }
    expect(verifyIssuerMetadata(document, issuer)).to.deep.equal(document)
  })

  it('takes http on loopback for an issuer that is itself http on loopback', () => {
    const local = { issuer: 'http://127.0.0.1:1', jwks_uri: 'http://127.0.0.1:2/jwks' }
    expect(verifyIssuerMetadata(local, 'http://127.0.0.1:1')).to.deep.equal(local)
  })

  const refused: readonly Record<string, unknown>[] = [
    { issuer: 'https://as.example/', jwks_uri },
    { issuer: 'https://AS.example', jwks_uri },
    { issuer: [issuer], jwks_uri },
    { jwks_uri },
    { issuer },
    { issuer, jwks_uri: '/jwks' },
    { issuer, jwks_uri: 'http://keys.example/jwks' },
    { issuer, jwks_uri: 'http://127.0.0.1/jwks' },
    { issuer, jwks_uri: 'file:///etc/jwks' },
    { issuer, jwks_uri: 'data:application/json,{}' },
    { issuer, jwks_uri: 'https://user:pass@keys.example/jwks' },
  ]
  for (const document of refused) {
    it(`refuses ${JSON.stringify(document)}`, () => {
      expect(() => verifyIssuerMetadata(document, issuer))
        .to.throw(KeyFetchError)
        .with.property('code', 'unusable')
    })
  }

  it('tells the operator what is wrong with the document', () => {
    const local = 'http://127.0.0.1:1'
    for (const [document, by, fault] of [
      [{ issuer: 'https://as.example/', jwks_uri }, issuer, 'the metadata names another issuer'],
      [{ issuer }, issuer, 'the metadata names no jwks_uri'],
      [{ issuer, jwks_uri: [jwks_uri] }, issuer, 'the metadata names no jwks_uri'],
      [{ issuer, jwks_uri: 'http://127.0.0.1/jwks' }, issuer, 'the jwks_uri is not https'],
      [{ issuer: local, jwks_uri: 'http://keys.example/jwks' }, local, 'the jwks_uri is not https'],
      [{ issuer: local, jwks_uri: 'ftp://127.0.0.1/jwks' }, local, 'the jwks_uri is not https'],
      [{ issuer, jwks_uri: 'https://user@keys.example/jwks' }, issuer, 'the jwks_uri holds credentials'],
      [{ issuer, jwks_uri: 'https://:pass@keys.example/jwks' }, issuer, 'the jwks_uri holds credentials'],
    ] as const) {
      expect(() => verifyIssuerMetadata(document, by))
        .to.throw(KeyFetchError)
        .with.property('message', fault)
    }
  })

  it('lets the keys be missing where they are optional, and a bad address of them no more than elsewhere', () => {
    expect(verifyIssuerMetadata({ issuer }, issuer, { keysOptional: true })).to.deep.equal({ issuer })
    const document = { issuer, jwks_uri: 'http://keys.example/jwks' }
    expect(() => verifyIssuerMetadata(document, issuer, { keysOptional: true })).to.throw(KeyFetchError)
    const good = { issuer, jwks_uri }
    expect(verifyIssuerMetadata(good, issuer, { keysOptional: true })).to.deep.equal(good)
  })

  it('gives an introspection endpoint that may be used, or none', () => {
    const endpointOf = (introspection_endpoint: unknown) =>
      introspectionEndpointOf({ issuer, introspection_endpoint }, issuer)
    expect(endpointOf('https://as.example/introspect')).to.equal('https://as.example/introspect')
    expect(introspectionEndpointOf(undefined, issuer), 'no metadata yet').to.equal(undefined)
    for (const bad of [
      undefined,
      1,
      '/introspect',
      'http://as.example/introspect',
      'https://a@as.example/introspect',
    ]) {
      expect(endpointOf(bad)).to.equal(undefined)
    }
  })
})

describe('discoverIssuer', () => {
  let server: TestIssuer

  beforeEach(async () => {
    server = await startIssuer([])
  })
  afterEach(async () => {
    await server[Symbol.asyncDispose]()
  })

  function discover(keysOptional = false, timeoutMs = 5_000) {
    const bounds = { timeoutMs, maxBytes: 10_000, signal: new AbortController().signal }
    return discoverIssuer(server.issuer, { fetch, ...bounds, keysOptional })
  }

  it('looks no further than to the first document that does', async () => {
    expect(await discover()).to.have.property('issuer', server.issuer)
    expect(server.requests).to.deep.equal([OAUTH])
  })

  it('goes on where a document does not do, and lets its keys be missing where they are optional', async () => {
    server.answers.set(OAUTH, sendJson({ issuer: 'https://other.example' }))
    server.answers.set(OIDC, sendJson({ issuer: server.issuer }))
    expect(await discover(true)).to.deep.equal({ issuer: server.issuer })
    expect(server.requests).to.deep.equal([OAUTH, OIDC])
  })

  it('tells of every place why nothing there does', async () => {
    server.answers.set(OAUTH, sendJson({ issuer: 'https://other.example' }))
    const error = await discover().catch((reason: unknown) => reason)
    expect(error)
      .to.be.instanceOf(KeyFetchError)
      .and.include({
        code: 'unusable',
        message: `no usable metadata: the metadata names another issuer; status 404 from ${server.origin}${OIDC}`,
      })
  })

  it('does not try a host again that does not answer', async () => {
    server.down = true
    const error = await discover().catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(KeyFetchError).with.property('code', 'unreachable')
    expect(server.requests).to.deep.equal([OAUTH])
  })

  it('lets a fault of the host through', async () => {
    expect(await discover(false, -1).catch((reason: unknown) => reason)).to.be.instanceOf(RangeError)
  })
})
