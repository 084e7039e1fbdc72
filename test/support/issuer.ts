import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What may differ from a good token. */
export interface TokenOptions {
  readonly scope?: string
  readonly subject?: string
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  /** Seconds from now. */
  readonly expiresIn?: number
}

/** A real authorization server as far as a resource server sees one: metadata, keys, tokens. */
export interface TestIssuer {
  readonly issuer: string
  token(resource: string, options?: TokenOptions): Promise<string>
  /** How often the key set was fetched. */
  readonly keyFetches: () => number
  close(): Promise<void>
}

/** Starts an issuer on loopback with one ES256 key. */
export async function startIssuer(): Promise<TestIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'ES256', use: 'sig' }
  let fetches = 0
  const server = createServer((request, response) => {
    const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
    response.setHeader('content-type', 'application/json')
    if (request.url === '/jwks') {
      fetches++
      response.end(JSON.stringify({ keys: [jwk] }))
    } else if (request.url === '/.well-known/oauth-authorization-server') {
      const document = {
        issuer: origin,
        jwks_uri: `${origin}/jwks`,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
      }
      response.end(JSON.stringify(document))
    } else {
      response.statusCode = 404
      response.end('{}')
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  return {
    issuer,
    token: (resource, options) => signToken(privateKey, issuer, resource, options),
    keyFetches: () => fetches,
    close: () => closeServer(server),
  }
}

function signToken(key: CryptoKey, issuer: string, resource: string, options: TokenOptions = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: issuer,
    aud: resource,
    sub: options.subject ?? 'user-1',
    client_id: 'test-client',
    jti: crypto.randomUUID(),
    scope: options.scope ?? '',
    iat: now,
    exp: now + (options.expiresIn ?? 300),
    ...options.claims,
  }
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'key-1', ...options.header })
    .sign(key)
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve()
    })
    server.closeAllConnections()
  })
}
