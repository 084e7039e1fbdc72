import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { HELD_SCOPE } from './catalogue.ts'
import { createIntrospection } from './introspection.ts'
import type { Caller } from './messages.ts'

/** What a token is: a JWT, a JWT that is bound to a key of its caller, or a text that means nothing to anybody else. */
export type TokenKind = 'plain' | 'bound' | 'opaque'

/** An authorization server on loopback that publishes its metadata and its key, hands out tokens and is asked about them. */
export interface BenchIssuer {
  readonly issuer: string
  readonly jwksUri: string
  /** Access tokens for one resource, each of another subject: ES256 and as in RFC 9068 unless they are opaque. */
  makeCallers(resource: string, count: number, kind: TokenKind): Promise<Caller[]>
  /** How often it was asked about an opaque token. */
  questions(): number
  close(): void
}

/** What a token says, or the issuer of it. */
function claimsOf(issuer: string, resource: string, index: number): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000)
  return {
    iss: issuer,
    aud: resource,
    sub: `caller-${String(index)}`,
    scope: HELD_SCOPE,
    client_id: 'bench-client',
    jti: `token-${String(index)}`,
    iat: now,
    exp: now + 3600,
  }
}

/** Starts a {@link BenchIssuer}. */
export async function startIssuer(): Promise<BenchIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' }] })
  const introspection = createIntrospection()
  let metadata = ''
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    if (request.url === '/introspect') void introspection.answer(request, response)
    else response.end(request.url === '/jwks' ? keys : metadata)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  const jwksUri = `${issuer}/jwks`
  metadata = JSON.stringify({
    issuer,
    jwks_uri: jwksUri,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    introspection_endpoint: `${issuer}/introspect`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
  })
  const sign = (claims: Record<string, unknown>): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'bench', typ: 'at+jwt' }).sign(privateKey)
  const makers: Record<TokenKind, (claims: Record<string, unknown>) => Promise<Caller>> = {
    plain: async (claims) => ({ token: await sign(claims) }),
    bound: async (claims) => {
      const proofKey = await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey)
      return { token: await sign({ ...claims, cnf: { jkt: await calculateJwkThumbprint(proofKey) } }), proofKey }
    },
    opaque: (claims) => Promise.resolve({ token: introspection.makeToken({ ...claims, token_type: 'Bearer' }) }),
  }
  return {
    issuer,
    jwksUri,
    makeCallers: (resource, count, kind) =>
      Promise.all(Array.from({ length: count }, (_, index) => makers[kind](claimsOf(issuer, resource, index)))),
    questions: () => introspection.questions(),
    close() {
      server.close()
    },
  }
}
