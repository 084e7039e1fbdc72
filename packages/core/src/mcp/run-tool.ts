import { ProtocolError } from '@modelcontextprotocol/server'
import type { Audit } from '@toolgate/audit'
import { assertAllowed, type Policy } from '@toolgate/policy'
import type { Logger } from 'pino'
import { callHandler } from './call-handler.ts'
import { refusedEnding, taskRequiredEnding, type Ending, type ToolAnswer } from './ending.ts'
import { judgeSize } from './judge-size.ts'
import { blandResult, logPluginFailure } from './plugin-failure.ts'
import { RunningCall } from './running-call.ts'
import type { ToolRun } from './tool-run.ts'

/** What running a tool needs of the host. */
export interface RunToolOptions {
  readonly policy: Policy
  readonly audit: Audit
  readonly logger: Logger
  /** Bytes that a result may have as JSON. */
  readonly resultBytes: number
}

/**
 * Rooms 8 and 9: runs an allowed call under its deadline and answers a result in every case: what a plugin throws, returns
 * or fails to do ends as `isError`, bland unless it is a ToolError. So does a demand of the handler that the caller does not
 * meet: the call has begun, and is no 403 any more. The outcome is in the audit when this returns.
 *
 * @throws PolicyError `not-allowed` without a decision that allows this very tool; AuditError if the outcome cannot be kept;
 * ProtocolError for a request state or responses that are not good, and a capability that the client would have to declare
 */
export function createRunTool(options: RunToolOptions): (run: ToolRun) => Promise<ToolAnswer> {
  return (run) => {
    assertAllowed(run.decision)
    if (run.decision.policy.tool !== run.tool.name) throw new TypeError('the decision is about another tool')
    const startedAt = performance.now()
    const ended = runToEnd(run, options, startedAt)
    return ended instanceof Promise
      ? ended.then((ending) => conclude(run, options, ending, startedAt))
      : conclude(run, options, ended, startedAt)
  }
}

/** The last steps of every call: its size is judged, its outcome recorded, and then it is answered. */
function conclude(run: ToolRun, options: RunToolOptions, ended: Ending, startedAt: number): Promise<ToolAnswer> {
  const { requestId } = run
  const { ending, json, bytes } = judgeSize(ended, options.resultBytes, requestId)
  const bland = ending.error !== undefined
  if (bland) logPluginFailure(options.logger, run, ending, 'a tool call failed')
  const kept = options.audit.outcome({
    requestId,
    outcome: ending.outcome,
    durationMs: performance.now() - startedAt,
    missing: ending.missing,
    correlationId: bland ? requestId : undefined,
    resultBytes: bytes,
  })
  return kept.then(() => {
    if (ending.refusal !== undefined) throw ending.refusal
    return { result: ending.result, json }
  })
}

/** How a call ends: at once where its handler returned no promise. */
function runToEnd(run: ToolRun, options: RunToolOptions, startedAt: number): Ending | Promise<Ending> {
  const before = endBefore(run)
  if (before !== undefined) {
    run.slot.end()
    return before
  }
  let call: RunningCall
  try {
    call = new RunningCall(run, options, startedAt)
  } catch (error) {
    run.slot.end()
    if (error instanceof ProtocolError) return refusedEnding(error)
    throw error
  }
  const cancel = () => {
    call.stop('cancelled', 'The call was cancelled.')
  }
  const { late, signal } = run
  const cutOff = late && (() => call.stop('failed', 'The tool failed.'))
  if (cutOff) late.addEventListener('abort', cutOff, { once: true })
  signal.addEventListener('abort', cancel, { once: true })
  const release = () => {
    call.release()
    signal.removeEventListener('abort', cancel)
    if (cutOff) late.removeEventListener('abort', cutOff)
  }
  const called = callHandler(run, call)
  if (called instanceof Promise) {
    return call
      .settled(called)
      .then((ending) => call.end(ending))
      .finally(release)
  }
  // What has answered already can be neither late nor cut off.
  const ending = call.end(called)
  release()
  return ending
}

/** What ends a call whose handler must not begin. */
function endBefore(run: ToolRun): Ending | undefined {
  if (run.late?.aborted === true) return demandedTooLate(run)
  if (run.signal.aborted) return cancelled(run)
  return run.tool.task === 'required' && run.task === undefined ? taskRequiredEnding(run.tool.name) : undefined
}

function cancelled({ requestId }: ToolRun): Ending {
  const sentence = 'The call was cancelled.'
  return { outcome: 'cancelled', result: blandResult(sentence, requestId), error: new Error(sentence) }
}

/** The author's look said yes and then demanded more: nobody can say any more what this call may do. */
function demandedTooLate({ requestId, late }: ToolRun): Ending {
  return { outcome: 'failed', result: blandResult('The tool failed.', requestId), error: late?.reason }
}
