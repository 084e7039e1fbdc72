import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import type { ClientMetadata } from 'oidc-provider'
import { createMemoryAdapter } from './memory-adapter.ts'

/** A certified authorization server that issues opaque tokens and answers about them. */
export interface OpaqueIssuer {
  readonly issuer: string
  /** Settings of `introspection` for each way to authenticate, with the values for `$env`. */
  readonly clients: Readonly<Record<'client_secret_basic' | 'client_secret_post' | 'private_key_jwt', object>>
  readonly environment: Readonly<Record<string, string>>
  /** Gets a token of a program at the token endpoint. */
  robotToken(resource: string, scope: string, format?: 'opaque' | 'jwt'): Promise<string>
  /** Makes a token of a person who signed in before. */
  personToken(resource: string, scope: string, subject: string, groups?: readonly string[]): Promise<string>
  /** Makes a token that reads as it is told to, of a person who signed in before. */
  namedToken(value: string, resource: string, scope: string): Promise<void>
  /** Ends a token at the revocation endpoint. */
  revoke(token: string): Promise<void>
  /** How often tokens were asked about. */
  readonly introspections: () => number
  close(): Promise<void>
}

// Characters that only a form-encoded Basic header carries.
const secret = 'a secret: with+odd%characters'
const fixtureScopes = 'fixture:read fixture:write fixture:admin'

/**
 * Starts an issuer on loopback.
 *
 * @param scopes what it may grant, space-delimited
 */
export async function startOpaqueIssuer(scopes: string = fixtureScopes): Promise<OpaqueIssuer> {
  const [signing, host] = await Promise.all([privateJwk('as-1'), privateJwk('host-1')])
  let introspections = 0
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  const provider = createProvider({ issuer, signing, host, scopes })
  const serve = provider.callback()
  server.on('request', (request, response) => {
    if (request.url === '/token/introspection') introspections += 1
    void serve(request, response)
  })
  const post = async (path: string, client: string, form: Readonly<Record<string, string>>) => {
    const body = new URLSearchParams({ ...form, client_id: client, client_secret: secret })
    const response = await fetch(`${issuer}${path}`, { method: 'POST', body })
    if (!response.ok) throw new Error(`${path}: ${String(response.status)} ${await response.text()}`)
    return response.text()
  }
  return {
    issuer,
    clients: {
      client_secret_basic: { clientId: 'host basic', clientSecret: { $env: 'HOST_SECRET' } },
      client_secret_post: {
        clientId: 'host-post',
        method: 'client_secret_post',
        clientSecret: { $env: 'HOST_SECRET' },
      },
      private_key_jwt: { clientId: 'host-key', privateKey: { $env: 'HOST_KEY' } },
    },
    environment: { HOST_SECRET: secret, HOST_KEY: JSON.stringify(host) },
    async robotToken(resource, scope, format = 'opaque') {
      const text = await post('/token', `robot-${format}`, { grant_type: 'client_credentials', resource, scope })
      return (JSON.parse(text) as { access_token: string }).access_token
    },
    personToken: (resource, scope, subject, groups) => makePersonToken(provider, { resource, scope, subject, groups }),
    async namedToken(value, resource, scope) {
      await makePersonToken(provider, { resource, scope, subject: 'ada', groups: undefined, value })
    },
    async revoke(token) {
      await post('/token/revocation', 'robot-opaque', { token })
    },
    introspections: () => introspections,
    close: () => closeServer(server),
  }
}

async function privateJwk(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' }
}

function createProvider({
  issuer,
  signing,
  host,
  scopes,
}: {
  readonly issuer: string
  readonly signing: JWK
  readonly host: JWK
  readonly scopes: string
}): Provider {
  const { d: _private, ...publicKey } = host
  const clientOf = (id: string, more: Partial<ClientMetadata>): ClientMetadata => ({
    client_id: id,
    client_secret: secret,
    redirect_uris: [],
    response_types: [],
    grant_types: [],
    id_token_signed_response_alg: 'ES256',
    ...more,
  })
  const robot = { grant_types: ['client_credentials'], token_endpoint_auth_method: 'client_secret_post' } as const
  return new Provider(issuer, {
    clients: [
      clientOf('robot-opaque', { ...robot, grant_types: [...robot.grant_types] }),
      clientOf('robot-jwt', { ...robot, grant_types: [...robot.grant_types] }),
      clientOf('host basic', { token_endpoint_auth_method: 'client_secret_basic' }),
      clientOf('host-post', { token_endpoint_auth_method: 'client_secret_post' }),
      clientOf('host-key', { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [publicKey] } }),
    ],
    adapter: createMemoryAdapter(),
    cookies: { keys: ['cookie-key'] },
    jwks: { keys: [signing] },
    scopes: scopes.split(' '),
    ttl: { ClientCredentials: 600, AccessToken: 600, Grant: 600 },
    // It leaves sub out for programs; RFC 9068 section 2.2 makes it the client then.
    extraTokenClaims: (_ctx, token) => (token.kind === 'ClientCredentials' ? { sub: token.clientId } : token.extra),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: (_ctx, asking) => asking.clientId.startsWith('host') },
      revocation: { enabled: true, allowedPolicy: (_ctx, asking, token) => asking.clientId === token.clientId },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx, resource, client) => ({
          scope: scopes,
          audience: resource,
          accessTokenFormat: client.clientId === 'robot-jwt' ? 'jwt' : 'opaque',
          ...(client.clientId === 'robot-jwt' && { jwt: { sign: { alg: 'ES256' } } }),
        }),
      },
    },
  })
}

async function makePersonToken(
  provider: Provider,
  {
    resource,
    scope,
    subject,
    groups,
    value,
  }: { resource: string; scope: string; subject: string; groups: readonly string[] | undefined; value?: string },
): Promise<string> {
  const client = await provider.Client.find('robot-opaque')
  if (client === undefined) throw new Error('no such client')
  const grant = new provider.Grant({ accountId: subject, clientId: client.clientId })
  grant.addResourceScope(resource, scope)
  const token = new provider.AccessToken({
    accountId: subject,
    client,
    grantId: await grant.save(),
    scope,
    gty: 'authorization_code',
    ...(groups !== undefined && { extra: { groups } }),
  })
  token.resourceServer = new provider.ResourceServer(resource, {
    scope,
    audience: resource,
    accessTokenFormat: 'opaque',
  })
  // The provider names the format of a token where it makes up its value.
  if (value !== undefined) Object.assign(token, { jti: value, format: 'opaque' })
  return token.save()
}

function closeServer(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => {
      done()
    })
    server.closeAllConnections()
  })
}
