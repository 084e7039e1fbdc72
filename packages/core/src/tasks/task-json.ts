import { SERVER_INFO_META_KEY } from '@modelcontextprotocol/server'
import type { ServerInfo } from '../mcp/answer-json.ts'
import type { FoundTask, TaskLimits } from './tasks.ts'

/** What the answers about tasks say beside the task. */
export interface TaskJsonOptions {
  readonly serverInfo: ServerInfo
  readonly limits: Pick<TaskLimits, 'ttlMs' | 'pollIntervalMs'>
}

/** The answer to a call that became a task. */
export function createdTaskJson(id: string | number, task: FoundTask, options: TaskJsonOptions): string {
  return answer(id, { resultType: 'task', ...taskOf(task, options.limits) }, options)
}

/** A task as it is now, with its result as the call would have answered it. */
export function taskJson(id: string | number, task: FoundTask, options: TaskJsonOptions): string {
  const { result, error } = task.record
  const inputRequests = task.running?.inputRequests
  const about = { resultType: 'complete', ...taskOf(task, options.limits) }
  if (result !== undefined) return answer(id, about, options, `"result":${result}`)
  if (error !== undefined) return answer(id, about, options, `"error":${error}`)
  return answer(id, { ...about, ...(inputRequests && { inputRequests }) }, options)
}

/** A task as a notification holds it: what `tasks/get` would have answered (extension, task status notifications). */
export function taskParams(task: FoundTask, limits: TaskJsonOptions['limits']): Readonly<Record<string, unknown>> {
  const { result, error } = task.record
  const inputRequests = task.running?.inputRequests
  return {
    ...taskOf(task, limits),
    ...(result !== undefined && { result: JSON.parse(result) as unknown }),
    ...(error !== undefined && { error: JSON.parse(error) as unknown }),
    ...(inputRequests !== undefined && { inputRequests }),
  }
}

/** The answer that says nothing but that the request was taken. */
export function takenJson(id: string | number, options: TaskJsonOptions): string {
  return answer(id, { resultType: 'complete' }, options)
}

/** A result as `tasks/get` shows it: what the call would have answered at this revision. */
export function inlinedResult(json: string): string {
  return `${json.slice(0, -1)}${json === '{}' ? '' : ','}"resultType":"complete"}`
}

function taskOf({ record, running }: FoundTask, { ttlMs, pollIntervalMs }: TaskJsonOptions['limits']): object {
  const { id, createdAt } = record
  const status = running?.inputRequests === undefined ? record.status : 'input_required'
  const statusMessage = running === undefined ? record.message : running.message
  return {
    taskId: id,
    status,
    ...(statusMessage === undefined ? {} : { statusMessage }),
    createdAt: new Date(createdAt).toISOString(),
    lastUpdatedAt: new Date(Math.max(record.updatedAt, running?.updatedAt ?? 0)).toISOString(),
    ttlMs,
    pollIntervalMs,
  }
}

/** @param member written JSON that stands beside the rest */
function answer(id: string | number, result: object, { serverInfo }: TaskJsonOptions, member?: string): string {
  const text = JSON.stringify({ ...result, _meta: { [SERVER_INFO_META_KEY]: serverInfo } })
  const whole = member === undefined ? text : `${text.slice(0, -1)},${member}}`
  return `{"result":${whole},"jsonrpc":"2.0","id":${JSON.stringify(id)}}`
}
