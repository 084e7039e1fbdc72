import { ProtocolError } from '@modelcontextprotocol/server'
import type { Audit } from '@toolgate/audit'
import { rpcCode } from '../errors.ts'
import { errorJson } from '../mcp/answer-json.ts'
import type { Answer } from '../mcp/exchange.ts'
import type { JudgedRequest } from '../mcp/judged-request.ts'
import { takenJson, taskJson, type TaskJsonOptions } from './task-json.ts'
import { declaresTasks, tasksRequired } from './task-terms.ts'
import type { FoundTask, Tasks } from './tasks.ts'

/** What answers about tasks need of the host. */
export interface AnswerTaskOptions {
  readonly tasks: Tasks
  readonly audit: Audit
  readonly serverInfo: TaskJsonOptions['serverInfo']
}

/** Answers `tasks/get`, `tasks/update` and `tasks/cancel`, judged. */
export async function answerTask(request: JudgedRequest, options: AnswerTaskOptions): Promise<Answer> {
  const { message, requestId } = request
  try {
    if (!declaresTasks(message)) throw tasksRequired('Tasks cannot be asked for')
    const task = find(request, options)
    const started = performance.now()
    try {
      const text = run(task, request, options)
      await options.audit.outcome({ requestId, outcome: 'ok', durationMs: performance.now() - started })
      return { kind: 'text', status: 200, text }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      await options.audit.outcome({ requestId, outcome: 'invalid-input', durationMs: performance.now() - started })
      throw error
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    const status = error.code === rpcCode.missingCapability ? 400 : 200
    return { kind: 'text', status, text: errorJson(message.id, error) }
  }
}

/** @throws ProtocolError -32602 for a task that is unknown, past, another's, or of a tool that is concealed: all alike */
function find({ message, principal, call }: JudgedRequest, { tasks }: AnswerTaskOptions): FoundTask {
  const task = call?.kind === 'allowed' ? tasks.find(message.params?.['taskId'], principal) : undefined
  if (task === undefined) throw new ProtocolError(rpcCode.invalidParams, 'Task not found')
  return task
}

function run(task: FoundTask, { message }: JudgedRequest, { tasks, serverInfo }: AnswerTaskOptions): string {
  const json = { serverInfo, limits: tasks.limits }
  switch (message.method) {
    case 'tasks/get':
      return taskJson(message.id, task, json)
    case 'tasks/update':
      task.running?.answer(responsesOf(message.params?.['inputResponses']))
      return takenJson(message.id, json)
    case 'tasks/cancel':
      tasks.cancel(task)
      return takenJson(message.id, json)
    default:
      throw new TypeError(`${message.method} is about no task`)
  }
}

function responsesOf(responses: unknown): Readonly<Record<string, unknown>> {
  if (typeof responses !== 'object' || responses === null || Array.isArray(responses)) {
    throw new ProtocolError(rpcCode.invalidParams, 'inputResponses must be an object')
  }
  return responses as Readonly<Record<string, unknown>>
}
