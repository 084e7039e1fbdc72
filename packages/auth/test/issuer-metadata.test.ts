import { expect } from 'chai'
import { KeyFetchError } from '../src/errors.ts'
import { issuerMetadataUrls, verifyIssuerMetadata } from '../src/issuer-metadata.ts'

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
})
