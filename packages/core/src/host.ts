import { openAudit } from '@toolgate/audit'
import { createTokenVerifier } from '@toolgate/auth'
import { secretsOf, type ResolvedConfig } from '@toolgate/config'
import type Koa from 'koa'
import type { RequestListener } from 'node:http'
import type { Logger } from 'pino'
import { createApp } from './app.ts'
import { makeFirstUser, type FirstUser } from './first-user.ts'
import { furnishApp, type HostParts } from './furnish-app.ts'
import { Generations, newsFor } from './generations.ts'
import { HostError } from './errors.ts'
import type { HostState } from './http/host-state.ts'
import { listen, listenPrivately, type HttpServer } from './http-server.ts'
import { sessionLimitsOf, subscriptionLimitsOf } from './limits-of.ts'
import { unlockedText } from './lock/require-lock.ts'
import { createLogger, toPluginLogger } from './logger.ts'
import { openEmbeddedAuthority } from './open-embedded-authority.ts'
import { openRoomParts } from './open-room-parts.ts'
import { requireChangedPasswords } from './require-changed-passwords.ts'
import { Sessions } from './sessions/sessions.ts'
import { Subscriptions } from './subscriptions/subscriptions.ts'
import { summarizeTools, warningsOf, type HostSummary } from './summary.ts'
import { fingerprintOf } from './workers/fingerprint.ts'
import { relaySessions } from './workers/relay.ts'
import { socketOf } from './workers/session-owner.ts'
import type { SharedParts } from './workers/shared-parts.ts'
import { unsharedFaults } from './workers/unshared-faults.ts'

/** What a host is started with. */
export interface HostOptions {
  readonly config: ResolvedConfig
  /** `serve` refuses to start on any fault; `dev` leaves broken plugins out and goes on. */
  readonly mode: 'serve' | 'dev'
  /** `serve` refuses what the lock file does not pin, as with `locked` in the configuration; `dev` only tells of it. */
  readonly locked?: boolean
  readonly logger?: Logger
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Whether a person reads what is printed: a new password is shown to nobody else. */
  readonly terminal?: boolean
  /** By what tokens and keys are judged, in milliseconds since the epoch; the clock of the system by default. */
  readonly clock?: () => number
}

/** A running host. */
export interface Host {
  /** The MCP URL: the configured resource. */
  readonly url: string
  readonly port: number
  /** Processes that serve it. */
  readonly workers: number
  readonly summary: HostSummary
  /** Stops accepting, lets go of streams that wait for news, lets calls finish for 10 s, closes plugins, authority and audit. */
  close(): Promise<void>
}

/** A running host, as a process that is one of several has it. */
export interface SharedHost extends Host {
  /** The first half of `close`: what belongs to this host can still be reached by the others. */
  drain(): Promise<void>
  readonly sessions: Sessions | undefined
  readonly subscriptions: Subscriptions
}

/**
 * Wires the packages, loads the plugins and listens, in a process that may share its port.
 *
 * @param common what it has in common with the others
 * @throws HostError with every fault if something keeps it from starting, and HostError `workers-differ` if configuration or plugins are not those of the others
 */
export async function openHost(options: HostOptions, common?: SharedParts): Promise<SharedHost> {
  const { config, environment = process.env } = options
  const logger = options.logger ?? createLogger({ level: environment.LOG_LEVEL ?? 'info', secrets: secretsOf(config) })
  const stack = new AsyncDisposableStack()
  try {
    const parts = await openParts(options, common, logger, stack)
    const users = parts.authority?.users
    const { dataFolder } = config
    const { terminal = false } = options
    const firstUser = users && (await makeFirstUser({ users, dataFolder, environment, terminal }))
    if (users !== undefined) requireChangedPasswords(users, config.listen.host)
    const server = await listenFor(parts, createApp(furnishApp(parts)), stack)
    parts.verifier.start()
    logger.info({ url: config.resource, port: server.port, tools: parts.registry.catalogue.tools.size }, 'listening')
    return runningHost(parts, server, stack.move(), firstUser)
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

async function listenFor(parts: HostParts, app: Koa<HostState>, stack: AsyncDisposableStack): Promise<HttpServer> {
  const { config, common } = parts
  const answer = app.callback()
  const serve: RequestListener = (request, response) => void answer(request, response)
  if (common === undefined) return listen(serve, config.listen)
  const { worker, folder } = common.welcome
  if (!(await common.admit(fingerprintOf(config, parts.registry)))) throw differs(config)
  const own = await listenPrivately(serve, socketOf(folder, worker))
  // What the others relay is over when they are drained, which is before anything is disposed of.
  stack.defer(() => own.drain())
  return listen(relaySessions({ worker, folder }, serve), config.listen)
}

function differs({ file = '' }: ResolvedConfig): HostError {
  const message = 'configuration or plugins are not those that the host was started with'
  const mend = 'Restart the host: all of its workers must judge alike.'
  return new HostError('workers-differ', message, [{ path: file, message, mend }])
}

function runningHost(
  parts: HostParts,
  server: HttpServer,
  stack: AsyncDisposableStack,
  firstUser: FirstUser | undefined,
): SharedHost {
  const { config, policy, registry, authority, sessions, subscriptions } = parts
  let draining: Promise<void> | undefined
  let closing: Promise<void> | undefined
  const drain = () => {
    sessions?.letGo()
    subscriptions.letGo()
    return (draining ??= server.drain())
  }
  return {
    sessions,
    subscriptions,
    drain,
    url: config.resource,
    port: server.port,
    workers: parts.common?.welcome.workers ?? 1,
    summary: {
      tools: summarizeTools(policy),
      initialScopes: policy.initialScopes,
      notConfigured: registry.notConfigured,
      faults: parts.faults,
      warnings: [
        ...warningsOf(policy, config, registry.catalogue),
        ...parts.unlocked.map(unlockedText),
        ...aloneWarnings(parts),
      ],
      firstUser,
      users: authority?.users.list().map(({ name }) => name) ?? [],
    },
    close: () => (closing ??= drain().then(() => stack.disposeAsync())),
  }
}

function aloneWarnings({ config, common }: HostParts): readonly string[] {
  if (common !== undefined || config.workers === 1) return []
  return [`workers is ${String(config.workers)}, and this is one process: serve runs several, dev never does`]
}

async function openParts(
  options: HostOptions,
  common: SharedParts | undefined,
  logger: Logger,
  stack: AsyncDisposableStack,
): Promise<HostParts> {
  const { config, clock = Date.now } = options
  const log = toPluginLogger(logger)
  const sessions = config.sessions === 'off' ? undefined : openSessions(config, clock, common)
  stack.defer(() => sessions?.close())
  const subscriptions = new Subscriptions({
    clock,
    logger,
    sessions: () => sessions?.all ?? [],
    limits: subscriptionLimitsOf(config.limits),
    places: common?.streams,
  })
  const generations = new Generations({ ...options, logger, subscriptions })
  stack.defer(() => {
    subscriptions.close()
  })
  const rooms = await openRoomParts(
    {
      ...options,
      logger,
      news: newsFor(subscriptions, generations, common?.tellUpdate),
      onTaskChange: (id) => {
        subscriptions.taskChanged(id)
      },
      tasksFolder: config.dataFolder,
      spent: common?.spent,
      faultsOf: (registry) => (common === undefined ? [] : unsharedFaults(config, registry)),
      openAudit: common?.openAudit ?? ((given) => openAudit({ ...given, file: config.audit.file })),
    },
    stack,
  )
  const authority = await openEmbeddedAuthority(config, rooms.policy, rooms.audit, logger)
  if (authority !== undefined) stack.defer(() => authority.close())
  const issuers = authority === undefined ? config.authorizationServers : [authority.localIssuer()]
  const cache = config.tokenCache
  const verifier = createTokenVerifier({ issuers, cache, logger: log, clock, unknownTokens: common?.unknownTokens })
  const settings = issuers.map((issuer) => ('settings' in issuer ? issuer.settings : issuer))
  const clockSkewSeconds = new Map(settings.map((issuer) => [issuer.issuer, issuer.clockSkewSeconds]))
  stack.defer(() => {
    verifier.close()
  })
  const time = { clock, clockSkewSeconds }
  return { ...rooms, authority, verifier, time, sessions, subscriptions, generations, common }
}

/** What sessions may keep of events is for the whole host. */
function openSessions({ limits }: ResolvedConfig, clock: () => number, common: SharedParts | undefined): Sessions {
  const own = sessionLimitsOf(limits)
  if (common === undefined) return new Sessions(clock, own)
  const allEventBytes = Math.floor(own.allEventBytes / common.welcome.workers)
  return new Sessions(clock, { ...own, allEventBytes }, common.sessions)
}
