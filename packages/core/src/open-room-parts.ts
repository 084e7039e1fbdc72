import { loadKey, type Audit, type AuditOptions } from '@toolgate/audit'
import type { ResolvedConfig } from '@toolgate/config'
import type { Policy, Shadow } from '@toolgate/policy'
import type { News, Registry } from '@toolgate/registry'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { ConversationOptions } from './asking/open-conversation.ts'
import { createRequestStates } from './asking/request-state.ts'
import { createSpentStates, type SpentStates } from './asking/spent-states.ts'
import { HostError, type Fault } from './errors.ts'
import { taskLimitsOf } from './limits-of.ts'
import { loadPlugins, type LoadedPlugins } from './load-plugins.ts'
import { requireLock } from './lock/require-lock.ts'
import { TaskOpener } from './tasks/open-tasks.ts'
import type { Tasks } from './tasks/tasks.ts'
import { toPluginLogger } from './logger.ts'

/** What the rooms behind authentication are made of, opened; the same whatever transport leads to them. */
export interface RoomParts {
  readonly config: ResolvedConfig
  readonly logger: Logger
  readonly audit: Audit
  readonly registry: Registry
  readonly policy: Policy
  readonly shadow: Shadow | undefined
  /** Makes the policy of another generation of the catalogue. */
  readonly remake: LoadedPlugins['remake']
  readonly faults: readonly Fault[]
  /** What is not as the lock file pins it, and keeps nobody from starting. */
  readonly unlocked: readonly Fault[]
  /** What is remembered of questions to clients. */
  readonly asking: Pick<ConversationOptions, 'states' | 'spent'>
  /** Absent where no tool has any, and none had. */
  readonly tasks: Tasks | undefined
  /** Opens the tasks for another generation of the catalogue. */
  readonly taskOpener: TaskOpener
  /** Milliseconds since the epoch. */
  readonly clock: () => number
}

/** What a start opens. */
export interface RoomStart {
  readonly config: ResolvedConfig
  /** `serve` refuses to start on any fault; `dev` leaves broken plugins out and goes on. */
  readonly mode: 'serve' | 'dev'
  /** Refuses what the lock file does not pin, as with `locked` in the configuration. */
  readonly locked?: boolean
  readonly logger: Logger
  /** Hears what plugins tell; nobody does by default. */
  readonly news?: News
  /** Milliseconds since the epoch; the clock of the system by default. */
  readonly clock?: () => number
  /** Where tasks are kept; in memory if it is left out, so that they end with the process. */
  readonly tasksFolder?: string
  /** What else keeps such plugins from being served. */
  readonly faultsOf?: (registry: Registry) => readonly Fault[]
  /** The memory of used states that several hosts share; one of this host's own by default. */
  readonly spent?: SpentStates | undefined
  /** Hears of which task the status, or what it waits for, is another. */
  readonly onTaskChange?: (id: string) => void
  /** Opens the audit, by what the configuration says of it aside from the file. */
  readonly openAudit: (options: Omit<AuditOptions, 'file'>) => Promise<Audit>
}

/**
 * Loads the plugins, judges them and the configuration, holds them to the lock file and opens the audit.
 *
 * @param stack closes what was opened
 * @throws HostError with every fault if something keeps it from starting
 */
export async function openRoomParts(start: RoomStart, stack: AsyncDisposableStack): Promise<RoomParts> {
  const { config, mode, logger, clock = Date.now } = start
  const loaded = await loadPlugins(config, config.dataFolder, logger, start.news)
  const { registry, policy, shadow, remake } = loaded
  stack.defer(() => registry.close())
  const faults = [...loaded.faults, ...(start.faultsOf?.(registry) ?? [])]
  if (faults.length > 0 && mode === 'serve') throw new HostError('config-faults', 'the host cannot start', faults)
  for (const fault of faults) logger.warn(fault, 'left out')
  const unlocked = await requireLock(start, registry, faults)
  for (const fault of unlocked) logger.warn(fault, 'not as it is locked')
  const { durability, rotate } = config.audit
  const keyFile = join(config.dataFolder, 'audit.key')
  const audit = await start.openAudit({ durability, rotate, keyFile, logger: toPluginLogger(logger) })
  stack.defer(() => audit.close())
  const states = createRequestStates(loadKey(join(config.dataFolder, 'state.key')), clock)
  const asking = { states, spent: start.spent ?? createSpentStates(clock) }
  const { catalogue } = registry
  const { resultBytes } = config.limits
  const limits = taskLimitsOf(config.limits)
  const { tasksFolder: folder, onTaskChange: onChange } = start
  const taskOpener = new TaskOpener({ folder, audit, clock, resultBytes, limits, onChange })
  stack.defer(() => taskOpener.close())
  const tasks = await taskOpener.openFor(catalogue)
  return { config, logger, audit, registry, policy, shadow, remake, faults, unlocked, asking, tasks, taskOpener, clock }
}
