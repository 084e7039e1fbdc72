import { secretsOf, type ResolvedConfig } from '@toolgate/config'
import { openHost, type SharedHost } from '../host.ts'
import { createLogger } from '../logger.ts'
import { outliveRejections } from '../main.ts'
import type { LentPlaces } from './lent-places.ts'
import { Link, type Answerers } from './link.ts'
import { shapesToWorker, type ToWorker } from './messages.ts'
import { createSharedParts, type PrimaryLink } from './shared-parts.ts'
import { toWireError } from './wire-error.ts'

/** What a worker is started with. */
export interface WorkerOptions {
  /** Reads the configuration, as the primary did. */
  readonly loadConfig: () => Promise<ResolvedConfig>
  /** Refuses what the lock file does not pin, as with `locked` in the configuration. */
  readonly locked?: boolean
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** What the primary asks about, once it is there. */
interface Serving {
  host?: SharedHost
  calls?: LentPlaces
}

/** What `runWorker` does, once its code is loaded. */
export async function serveAsWorker(options: WorkerOptions): Promise<never> {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined)
  outliveRejections()
  const serving: Serving = {}
  const over = Promise.withResolvers<undefined>()
  const link = connect(answerersFor(serving, over.resolve))
  try {
    const { port, summary } = (serving.host = await serve(options, link, serving))
    link.tell('listening', { port, summary })
  } catch (error) {
    await link.ask('failed', { error: toWireError(error) })
    process.exit(1)
  }
  await over.promise
  await serving.host.close()
  await link.idle()
  process.exit(0)
}

async function serve(
  { loadConfig, locked, environment = process.env }: WorkerOptions,
  link: PrimaryLink,
  serving: Serving,
): Promise<SharedHost> {
  const config = await loadConfig()
  const welcome = await link.ask('join', {})
  const level = environment.LOG_LEVEL ?? 'info'
  const logger = createLogger({ level, secrets: secretsOf(config) }).child({ worker: welcome.worker })
  const given = { config, logger, environment, ...(locked !== undefined && { locked }) }
  const shared = createSharedParts(link, welcome)
  serving.calls = shared.calls
  return openHost({ ...given, mode: 'serve' }, shared)
}

function connect(answerers: Answerers<ToWorker>): PrimaryLink {
  const link: PrimaryLink = new Link({
    send: (message) => {
      process.send?.(message)
    },
    answerers,
    shapes: shapesToWorker,
    defer: setImmediate,
    onFault: () => undefined,
  })
  process.on('message', (message) => {
    link.take(message)
  })
  process.once('disconnect', () => {
    link.lose(new Error('the primary is gone'))
  })
  return link
}

function answerersFor(serving: Readonly<Serving>, end: (value: undefined) => void): Answerers<ToWorker> {
  return {
    drain: async () => {
      // One that has not begun to serve has nothing to finish.
      if (serving.host === undefined) process.exit(0)
      await serving.host.drain()
      return null
    },
    close: () => {
      end(undefined)
      return null
    },
    updated: ({ plugin, uri, owner }) => {
      serving.host?.subscriptions.resourceUpdated(plugin, uri, owner)
      return null
    },
    'recall-calls': ({ caller }) => serving.calls?.recall(caller) ?? 0,
    'oldest-session': ({ caller }) => {
      const oldest = serving.host?.sessions?.oldestOf(caller)
      return oldest === undefined ? null : { idle: oldest.idle, usedAt: oldest.usedAt }
    },
    'end-oldest-session': ({ caller }) => {
      const { sessions } = serving.host ?? {}
      const oldest = sessions?.oldestOf(caller)
      if (oldest !== undefined) sessions?.end(oldest)
      return null
    },
  }
}
