import Koa from 'koa'
import type { Authority } from '@toolgate/authority'
import type { Logger } from 'pino'
import { authenticate, type AuthenticateOptions } from './http/authenticate.ts'
import { discoveryRoutes, type DiscoveryOptions } from './http/discovery-routes.ts'
import { errorResponse } from './http/error-response.ts'
import { healthRoutes } from './http/health-routes.ts'
import type { HostState } from './http/host-state.ts'
import { landingRoute } from './http/landing-route.ts'
import { mcpRoute } from './http/mcp-route.ts'
import { mountAuthority } from './http/mount-authority.ts'
import { originHostGuard } from './http/origin-host-guard.ts'
import { serveMcp, type ServeMcpOptions } from './mcp/serve-mcp.ts'

/** The rooms of the host, furnished. */
export interface AppOptions {
  readonly logger: Logger
  readonly resource: string
  readonly allowedHosts: readonly string[]
  readonly allowedOrigins: readonly string[]
  readonly ready: () => boolean
  readonly discovery: DiscoveryOptions
  readonly authority: Authority | undefined
  readonly landingHtml: string
  /** Names of the `Mcp-Param-*` headers that tools declare, for browsers' preflight. */
  readonly parameterHeaders: () => readonly string[]
  readonly authentication: AuthenticateOptions
  readonly mcp: ServeMcpOptions
}

/** The middleware chain: reading order is execution order. */
export function createApp(options: AppOptions): Koa<HostState> {
  const { authority, resource, allowedHosts, allowedOrigins, logger } = options
  const discovery = discoveryRoutes(options.discovery)
  const judgesOriginItself = (path: string) => discovery.knows(path) || authority?.handles(path) === true
  const proofs = options.authentication.schemes.some(({ name }) => name === 'DPoP')
  const exposedHeaders = proofs ? ['DPoP-Nonce'] : []
  const app = new Koa<HostState>()
  app.use(errorResponse({ logger }))
  app.use(healthRoutes({ ready: options.ready }))
  app.use(originHostGuard({ resource, allowedHosts, allowedOrigins, exposedHeaders, judgesOriginItself }))
  app.use(discovery.room)
  if (authority !== undefined) app.use(mountAuthority(authority))
  app.use(landingRoute(options.landingHtml))
  const sessions = options.mcp.sessions !== undefined
  app.use(mcpRoute({ path: new URL(resource).pathname, parameterHeaders: options.parameterHeaders, proofs, sessions }))
  app.use(authenticate(options.authentication))
  app.use(serveMcp(options.mcp))
  // A client that goes away in the middle of an answer is no fault of the host.
  app.on('error', (error: unknown) => {
    logger.debug({ err: error }, 'an answer could not be delivered')
  })
  return app
}
