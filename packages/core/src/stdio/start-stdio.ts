import { protectedResourceMetadataUrl } from '@toolgate/auth'
import { secretsOf, type ResolvedConfig } from '@toolgate/config'
import type { Readable, Writable } from 'node:stream'
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { furnishRooms, shareRooms, type Rooms } from '../furnish-rooms.ts'
import { Generations, newsFor } from '../generations.ts'
import { subscriptionLimitsOf } from '../limits-of.ts'
import { createLogger } from '../logger.ts'
import { openRoomParts, type RoomParts, type RoomStart } from '../open-room-parts.ts'
import { schemesOf } from '../schemes-of.ts'
import { Subscriptions } from '../subscriptions/subscriptions.ts'
import { localCaller } from './local-caller.ts'
import { openStdioAudit } from './open-stdio-audit.ts'
import { StdioConnection } from './stdio-connection.ts'

/** What a local client is served with. */
export interface StdioOptions {
  /** Its `stdio` says who the client is and what it holds. */
  readonly config: ResolvedConfig
  /** Refuses what the lock file does not pin, as with `locked` in the configuration. */
  readonly locked?: boolean
  readonly logger?: Logger
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Where the client's messages come from; destroyed when nothing more is taken. */
  readonly input: Readable
  /** Nothing but the protocol is written to it. */
  readonly output: Writable
}

/** A served client. */
export interface StdioServer {
  /** The audit file of this process. */
  readonly auditFile: string
  /** How many tools are loaded, and how many the client's scopes alone do not keep it from. */
  readonly tools: { readonly loaded: number; readonly open: number }
  /** Settles when it is over, by the end of the input or by `close`. */
  readonly ended: Promise<void>
  /** Takes nothing more and lets calls finish for 10 s; asked after the end of the input, or again, it cuts them off. */
  close(): Promise<void>
}

const drainMs = 10_000

/** What `startStdio` does, once its code is loaded. */
export async function openStdio(options: StdioOptions): Promise<StdioServer> {
  const { config, environment = process.env, input, output } = options
  const logger = options.logger ?? createLogger({ level: environment.LOG_LEVEL ?? 'info', secrets: secretsOf(config) })
  const stack = new AsyncDisposableStack()
  try {
    const caller = localCaller(config.stdio)
    const rooms = (): Rooms => generations.rooms
    const { limits } = config
    const connection = new StdioConnection({ rooms, caller, logger, limits, bounds: limits.sessions, input, output })
    const subscriptions = new Subscriptions({
      clock: Date.now,
      logger,
      sessions: () => (connection.session === undefined ? [] : [connection.session]),
      // There is no token that could be taken back.
      limits: { ...subscriptionLimitsOf(limits), longestMs: Infinity },
    })
    stack.defer(() => {
      subscriptions.close()
    })
    const generations = new Generations({ ...options, mode: 'serve', logger, subscriptions })
    const ways = {
      news: newsFor(subscriptions, generations),
      onTaskChange: (id: string) => {
        subscriptions.taskChanged(id)
      },
    }
    const { parts, auditFile } = await openParts(options, logger, ways, stack)
    const challenge = { resourceMetadataUrl: protectedResourceMetadataUrl(config.resource), schemes: schemesOf(config) }
    const shared = shareRooms(parts)
    const opensSession = ({ method }: { readonly method: string }) => method === 'initialize'
    generations.begin(parts, (current) => furnishRooms(current, challenge, { opensSession, subscriptions, shared }))
    const loaded = parts.registry.catalogue.tools.size
    const open = parts.policy.tools.filter(
      ({ tool }) => parts.policy.decide(caller.held, tool).effect !== 'deny',
    ).length
    logger.info({ subject: caller.principal.subject, scopes: config.stdio.scopes, auditFile }, 'serving over stdio')
    return { auditFile, tools: { loaded, open }, ...running(connection, subscriptions, stack.move()) }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

function running(
  connection: StdioConnection,
  subscriptions: Subscriptions,
  stack: AsyncDisposableStack,
): Pick<StdioServer, 'ended' | 'close'> {
  let over = false
  const end = async () => {
    await connection.serve()
    over = true
    subscriptions.letGo()
    const late = new AbortController()
    const finished = connection.idle().then(() => connection.flush())
    await Promise.race([finished, delay(drainMs, undefined, { signal: late.signal })])
    late.abort()
    connection.cancelAll()
    await connection.idle()
    // What was cut off records its outcome in this turn.
    await turn()
    await stack.disposeAsync()
  }
  const ended = end()
  return {
    ended,
    close: () => {
      if (over) connection.cancelAll()
      connection.stop()
      return ended
    },
  }
}

async function openParts(
  { config, locked = false }: StdioOptions,
  logger: Logger,
  ways: Pick<RoomStart, 'news' | 'onTaskChange'>,
  stack: AsyncDisposableStack,
): Promise<{ readonly parts: RoomParts; readonly auditFile: string }> {
  let auditFile = config.stdio.audit
  const parts = await openRoomParts(
    {
      ...{ config, locked, logger, mode: 'serve', ...ways },
      openAudit: async (common) => {
        const opened = await openStdioAudit({ ...common, file: auditFile })
        auditFile = opened.file
        return opened.audit
      },
    },
    stack,
  )
  return { parts, auditFile }
}
