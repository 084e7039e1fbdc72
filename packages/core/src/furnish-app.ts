import {
  createProofVerifier,
  protectedResourceMetadata,
  protectedResourceMetadataPaths,
  protectedResourceMetadataUrl,
} from '@toolgate/auth'
import type { ChallengeSchemes, TokenVerifier } from '@toolgate/auth'
import type { Authority } from '@toolgate/authority'
import type { Catalogue } from '@toolgate/registry'
import type { AppOptions } from './app.ts'
import type { AuthenticateOptions } from './http/authenticate.ts'
import type { DiscoveryOptions } from './http/discovery-routes.ts'
import { furnishRooms, shareRooms } from './furnish-rooms.ts'
import type { Generations } from './generations.ts'
import { parameterHeadersOf } from './mcp/header-checks.ts'
import type { RoomParts } from './open-room-parts.ts'
import { landingPage } from './pages/landing-page.ts'
import { schemesOf } from './schemes-of.ts'
import { opensSession } from './sessions/session-requests.ts'
import type { Sessions } from './sessions/sessions.ts'
import type { Subscriptions } from './subscriptions/subscriptions.ts'
import type { SharedParts } from './workers/shared-parts.ts'

/** What a host is made of, opened. */
export interface HostParts extends RoomParts {
  readonly authority: Authority | undefined
  readonly verifier: TokenVerifier
  /** Absent where the operator has turned them off. */
  readonly sessions: Sessions | undefined
  /** Who waits for news. */
  readonly subscriptions: Subscriptions
  /** The rooms behind authentication, as the catalogue is now. */
  readonly generations: Generations
  /** What this host has in common with others on its port; absent where it is alone. */
  readonly common: SharedParts | undefined
  /** By what the times of tokens are judged. */
  readonly time: Pick<AppOptions['authentication'], 'clock' | 'clockSkewSeconds'>
}

/** The rooms of a host, furnished with its parts. Nothing is opened here. */
export function furnishApp(parts: HostParts): AppOptions {
  const { config, logger, policy, authority, verifier } = parts
  const resourceMetadataUrl = protectedResourceMetadataUrl(config.resource)
  const issuers = authority === undefined ? config.authorizationServers.map(({ issuer }) => issuer) : [authority.issuer]
  const schemes = schemesOf(config)
  const { name, title, resource } = config
  const { sessions, subscriptions, generations, common } = parts
  const shared = shareRooms(parts, common?.calls)
  generations.begin(parts, (current) =>
    furnishRooms(
      current,
      { resourceMetadataUrl, schemes },
      { opensSession: (message) => opensSession(sessions, message), subscriptions, shared },
    ),
  )
  return {
    logger,
    resource,
    allowedHosts: config.allowedHosts,
    allowedOrigins: config.allowedOrigins,
    ready: () => verifier.ready() && common?.isIntact() !== false,
    discovery: discoveryOf(parts, issuers, schemes),
    authority,
    landingHtml: landingPage({
      title,
      url: resource,
      name,
      initialScopes: policy.initialScopes.map((scope) => ({ scope, description: config.scopes[scope]?.description })),
      issuers,
      embedded: authority !== undefined,
    }),
    parameterHeaders: () => shownParameterHeaders(generations.rooms.judging.catalogue),
    authentication: authenticationFor(parts, schemes, resourceMetadataUrl),
    mcp: { rooms: () => generations.rooms, bodyBytes: config.limits.bodyBytes, sessions },
  }
}

function discoveryOf(parts: HostParts, issuers: readonly string[], schemes: ChallengeSchemes): DiscoveryOptions {
  const { resource, title } = parts.config
  return {
    resourceMetadata: () =>
      protectedResourceMetadata({
        resource,
        authorizationServers: issuers,
        scopesSupported: parts.generations.rooms.judging.policy.advertisedScopes,
        resourceName: title,
        schemes,
      }),
    resourceMetadataPaths: protectedResourceMetadataPaths(resource),
    legacyMetadata: legacyMetadataOf(parts, issuers),
  }
}

function authenticationFor(
  { config, policy, verifier, time, common }: HostParts,
  schemes: ChallengeSchemes,
  resourceMetadataUrl: string,
): AuthenticateOptions {
  const proofs = createProofVerifier({
    ...config.dpop,
    ...common?.proofs,
    resource: config.resource,
    clock: time.clock,
  })
  const { initialScopes } = policy
  return { verifier, proofs, schemes, policy, resourceMetadataUrl, initialScopes, ...time }
}

/** A preflight needs no token, so it may not speak of concealed tools. */
function shownParameterHeaders({ tools }: Catalogue): readonly string[] {
  const shown = [...tools.values()].filter(({ policy }) => policy.visibility !== 'concealed')
  return [...new Set(shown.flatMap((tool) => parameterHeadersOf(tool.listing.inputSchema).map(({ header }) => header)))]
}

function legacyMetadataOf(
  { config, verifier }: HostParts,
  issuers: readonly string[],
): (() => object | undefined) | undefined {
  const [issuer] = issuers
  if (!config.legacyMetadataCopy || config.authority !== undefined || issuer === undefined) return undefined
  return () => verifier.metadata(issuer)
}
