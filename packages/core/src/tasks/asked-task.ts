import type { Asked } from '../mcp/asked.ts'
import type { TaskRecord } from './task-records.ts'

/** What a request about a task is judged by: the tool that it runs, with the arguments that it was called with. */
export interface AskedTask {
  readonly taskId: string
  readonly asked: Asked
  /** Scopes that the author's look demanded of the call. */
  readonly demanded: readonly string[]
  /** The call that the task came of, for the audit. */
  readonly requestId: string
}

/** What a request about this task is judged by. */
export function askedOf(record: TaskRecord): AskedTask {
  const { id, tool, requestId } = record
  const args: unknown = JSON.parse(record.arguments)
  const demanded = JSON.parse(record.demanded) as readonly string[]
  return { taskId: id, asked: { name: tool, args, shown: tool, part: false }, demanded, requestId }
}
