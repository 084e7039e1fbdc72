import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { CryptoKey, JWK, JWTHeaderParameters } from 'jose'

/** The resource that the tests protect. */
export const RESOURCE = 'https://tools.example/mcp'

/** A key pair with the public key as it is published. */
export interface SigningKey {
  readonly privateKey: CryptoKey
  readonly jwk: JWK
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A real authorization server as far as a resource server sees one: metadata and keys over HTTP on loopback. */
export interface TestIssuer extends AsyncDisposable {
  readonly issuer: string
  readonly origin: string
  /** Paths that were asked for, in order. */
  readonly requests: string[]
  /** What is published; replace it to rotate keys. */
  jwks: unknown
  /** Overrides of what a path answers. */
  readonly answers: Map<string, Answer>
  /** While true, every connection is cut. */
  down: boolean
}

export async function createSigningKey(alg = 'ES256', kid = 'k1'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), alg, use: 'sig', kid } }
}

export function sendJson(value: unknown): Answer {
  return (_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(value))
  }
}

export async function startIssuer(
  keys: readonly SigningKey[],
  { path = '', metadataPath = '/.well-known/oauth-authorization-server' } = {},
): Promise<TestIssuer> {
  const server = createServer((request, response) => {
    const { url = '' } = request
    issuer.requests.push(url)
    if (issuer.down) {
      request.socket.destroy()
      return
    }
    const answer = issuer.answers.get(url)
    if (answer === undefined) {
      response.writeHead(404).end()
      return
    }
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const origin = `http://127.0.0.1:${String(address.port)}`
  const issuer: TestIssuer = {
    issuer: `${origin}${path}`,
    origin,
    requests: [],
    jwks: { keys: keys.map(({ jwk }) => jwk) },
    answers: new Map(),
    down: false,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  issuer.answers.set(metadataPath, sendJson({ issuer: issuer.issuer, jwks_uri: `${origin}/jwks` }))
  issuer.answers.set('/jwks', (request, response) => {
    sendJson(issuer.jwks)(request, response)
  })
  return issuer
}

/** Claims of a good token at a time in seconds. */
export function goodClaims(issuer: string, now: number): Record<string, unknown> {
  return {
    iss: issuer,
    aud: RESOURCE,
    sub: 'user-1',
    client_id: 'client-1',
    jti: 'j1',
    scope: 'notes:read',
    iat: now,
    exp: now + 600,
  }
}

export function goodHeader({ jwk }: SigningKey): JWTHeaderParameters {
  return { alg: jwk.alg ?? 'ES256', typ: 'at+jwt', ...(jwk.kid !== undefined && { kid: jwk.kid }) }
}

/** Signs claims as they are: nothing is added or checked. */
export function signToken(
  key: SigningKey,
  claims: Record<string, unknown>,
  header: JWTHeaderParameters = goodHeader(key),
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader(header).sign(key.privateKey, { crit: { 'x-unknown': true } })
}
