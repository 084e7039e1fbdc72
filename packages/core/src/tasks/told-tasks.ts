import type { Decision } from '@toolgate/policy'
import type { Principal } from '@toolgate/plugin'
import type { Caller } from '../mcp/caller.ts'
import type { CallIdentity } from '../mcp/judged-call.ts'
import { recordDecision, type RecordDecisionOptions } from '../mcp/record-decision.ts'
import { askedOf, type AskedTask } from './asked-task.ts'
import { taskParams } from './task-json.ts'
import type { Tasks } from './tasks.ts'

/** Tasks, for whoever listens for news of them. */
export interface ToldTasks {
  /** What news of a task is judged by; undefined if this principal has no such task. */
  askedFor(taskId: string, principal: Principal): AskedTask | undefined
  /** The task as `tasks/get` would show it at this moment. */
  paramsOf(taskId: string, principal: Principal): Readonly<Record<string, unknown>> | undefined
  /** Writes down that it is told; rejects if that cannot be kept. */
  record(
    to: { readonly caller: Caller; readonly identity: CallIdentity },
    asked: AskedTask,
    decision: Decision,
  ): Promise<void>
}

/** Makes the tasks that may be told of in one generation of the catalogue. */
export function createToldTasks(tasks: Tasks, options: RecordDecisionOptions): ToldTasks {
  return {
    askedFor: (taskId, principal) => {
      const found = tasks.find(taskId, principal)
      return found === undefined ? undefined : askedOf(found.record)
    },
    paramsOf: (taskId, principal) => {
      const found = tasks.find(taskId, principal)
      return found === undefined ? undefined : taskParams(found, tasks.limits)
    },
    async record({ caller, identity }, task, decision) {
      const message = { jsonrpc: '2.0', id: 0, method: 'subscriptions/listen' } as const
      const call = { ...caller, message, identity, request: undefined, task, modern: true }
      const { asked } = task
      await recordDecision(options, { call, asked }, decision, { args: asked.args, kind: 'allowed' })
      await options.audit.outcome({ requestId: identity.requestId, outcome: 'ok', durationMs: 0 })
    },
  }
}
