import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { HELD_SCOPE } from './catalogue.ts'

/** An authorization server on loopback that publishes its metadata and its key, and hands out tokens. */
export interface BenchIssuer {
  readonly issuer: string
  readonly jwksUri: string
  /** ES256 access tokens of RFC 9068 for one resource, each of another subject. */
  makeTokens(resource: string, count: number): Promise<string[]>
  close(): void
}

/** Starts a {@link BenchIssuer}. */
export async function startIssuer(): Promise<BenchIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' }] })
  let metadata = ''
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(request.url === '/jwks' ? keys : metadata)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  const jwksUri = `${issuer}/jwks`
  metadata = JSON.stringify({
    issuer,
    jwks_uri: jwksUri,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
  })
  const makeToken = (resource: string, index: number): Promise<string> =>
    new SignJWT({ scope: HELD_SCOPE, client_id: 'bench-client', jti: `token-${String(index)}` })
      .setProtectedHeader({ alg: 'ES256', kid: 'bench', typ: 'at+jwt' })
      .setIssuer(issuer)
      .setAudience(resource)
      .setSubject(`caller-${String(index)}`)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey)
  return {
    issuer,
    jwksUri,
    makeTokens: (resource, count) =>
      Promise.all(Array.from({ length: count }, (_, index) => makeToken(resource, index))),
    close() {
      server.close()
    },
  }
}
