import type { IncomingHttpHeaders } from 'node:http'
import type { IssuerOptions } from '../../src/index.ts'
import { RESOURCE, startIssuer } from './issuer.ts'
import type { SigningKey, TestIssuer } from './issuer.ts'

/** One request to the introspection endpoint, as it came. */
export interface Asked {
  readonly headers: IncomingHttpHeaders
  readonly form: URLSearchParams
}

/** An answer as it goes out. */
export interface Answered {
  readonly status?: number
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Text as it is, or a value as JSON. */
  readonly body: unknown
}

/** An issuer over HTTP on loopback that answers what the test says. */
export interface IntrospectingIssuer extends AsyncDisposable {
  readonly server: TestIssuer
  readonly issuer: string
  readonly asked: Asked[]
  /** Answers to a token; by default every token is unknown. */
  answer: (token: string) => Answered | Promise<Answered>
  /** Settings under which this issuer is asked. */
  options(more?: Partial<IssuerOptions['introspection']>): IssuerOptions
}

export const INTROSPECT = '/introspect'
export const METADATA = '/.well-known/oauth-authorization-server'

export async function startIntrospectingIssuer(keys: readonly SigningKey[] = []): Promise<IntrospectingIssuer> {
  const server = await startIssuer(keys)
  const { issuer, origin } = server
  const made: IntrospectingIssuer = {
    server,
    issuer,
    asked: [],
    answer: () => ({ body: { active: false } }),
    options: (more = {}) => ({
      issuer,
      introspection: { clientId: 'host', clientSecret: 'correct-horse', ...more },
    }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
  const document = { issuer, jwks_uri: `${origin}/jwks`, introspection_endpoint: `${origin}${INTROSPECT}` }
  server.answers.set(METADATA, (_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(document))
  })
  server.answers.set(INTROSPECT, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString())
      made.asked.push({ headers: request.headers, form })
      void Promise.resolve(made.answer(form.get('token') ?? '')).then(({ status = 200, type, headers, body }) => {
        response.writeHead(status, { 'content-type': type ?? 'application/json', ...headers })
        response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body))
      })
    })
  })
  return made
}

/** What an issuer says of a good token at a time in seconds. */
export function activeAnswer(issuer: string, now: number): Record<string, unknown> {
  return {
    active: true,
    iss: issuer,
    aud: RESOURCE,
    sub: 'user-1',
    client_id: 'client-1',
    token_type: 'Bearer',
    jti: 'j1',
    scope: 'notes:read notes:write',
    iat: now,
    exp: now + 600,
  }
}
