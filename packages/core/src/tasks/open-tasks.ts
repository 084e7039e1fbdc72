import type { Audit } from '@toolgate/audit'
import type { Catalogue } from '@toolgate/registry'
import { openTaskDatabase } from './task-database.ts'
import { TaskRecords } from './task-records.ts'
import { Tasks, type TaskLimits } from './tasks.ts'

/** What the tasks of a host are opened with. */
export interface OpenTasksOptions {
  /** Where they are kept; in memory if there is none. */
  readonly folder: string | undefined
  readonly audit: Audit
  readonly clock: () => number
  readonly resultBytes: number
  readonly limits: Partial<TaskLimits>
  /** Hears of which task the status, or what it waits for, is another. */
  readonly onChange: ((id: string) => void) | undefined
}

/** The tasks of a host, whose file is opened for the first catalogue with a tool that has any. */
export class TaskOpener {
  readonly #options: OpenTasksOptions
  #tasks: Tasks | undefined

  constructor(options: OpenTasksOptions) {
    this.#options = options
  }

  /**
   * The tasks for a catalogue; undefined as long as no tool had any.
   *
   * @throws HostError `tasks-unusable`
   */
  async openFor({ tools }: Catalogue): Promise<Tasks | undefined> {
    if (this.#tasks === undefined && [...tools.values()].some(({ task }) => task !== undefined)) {
      this.#tasks = await openTasks(this.#options)
    }
    return this.#tasks
  }

  async close(): Promise<void> {
    await this.#tasks?.close()
  }
}

/** What the last host left unfinished has failed, and is on record as such. */
async function openTasks({ folder, audit, clock, ...bounds }: OpenTasksOptions): Promise<Tasks> {
  const tasks = new Tasks(new TaskRecords(openTaskDatabase(folder)), { clock, ...bounds })
  const lost = tasks.failLost()
  await Promise.all(
    lost.map(({ requestId, createdAt }) =>
      audit.outcome({ requestId, outcome: 'failed', durationMs: Math.max(0, clock() - createdAt) }),
    ),
  )
  return tasks
}
