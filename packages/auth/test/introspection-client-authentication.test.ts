import { expect } from 'chai'
import { decodeJwt, decodeProtectedHeader, exportJWK, exportPKCS8, generateKeyPair, jwtVerify } from 'jose'
import { createClientAuthentication } from '../src/introspection-client-authentication.ts'
import { resolveIntrospection } from '../src/introspection-settings.ts'
import type { IntrospectionOptions } from '../src/index.ts'

const ISSUER = 'https://as.example/realm'
const NOW = 1_800_000_000

function authenticate(options: Partial<IntrospectionOptions>) {
  const settings = resolveIntrospection({ clientId: 'a host:é', ...options })
  return createClientAuthentication(settings, ISSUER)(NOW + 0.9)
}

describe('the client authentication of introspection', () => {
  it('form-encodes id and secret of a Basic header, each for itself', async () => {
    const { headers, parameters } = await authenticate({ clientSecret: 'a+b c%:&' })
    expect(parameters).to.deep.equal({})
    const [scheme, credentials = ''] = (headers.authorization ?? '').split(' ')
    expect(scheme).to.equal('Basic')
    expect(Buffer.from(credentials, 'base64').toString()).to.equal('a+host%3A%C3%A9:a%2Bb+c%25%3A%26')
  })

  it('puts id and secret into the body as they are', async () => {
    const { headers, parameters } = await authenticate({ method: 'client_secret_post', clientSecret: 'a+b c%:&' })
    expect(headers).to.deep.equal({})
    expect(parameters).to.deep.equal({ client_id: 'a host:é', client_secret: 'a+b c%:&' })
  })

  it('signs an assertion of one minute for the issuer alone, another one each time', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = { ...(await exportJWK(privateKey)), kid: 'host-1' }
    const { headers, parameters } = await authenticate({ privateKey: JSON.stringify(jwk) })
    expect(headers).to.deep.equal({})
    expect(parameters.client_id).to.equal('a host:é')
    expect(parameters.client_assertion_type).to.equal('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    const assertion = parameters.client_assertion ?? ''
    const { payload, protectedHeader } = await jwtVerify(assertion, publicKey, { currentDate: new Date(NOW * 1000) })
    expect(protectedHeader).to.deep.equal({ alg: 'ES256', typ: 'client-authentication+jwt', kid: 'host-1' })
    const { jti, ...claims } = payload
    expect(claims).to.deep.equal({ iss: 'a host:é', sub: 'a host:é', aud: ISSUER, iat: NOW, exp: NOW + 60 })
    const other = await authenticate({ privateKey: JSON.stringify(jwk) })
    expect(decodeJwt(other.parameters.client_assertion ?? '').jti)
      .to.be.a('string')
      .and.not.equal(jti)
  })

  const kinds: readonly (readonly [alg: string, wanted: Partial<IntrospectionOptions>, sent: string])[] = [
    ['RS256', {}, 'RS256'],
    ['RS256', { algorithm: 'PS256', keyId: 'mine' }, 'PS256'],
    ['ES384', {}, 'ES384'],
    ['ES512', {}, 'ES512'],
    ['EdDSA', {}, 'EdDSA'],
  ]
  for (const [alg, wanted, sent] of kinds) {
    it(`signs by ${sent} with a PEM key of ${alg} ${JSON.stringify(wanted)}`, async () => {
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
      const pem = (await exportPKCS8(privateKey)).replaceAll('\n', '\\n')
      const { parameters } = await authenticate({ privateKey: pem, ...wanted })
      const assertion = parameters.client_assertion ?? ''
      expect(decodeProtectedHeader(assertion)).to.deep.equal({
        alg: sent,
        typ: 'client-authentication+jwt',
        ...(wanted.keyId !== undefined && { kid: wanted.keyId }),
      })
      if (sent === alg) await jwtVerify(assertion, publicKey, { currentDate: new Date(NOW * 1000) })
    })
  }
})
