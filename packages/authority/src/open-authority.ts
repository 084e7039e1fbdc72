import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

import type { LocalIssuer } from '@toolgate/auth'
import type Provider from 'oidc-provider'
import type { KoaContextWithOIDC } from 'oidc-provider'

import { createAttemptLimit } from './attempt-limit.ts'
import { openParts, startUpkeep } from './authority-parts.ts'
import type { AuthorityParts } from './authority-parts.ts'
import { createAuthorityHandler } from './authority-handler.ts'
import { addressKeyOf } from '@toolgate/auth'
import type { Authority, AuthorityDpop, AuthorityOptions } from './authority.ts'
import { createClientDocumentFetch } from './client-document-fetch.ts'
import { resolveConsentOffer } from './consent-offer.ts'
import { embeddedIssuerSettings } from './embedded-issuer-settings.ts'
import { AuthorityError } from './errors.ts'
import { createFormToken } from './form-token.ts'
import { createGuardedFetch } from './guarded-fetch.ts'
import { createInteractionRoutes } from './interaction-routes.ts'
import { withFreshSignIn } from './fresh-sign-in.ts'
import { issuerRequest, targetOf } from './issuer-request.ts'
import { makeScriptToken } from './make-token.ts'
import { createMetadataMiddleware } from './metadata.ts'
import { sendPlainFault } from './plain-fault.ts'
import { followProvider, renderFault } from './provider-events.ts'
import { createProvider, providerPaths } from './provider.ts'
import { createRegistrationRoute } from './registration-route.ts'
import { createResponseModeMiddleware } from './response-mode.ts'
import { routeOf } from './routes.ts'
import { areSecretsExposed, publicKeyOf } from './secrets.ts'
import { createSignIn } from './sign-in.ts'
import { createStanding } from './standing.ts'
import { createUserStore } from './user-store.ts'

const REGISTRATIONS_PER_MINUTE = 10
/** Each leaves a record for an hour, before anyone has signed in. */
const AUTHORIZATIONS_PER_MINUTE = 60
const DOCUMENTS_PER_ADDRESS_AND_MINUTE = 10
const DOCUMENTS_PER_MINUTE = 120

function dpopOf({ dpop }: AuthorityOptions): AuthorityDpop {
  return dpop ?? { mode: 'off', algorithms: [], nonce: false }
}

function openProvider({ options, issuer, secrets, database, clock, addressOf }: AuthorityParts): Provider {
  const { hostName, resource, accessTokenSeconds } = options
  const fetchDocument = options.fetch ?? createGuardedFetch()
  const provider = createProvider({
    issuer: issuer.origin,
    resource,
    secrets,
    database,
    clock,
    accessTokenSeconds,
    dpop: dpopOf(options),
    scopes: () => options.scopes().map(({ scope }) => scope),
    cookiePrefix: `toolgate_${createHash('sha256').update(issuer.origin).digest('hex').slice(0, 8)}`,
    fetch: createClientDocumentFetch(fetchDocument, createAttemptLimit(DOCUMENTS_PER_MINUTE, 60, clock)),
    documentLimit: createAttemptLimit(DOCUMENTS_PER_ADDRESS_AND_MINUTE, 60, clock),
    addressOf: (ctx: KoaContextWithOIDC) => addressKeyOf(addressOf(ctx.req)),
    renderError: (ctx, error, description) => renderFault(ctx, hostName, error, description),
  })
  provider.use(createMetadataMiddleware(options.initialScopes))
  provider.use(createResponseModeMiddleware(hostName))
  return provider
}

function createHandler(parts: AuthorityParts, provider: Provider): Authority['handler'] {
  const { options, issuer, secrets, database, upkeep, clock, addressOf } = parts
  const { hostName, logger } = options
  const emit: Parameters<typeof followProvider>[2] = (event) => {
    parts.outbox.append(event)
    parts.flush()
  }
  followProvider(provider, logger, emit, upkeep, addressOf)
  const callback = provider.callback()
  const toProvider = async (req: IncomingMessage, res: ServerResponse, body?: Buffer): Promise<void> => {
    await callback(issuerRequest(req, issuer, body, withFreshSignIn), res)
  }
  const tools = {
    provider,
    issuer,
    hostName,
    database,
    formToken: createFormToken(secrets.formSecret),
    offer: (requested: string | undefined, allowed: readonly string[] | 'all') =>
      resolveConsentOffer(requested, options.scopes(), options.initialScopes(), allowed),
    addressOf,
    emit,
  }
  const authorizations = createAttemptLimit(AUTHORIZATIONS_PER_MINUTE, 60, clock)
  return createAuthorityHandler({
    async provider(req, res) {
      const isNew = targetOf(req).path === providerPaths.authorization
      const wait = isNew ? authorizations.take(addressKeyOf(addressOf(req))) : 0
      if (wait === 0) return toProvider(req, res)
      res.setHeader('retry-after', String(wait))
      sendPlainFault(res, hostName, 429)
    },
    registration: createRegistrationRoute(
      createAttemptLimit(REGISTRATIONS_PER_MINUTE, 60, clock),
      addressOf,
      toProvider,
    ),
    interaction: createInteractionRoutes(tools, {
      signIn: createSignIn(database, clock),
      keepClient: upkeep.keepClient,
    }),
    logger,
    proofs: dpopOf(options).mode !== 'off',
    fail: (res, status) => {
      sendPlainFault(res, hostName, status)
    },
  })
}

function keyRequired(): AuthorityError {
  return new AuthorityError(
    'key_required',
    'Every token of this server has to be bound to a key, and one for a script is not',
    "Set authority.dpop to 'allowed', or let the script sign in as a client that has a key",
  )
}

function createLocalIssuer({ options, secrets, database, clock }: AuthorityParts): LocalIssuer {
  const keys = { keys: [publicKeyOf(secrets)] }
  const { resource, hostName } = options
  return {
    settings: embeddedIssuerSettings(resource, hostName, dpopOf(options).mode),
    keys: () => keys,
    standing: createStanding(database, clock),
  }
}

/** What `openAuthority` does, once its code is loaded. */
export async function openServer(options: AuthorityOptions): Promise<Authority> {
  const parts = await openParts(options)
  const { issuer, database, outbox, secrets, clock, flush } = parts
  const localIssuer = createLocalIssuer(parts)
  if (areSecretsExposed(options.dataFolder)) {
    options.logger.warn('authority-keys.json can be read by others: set its mode to 0600', {
      folder: options.dataFolder,
    })
  }
  const users = createUserStore(database, outbox, clock, flush)
  const handler = createHandler(parts, openProvider(parts))
  const stopUpkeep = startUpkeep(parts)
  return {
    issuer: issuer.origin,
    users,
    handler,
    localIssuer: () => localIssuer,
    handles: (path) => routeOf(path) !== undefined,
    async makeToken({ user: name, scopes, ttlSeconds }) {
      if (dpopOf(options).mode === 'required') throw keyRequired()
      const user = users.require(name)
      const known = new Set(options.scopes().map(({ scope }) => scope))
      const unknown = scopes.find((scope) => !known.has(scope))
      if (unknown !== undefined) {
        throw new AuthorityError(
          'scopes_invalid',
          `No tool has the scope ${JSON.stringify(unknown)}`,
          'See: toolgate check',
        )
      }
      const { resource } = options
      const wanted = { user, scopes, ttlSeconds, issuer: issuer.origin, resource }
      const token = await makeScriptToken(wanted, secrets, database, outbox, clock)
      flush()
      return token
    },
    close() {
      stopUpkeep()
      database.close()
      return Promise.resolve()
    },
  }
}
