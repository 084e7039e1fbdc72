import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { judgeTask } from '../tasks/judge-task.ts'
import type { Caller } from '../mcp/caller.ts'
import type { ListenStream } from './listen-stream.ts'
import type { Judging } from './may-read.ts'

/** What news of tasks needs of the subscriptions. */
export interface TaskNewsOptions {
  readonly streams: () => Iterable<ListenStream>
  /** By what it is judged now. */
  readonly rules: () => Judging | undefined
  /** Whether the token of a caller still counts. */
  readonly isGood: (caller: Caller) => Promise<boolean>
  readonly logger: Logger
}

/**
 * Tells of tasks whose status is another (extension `io.modelcontextprotocol/tasks`, task status notifications), as `tasks/get` would:
 * to the principal of the task alone, judged each time, and on record, because what is told may hold the result.
 */
export class TaskNews {
  readonly #options: TaskNewsOptions
  /** Tasks that are about to be told, by stream: each is told as it is then, once. */
  readonly #telling = new Map<ListenStream, Set<string>>()

  constructor(options: TaskNewsOptions) {
    this.#options = options
  }

  /** A task is in another status, or waits for something else. */
  changed(taskId: string): void {
    for (const stream of this.#options.streams()) if (stream.wantsTask(taskId)) this.tell(stream, taskId)
  }

  /** Tells a stream how a task of its caller is. */
  tell(stream: ListenStream, taskId: string): void {
    const telling = this.#telling.get(stream) ?? new Set()
    if (telling.has(taskId)) return
    this.#telling.set(stream, telling.add(taskId))
    this.#tell(stream, taskId).catch((error: unknown) => {
      this.#forget(stream, taskId)
      this.#options.logger.error({ err: error }, 'news of a task could not be told')
    })
  }

  async #tell(stream: ListenStream, taskId: string): Promise<void> {
    const { caller } = stream
    const judging = this.#options.rules()
    const allowed = judging !== undefined && (await this.#mayTell(judging, stream, taskId))
    // From here on a change is told once more.
    this.#forget(stream, taskId)
    const params = allowed && stream.wantsTask(taskId) ? judging.tasks?.paramsOf(taskId, caller.principal) : undefined
    if (params === undefined) return
    stream.tell({
      method: 'notifications/tasks',
      params,
      again: () => {
        this.tell(stream, taskId)
      },
    })
  }

  async #mayTell(judging: Judging, stream: ListenStream, taskId: string): Promise<boolean> {
    const { caller, identity } = stream
    if (!(await this.#options.isGood(caller))) return false
    const asked = judging.tasks?.askedFor(taskId, caller.principal)
    if (asked === undefined) return false
    const verdict = judgeTask(judging, asked, caller.held)
    if (!('call' in verdict) || verdict.call.kind !== 'allowed') return false
    await judging.tasks?.record({ caller, identity: { ...identity, requestId: randomUUID() } }, asked, verdict.decision)
    return true
  }

  #forget(stream: ListenStream, taskId: string): void {
    const telling = this.#telling.get(stream)
    telling?.delete(taskId)
    if (telling?.size === 0) this.#telling.delete(stream)
  }
}
