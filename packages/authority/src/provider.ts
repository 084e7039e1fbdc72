import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

import Provider, { errors } from 'oidc-provider'
import type { AsymmetricSigningAlgorithm, Configuration, KoaContextWithOIDC } from 'oidc-provider'

import type { AttemptLimit } from './attempt-limit.ts'
import type { AuthorityDpop } from './authority.ts'
import { createInteractionPolicy } from './interaction-policy.ts'
import { createRecordAdapter } from './record-adapter.ts'
import { redirectKindOf } from './redirect-uri.ts'
import type { AuthoritySecrets } from './secrets.ts'
import { userOfRow } from './user.ts'

/** What the provider is made from. */
export interface ProviderSettings {
  readonly issuer: string
  /** The one resource that tokens are for, byte for byte their `aud`. */
  readonly resource: string
  readonly secrets: AuthoritySecrets
  readonly database: DatabaseSync
  /** Every scope of a tool, as of now. */
  readonly scopes: () => readonly string[]
  readonly accessTokenSeconds: number
  readonly dpop: AuthorityDpop
  /** Names the cookies: hosts on other ports of this machine share one cookie jar. */
  readonly cookiePrefix: string
  /** Fetches client id metadata documents. */
  readonly fetch: typeof fetch
  /** Counts the documents that one address causes to be fetched. */
  readonly documentLimit: AttemptLimit
  readonly addressOf: (ctx: KoaContextWithOIDC) => string
  readonly renderError: (ctx: KoaContextWithOIDC, error: string, description: string | undefined) => void
  readonly clock: () => number
}

const AUTHORIZATION_CODE_SECONDS = 60
const INTERACTION_SECONDS = 60 * 60
const SESSION_SECONDS = 8 * 60 * 60

/** Where the provider listens. */
export const providerPaths = {
  authorization: '/authorize',
  token: '/token',
  registration: '/register',
  jwks: '/jwks',
} as const

/** Whether two URLs name the same resource; clients send them through a URL parser, which adds a slash to a bare origin. */
function isSameUrl(left: string, right: string): boolean {
  return left === right || URL.parse(left)?.href === URL.parse(right)?.href
}

function dpopFeature({ mode, nonce }: AuthorityDpop): NonNullable<NonNullable<Configuration['features']>['dPoP']> {
  return {
    enabled: mode !== 'off',
    requireNonce: () => nonce,
    // Without the secret a nonce of the resource, which has the same origin and so the same place in a client, would be no good proof.
    ...(nonce && { nonceSecret: randomBytes(32) }),
  }
}

function features(settings: ProviderSettings): NonNullable<Configuration['features']> {
  const { resource, accessTokenSeconds } = settings
  const off = { enabled: false }
  return {
    devInteractions: off,
    dPoP: dpopFeature(settings.dpop),
    pushedAuthorizationRequests: off,
    rpInitiatedLogout: off,
    userinfo: off,
    registration: { enabled: true, issueRegistrationAccessToken: false },
    clientIdMetadataDocument: {
      enabled: true,
      ack: 'draft-02',
      // Without a request it is our own consent page, for a client that this request has named before.
      allowFetch: (ctx: KoaContextWithOIDC | undefined) =>
        ctx === undefined || settings.documentLimit.take(settings.addressOf(ctx)) === 0,
      allowClient: (_ctx, client) => (client.redirectUris ?? []).every((uri) => redirectKindOf(uri) !== undefined),
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo(_ctx, indicator) {
        if (!isSameUrl(indicator, resource)) throw new errors.InvalidTarget()
        return {
          scope: settings.scopes().join(' '),
          audience: resource,
          accessTokenTTL: accessTokenSeconds,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }
      },
    },
  }
}

function lifetimes(accessTokenSeconds: number): NonNullable<Configuration['ttl']> {
  return {
    AccessToken: accessTokenSeconds,
    AuthorizationCode: AUTHORIZATION_CODE_SECONDS,
    Grant: accessTokenSeconds + 2 * AUTHORIZATION_CODE_SECONDS,
    IdToken: accessTokenSeconds,
    Interaction: INTERACTION_SECONDS,
    Session: SESSION_SECONDS,
  }
}

function cookies(prefix: string, secret: string): NonNullable<Configuration['cookies']> {
  const options = { httpOnly: true, sameSite: 'lax', signed: true } as const
  return {
    keys: [secret],
    names: { session: `${prefix}_session`, interaction: `${prefix}_interaction`, resume: `${prefix}_resume` },
    long: options,
    short: options,
  }
}

function proofAlgorithms({ mode, algorithms }: ProviderSettings['dpop']): Pick<Configuration, 'enabledJWA'> {
  if (mode === 'off') return {}
  return { enabledJWA: { dPoPSigningAlgValues: [...algorithms] as AsymmetricSigningAlgorithm[] } }
}

function createConfiguration(settings: ProviderSettings): Configuration {
  const { secrets, cookiePrefix, database, accessTokenSeconds, dpop } = settings
  const findUser = database.prepare('SELECT * FROM users WHERE id = ?')
  return {
    adapter: createRecordAdapter(database, settings.clock),
    jwks: { keys: [secrets.signingKey] },
    cookies: cookies(cookiePrefix, secrets.cookieSecret),
    features: features(settings),
    routes: providerPaths,
    scopes: [],
    responseTypes: ['code'],
    pkce: { required: () => true },
    issueRefreshToken: () => Promise.resolve(false),
    expiresWithSession: () => Promise.resolve(false),
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    clientDefaults: {
      response_modes: ['query'],
      id_token_signed_response_alg: 'ES256',
      ...(dpop.mode === 'required' && { dpop_bound_access_tokens: true }),
    },
    ...proofAlgorithms(dpop),
    clientBasedCORS: () => true,
    interactions: { policy: createInteractionPolicy(), url: (_ctx, { uid }) => `/interaction/${uid}` },
    loadExistingGrant: ({ oidc }) => {
      // Only the grant of this very consent: an older one would widen the token beyond what was just allowed.
      const grantId = oidc.result?.consent?.grantId
      return grantId === undefined ? Promise.resolve(undefined) : oidc.provider.Grant.find(grantId)
    },
    findAccount(_ctx, accountId) {
      const row = findUser.get(accountId)
      if (row === undefined) return undefined
      return { accountId, username: userOfRow(row).name, claims: () => ({ sub: accountId }) }
    },
    extraTokenClaims(ctx, token) {
      const username = ctx.oidc.account?.['username']
      if (token.kind !== 'AccessToken') return undefined
      // When the person signed in, for tools that ask for it (RFC 9068 section 2.2.1); there is but one kind of sign-in, so no acr.
      return { grant_id: token.grantId, username, auth_time: ctx.oidc.entities.AuthorizationCode?.authTime }
    },
    fetch: settings.fetch,
    fetchResponseBodyLimits: {
      'client_id metadata document': 5 * 1024,
      jwks_uri: 64 * 1024,
      sector_identifier_uri: 1,
    },
    ttl: lifetimes(accessTokenSeconds),
    renderError(ctx, { error, error_description: description }) {
      settings.renderError(ctx, error, description)
    },
  }
}

/** The provider with this host's configuration; its HTTP side is reached through the authority's handler alone. */
export function createProvider(settings: ProviderSettings): Provider {
  return new Provider(settings.issuer, createConfiguration(settings))
}
