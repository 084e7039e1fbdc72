import type { JSONRPCRequest } from '@modelcontextprotocol/server'
import type { Principal } from '@toolgate/plugin'
import type { Dispatched, JudgedRequest } from '../mcp/judged-request.ts'
import { answerTask, type AnswerTaskOptions } from './answer-task.ts'
import { readListenFilter } from '../subscriptions/listen-filter.ts'
import { askedOf, type AskedTask } from './asked-task.ts'
import { TaskCall, type CallAsTask, type TaskCallOptions } from './task-call.ts'
import { declaresTasks, taskMethods } from './task-terms.ts'
import type { Tasks } from './tasks.ts'

const none: readonly AskedTask[] = []

/** Makes the test which tasks a message is about; one that there is not is not judged. */
export function createTasksOf(
  tasks: Tasks | undefined,
): (message: JSONRPCRequest, principal: Principal) => readonly AskedTask[] {
  return (message, principal) => {
    const { method } = message
    const listens = method === 'subscriptions/listen'
    if (tasks === undefined || !(listens || taskMethods.has(method)) || !declaresTasks(message)) return none
    const ids = listens ? listenedTasks(message) : [message.params?.['taskId']]
    return [...ids].flatMap((id) => {
      const record = tasks.find(id, principal)?.record
      return record === undefined ? [] : [askedOf(record)]
    })
  }
}

/** What is malformed is refused when it is answered: it names nothing to judge. */
function listenedTasks(message: JSONRPCRequest): Iterable<string> {
  try {
    return readListenFilter(message).taskIds
  } catch {
    return []
  }
}

/** Room 7 for tasks: takes what is about one, and calls that become one. Revision 2026-07-28 alone has them. */
export function createTaskLane(
  options: TaskCallOptions & AnswerTaskOptions,
): (request: JudgedRequest) => Dispatched | undefined {
  return (request) => {
    const { envelope, message } = request
    if (envelope.classification.era !== 'modern') return undefined
    if (taskMethods.has(message.method)) {
      return { answer: answerTask(request, options), close: () => undefined }
    }
    return isTaskCall(request) ? new TaskCall(request, options) : undefined
  }
}

function isTaskCall(request: JudgedRequest): request is CallAsTask {
  const { message, call, slot } = request
  if (message.method !== 'tools/call' || slot === undefined || call?.kind !== 'allowed') return false
  return call.tool.kind === 'tool' && call.tool.task !== undefined && declaresTasks(message)
}
