import type { JSONRPCRequest } from '@modelcontextprotocol/server'
import type { Principal } from '@toolgate/plugin'
import type { AnswerWay } from '../mcp/answer-way.ts'
import type { RunningTask } from '../tasks/running-task.ts'
import type { ClientSession } from '../sessions/client-session.ts'

/** One request whose handler may ask and tell its client. */
export interface ConversingRequest {
  readonly message: JSONRPCRequest
  /** Name of the tool or prompt, or URI of the resource. */
  readonly target: string
  /** As they were judged. */
  readonly args: unknown
  readonly principal: Principal
  /** Pages that it may send people to. */
  readonly urls?: readonly string[] | undefined
  readonly modern: boolean
  readonly batch: boolean
  readonly session: ClientSession | undefined
  /** The task that the call becomes: once it has begun, its client is asked by it. */
  readonly task?: RunningTask | undefined
  readonly way: AnswerWay
}
