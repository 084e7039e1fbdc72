import { openSharedAudit } from '@toolgate/audit'
import { secretsOf, type ResolvedConfig } from '@toolgate/config'
import cluster from 'node:cluster'
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { HostError } from '../errors.ts'
import type { Host } from '../host.ts'
import { createLogger, toPluginLogger } from '../logger.ts'
import { Crew } from './crew.ts'
import { SharedState } from './shared-state.ts'

/** What a host of several processes is started with. */
export interface WorkersOptions {
  readonly config: ResolvedConfig
  readonly logger?: Logger
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** What `startWorkers` does, once its code is loaded. */
export async function openWorkers({ config, environment = process.env, ...options }: WorkersOptions): Promise<Host> {
  const logger = options.logger ?? createLogger({ level: environment.LOG_LEVEL ?? 'info', secrets: secretsOf(config) })
  requireWorkable(config)
  const stack = new AsyncDisposableStack()
  try {
    const { durability, rotate, file } = config.audit
    const keyFile = join(config.dataFolder, 'audit.key')
    const audit = await openSharedAudit({ file, keyFile, durability, rotate, logger: toPluginLogger(logger) })
    stack.defer(() => audit.close())
    const folder = await privateFolder(stack)
    const state: SharedState = new SharedState({ config, audit, folder, clock: Date.now, workers: () => crew.live })
    const crew: Crew = new Crew({ count: config.workers, state, folder, logger })
    stack.defer(() => crew.kill())
    // Connections in turn, so that no worker has all of them.
    cluster.schedulingPolicy = cluster.SCHED_RR
    const { port, summary } = await crew.start()
    logger.info({ url: config.resource, port, workers: crew.live.map(({ pid }) => pid) }, 'all workers listen')
    const opened = stack.move()
    let closing: Promise<void> | undefined
    return {
      url: config.resource,
      port,
      workers: config.workers,
      summary,
      close: () => (closing ??= crew.drain().finally(() => opened.disposeAsync())),
    }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

function requireWorkable({ workers }: ResolvedConfig): void {
  const message = 'is more than one process, which this system cannot run on one port'
  const mend = 'Set workers to 1.'
  if (process.platform === 'win32' || !cluster.isPrimary) {
    throw new HostError('config-faults', `workers ${String(workers)} ${message}`, [{ path: 'workers', message, mend }])
  }
}

/** A folder that this user alone may enter, gone when the process is. */
async function privateFolder(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'toolgate-'))
  const remove = () => {
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', remove)
  stack.defer(async () => {
    process.off('exit', remove)
    await rm(folder, { recursive: true, force: true })
  })
  return folder
}
