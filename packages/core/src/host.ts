import { openAudit, type Audit } from '@toolgate/audit'
import {
  createTokenVerifier,
  protectedResourceMetadata,
  protectedResourceMetadataPaths,
  protectedResourceMetadataUrl,
} from '@toolgate/auth'
import type { TokenVerifier } from '@toolgate/auth'
import type { Authority } from '@toolgate/authority'
import { secretsOf, type ResolvedConfig } from '@toolgate/config'
import type { Policy } from '@toolgate/policy'
import type { Catalogue, Registry } from '@toolgate/registry'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { createApp, type AppOptions } from './app.ts'
import { HostError, type Fault } from './errors.ts'
import { makeFirstUser, type FirstUser } from './first-user.ts'
import { listen, type HttpServer } from './http-server.ts'
import { loadPlugins } from './load-plugins.ts'
import { createLogger, toPluginLogger } from './logger.ts'
import { createAuthorizeCalls } from './mcp/authorize-call.ts'
import { createCallSlots } from './mcp/call-slots.ts'
import { createToolList } from './mcp/list-tools.ts'
import { parameterHeadersOf } from './mcp/parameter-headers.ts'
import { createProtocolHandler } from './mcp/protocol-handler.ts'
import { createRunTool } from './mcp/run-tool.ts'
import { openEmbeddedAuthority } from './open-embedded-authority.ts'
import { landingPage } from './pages/landing-page.ts'
import { requireChangedPasswords } from './require-changed-passwords.ts'
import { summarizeTools, warningsOf, type HostSummary } from './summary.ts'

/** What a host is started with. */
export interface HostOptions {
  readonly config: ResolvedConfig
  /** `serve` refuses to start on any fault; `dev` leaves broken plugins out and goes on. */
  readonly mode: 'serve' | 'dev'
  readonly logger?: Logger
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Whether a person reads what is printed: a new password is shown to nobody else. */
  readonly terminal?: boolean
}

/** A running host. */
export interface Host {
  /** The MCP URL: the configured resource. */
  readonly url: string
  readonly port: number
  readonly summary: HostSummary
  /** Stops accepting, lets calls finish for 10 s, closes plugins, authority and audit. */
  close(): Promise<void>
}

interface Parts {
  readonly config: ResolvedConfig
  readonly logger: Logger
  readonly audit: Audit
  readonly registry: Registry
  readonly policy: Policy
  readonly faults: readonly Fault[]
  readonly authority: Authority | undefined
  readonly verifier: TokenVerifier
}

/**
 * Starts a host: wires the packages, loads the plugins, listens.
 *
 * @throws HostError with every fault if something keeps it from starting
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const { config, environment = process.env } = options
  const logger = options.logger ?? createLogger({ level: environment.LOG_LEVEL ?? 'info', secrets: secretsOf(config) })
  const stack = new AsyncDisposableStack()
  try {
    const parts = await openParts(options, logger, stack)
    const users = parts.authority?.users
    const { dataFolder } = config
    const { terminal = false } = options
    const firstUser = users && (await makeFirstUser({ users, dataFolder, environment, terminal }))
    if (users !== undefined) requireChangedPasswords(users, config.listen.host)
    const server = await listen(createApp(appOptions(parts)), config.listen)
    parts.verifier.start()
    logger.info({ url: config.resource, port: server.port, tools: parts.registry.catalogue.tools.size }, 'listening')
    return runningHost(parts, server, stack.move(), firstUser)
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

function runningHost(
  parts: Parts,
  server: HttpServer,
  stack: AsyncDisposableStack,
  firstUser: FirstUser | undefined,
): Host {
  const { config, policy, registry, authority } = parts
  let closing: Promise<void> | undefined
  return {
    url: config.resource,
    port: server.port,
    summary: {
      tools: summarizeTools(policy),
      initialScopes: policy.initialScopes,
      notConfigured: registry.notConfigured,
      faults: parts.faults,
      warnings: warningsOf(policy, config),
      firstUser,
      users: authority?.users.list().map(({ name }) => name) ?? [],
    },
    close: () => (closing ??= server.drain().then(() => stack.disposeAsync())),
  }
}

async function openParts({ config, mode }: HostOptions, logger: Logger, stack: AsyncDisposableStack): Promise<Parts> {
  const log = toPluginLogger(logger)
  const { registry, policy, faults } = await loadPlugins(config, config.dataFolder, logger)
  stack.defer(() => registry.close())
  if (faults.length > 0 && mode === 'serve') throw new HostError('config-faults', 'the host cannot start', faults)
  for (const fault of faults) logger.warn(fault, 'left out')
  const { file, durability } = config.audit
  const audit = await openAudit({ file, durability, keyFile: join(config.dataFolder, 'audit.key'), logger: log })
  stack.defer(() => audit.close())
  const authority = await openEmbeddedAuthority(config, policy, audit, logger)
  if (authority !== undefined) stack.defer(() => authority.close())
  const verifier = createTokenVerifier({
    issuers: authority === undefined ? config.authorizationServers : [authority.localIssuer()],
    cache: config.tokenCache,
    logger: log,
  })
  stack.defer(() => {
    verifier.close()
  })
  return { config, logger, audit, registry, policy, faults, authority, verifier }
}

function appOptions(parts: Parts): AppOptions {
  const { config, logger, audit, registry, policy, authority, verifier } = parts
  const resourceMetadataUrl = protectedResourceMetadataUrl(config.resource)
  const issuers = authority === undefined ? config.authorizationServers.map(({ issuer }) => issuer) : [authority.issuer]
  const { catalogue } = registry
  const { name, title, version, resource, limits } = config
  const list = createToolList(policy, catalogue)
  const runTool = createRunTool({ audit, logger, resultBytes: limits.resultBytes })
  return {
    logger,
    resource,
    allowedHosts: config.allowedHosts,
    allowedOrigins: config.allowedOrigins,
    ready: () => verifier.ready(),
    discovery: {
      resourceMetadata: protectedResourceMetadata({
        resource,
        authorizationServers: issuers,
        scopesSupported: policy.advertisedScopes,
        resourceName: title,
      }),
      resourceMetadataPaths: protectedResourceMetadataPaths(resource),
      legacyMetadata: legacyMetadataOf(parts, issuers),
    },
    authority,
    landingHtml: landingPage({
      title,
      url: resource,
      name,
      initialScopes: policy.initialScopes.map((scope) => ({ scope, description: config.scopes[scope]?.description })),
      issuers,
      embedded: authority !== undefined,
    }),
    parameterHeaders: shownParameterHeaders(catalogue),
    authentication: { verifier, policy, resourceMetadataUrl, initialScopes: policy.initialScopes },
    mcp: {
      bodyBytes: limits.bodyBytes,
      takeSlots: createCallSlots(limits.concurrentCalls),
      authorizeCalls: createAuthorizeCalls({ policy, catalogue, audit, resourceMetadataUrl }),
      dispatch: createProtocolHandler({
        serverInfo: { name, title, version },
        instructions: config.instructions,
        list,
        runTool,
        recordAbandoned: (requestId) => void audit.outcome({ requestId, outcome: 'cancelled', durationMs: 0 }),
      }),
    },
  }
}

/** A preflight needs no token, so it may not speak of concealed tools. */
function shownParameterHeaders({ tools }: Catalogue): readonly string[] {
  const shown = [...tools.values()].filter(({ policy }) => policy.visibility !== 'concealed')
  return [...new Set(shown.flatMap((tool) => parameterHeadersOf(tool.listing.inputSchema).map(({ header }) => header)))]
}

function legacyMetadataOf(
  { config, verifier }: Parts,
  issuers: readonly string[],
): (() => object | undefined) | undefined {
  const [issuer] = issuers
  if (!config.legacyMetadataCopy || config.authority !== undefined || issuer === undefined) return undefined
  return () => verifier.metadata(issuer)
}
