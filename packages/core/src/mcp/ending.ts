import type { ProtocolError } from '@modelcontextprotocol/server'
import {
  MissingRequiredClientCapabilityError,
  type CallToolResult,
  type InputRequiredResult,
} from '@modelcontextprotocol/server'
import type { OutcomeEntry } from '@toolgate/audit'
import { CannotAsk } from '../asking/cannot-ask.ts'
import type { ConversationEnd } from '../asking/conversation-end.ts'
import { TaskLimit } from '../tasks/task-limit.ts'
import { tasksRequired } from '../tasks/task-terms.ts'
import { blandResult, isOf, wordsOf } from './plugin-failure.ts'
import { errorResult } from './text-result.ts'

/** What a call came to: a result, or what the client is asked before there is one. */
export interface ToolAnswer {
  readonly result: CallToolResult | InputRequiredResult
  /** The same as JSON, written once: it was measured, and leaves as it is. */
  readonly json: string
}

/** How a call ends. */
export interface Ending {
  readonly outcome: OutcomeEntry['outcome']
  readonly result: ToolAnswer['result']
  /** The protocol's own error, in the place of the result. */
  readonly refusal?: ProtocolError
  readonly missing?: readonly string[]
  /** For the log: the caller gets bland words. */
  readonly error?: unknown
}

/** The end of a call whose handler asked what cannot be answered within it. */
export function askedEnding(end: ConversationEnd): Ending {
  switch (end.kind) {
    case 'input-required':
      return { outcome: 'input-required', result: end.result }
    case 'refused':
      return refusedEnding(end.error)
    case 'page-required':
      return { ...refusedEnding(end.error), outcome: 'input-required' }
    case 'over':
      return { outcome: 'tool-error', result: errorResult(end.words) }
  }
}

/** The end of a call that came with a request state, or responses, that are not good. */
export function refusedEnding(refusal: ProtocolError): Ending {
  return { outcome: 'invalid-input', result: errorResult(refusal.message), refusal }
}

/** The end of a call that only a client which knows tasks may send. */
export function taskRequiredEnding(tool: string): Ending {
  const refusal = tasksRequired(`${tool} is run as a task`)
  return { outcome: 'missing-capability', result: errorResult(refusal.message), refusal }
}

/** The end of a call whose handler threw. */
export function thrownEnding(error: unknown, requestId: string): Ending {
  if (isOf(error, TaskLimit)) return { outcome: 'failed', result: errorResult(error.message), refusal: error }
  const words = wordsOf(error)
  if (words === undefined) {
    const result = blandResult('The tool failed.', requestId)
    return { outcome: 'failed', result, error: error ?? new Error('nothing was thrown') }
  }
  if (!isOf(error, CannotAsk)) return { outcome: 'tool-error', result: errorResult(words) }
  const refusal = missingCapability(error)
  return { outcome: 'missing-capability', result: errorResult(words), ...(refusal && { refusal }) }
}

/** The protocol's own error for a capability that was not declared, where it has one (MCP specification 2026-07-28, basic). */
export function missingCapability({ required, message }: CannotAsk): ProtocolError | undefined {
  return required && new MissingRequiredClientCapabilityError({ requiredCapabilities: required }, message)
}
