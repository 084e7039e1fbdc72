import { ProtocolError } from '@modelcontextprotocol/server'
import type { Audit } from '@toolgate/audit'
import type { Conversation } from '@toolgate/plugin'
import { assertAllowed, demandedIn, type Policy } from '@toolgate/policy'
import type { Logger } from 'pino'
import { callHandler } from './call-handler.ts'
import { Deadline } from './deadline.ts'
import { createDemands, type Demands } from './demands.ts'
import { askedEnding, refusedEnding, taskRequiredEnding, type Ending, type ToolAnswer } from './ending.ts'
import { insufficientScope } from './insufficient-scope.ts'
import { judgeSize } from './judge-size.ts'
import { LazySignal } from './lazy-signal.ts'
import { blandResult, logPluginFailure } from './plugin-failure.ts'
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
  return async (run) => {
    assertAllowed(run.decision)
    if (run.decision.policy.tool !== run.tool.name) throw new TypeError('the decision is about another tool')
    const started = performance.now()
    const { ending, json, bytes } = judgeSize(await runToEnd(run, options), options.resultBytes, run.requestId)
    const bland = ending.error !== undefined
    if (bland) logPluginFailure(options.logger, run, ending, 'a tool call failed')
    await options.audit.outcome({
      requestId: run.requestId,
      outcome: ending.outcome,
      durationMs: performance.now() - started,
      missing: ending.missing,
      correlationId: bland ? run.requestId : undefined,
      resultBytes: bytes,
    })
    if (ending.refusal !== undefined) throw ending.refusal
    return { result: ending.result, json }
  }
}

async function runToEnd(run: ToolRun, options: RunToolOptions): Promise<Ending> {
  const { tool, requestId, late: lateDemand } = run
  const before = endBefore(run)
  if (before !== undefined) {
    run.slot.end()
    return before
  }
  const cutOffSignal = new LazySignal()
  const { promise: cut, resolve: settle } = Promise.withResolvers<Ending>()
  const stop = (outcome: Ending['outcome'], sentence: string) => {
    const error = new Error(sentence)
    cutOffSignal.abort(error)
    run.slot.cutOff()
    settle({ outcome, result: blandResult(sentence, requestId), error })
  }
  const cancel = () => {
    stop('cancelled', 'The call was cancelled.')
  }
  const cutOff = () => {
    stop('failed', 'The tool failed.')
  }
  const deadline = new Deadline(tool.timeoutMs, (limit) => {
    stop('timeout', `The tool did not answer within ${String(limit)} ms.`)
  })
  lateDemand?.addEventListener('abort', cutOff, { once: true })
  run.signal.addEventListener('abort', cancel, { once: true })
  try {
    const demands = demandsOf(run, options)
    const conversation = converse(run, cutOffSignal, deadline, settle)
    const begin = () => {
      beginTask(run, deadline)
    }
    const called = callHandler(run, cutOffSignal, { demands, conversation, begin })
    // What has answered already can be neither late nor cut off.
    if (!(called instanceof Promise)) return insufficientScope(run, demands.end()) ?? called
    deadline.start()
    const ending = await Promise.race([called, cut])
    return insufficientScope(run, demands.end()) ?? ending
  } catch (error) {
    run.slot.end()
    if (error instanceof ProtocolError) return refusedEnding(error)
    throw error
  } finally {
    deadline.end()
    run.signal.removeEventListener('abort', cancel)
    lateDemand?.removeEventListener('abort', cutOff)
  }
}

function converse(run: ToolRun, cut: LazySignal, deadline: Deadline, settle: (ending: Ending) => void): Conversation {
  return run.converse({
    cut,
    waiting: () => {
      deadline.pause()
    },
    resumed: () => {
      deadline.resume()
    },
    ended: (end) => {
      // The handler waits for good, so only what it started beside may hear of it.
      cut.abort(new Error('the client is asked, and the call starts again with its answer'))
      run.slot.end()
      settle(askedEnding(end))
    },
  })
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

function beginTask({ task }: ToolRun, deadline: Deadline): void {
  if (task === undefined) return
  task.begin()
  deadline.restart(task.runMs)
}

/** The author's look said yes and then demanded more: nobody can say any more what this call may do. */
function demandedTooLate({ requestId, late }: ToolRun): Ending {
  return { outcome: 'failed', result: blandResult('The tool failed.', requestId), error: late?.reason }
}

/** The handler's `requireScopes`: the same judge, on top of what the author's look demanded. */
function demandsOf(run: ToolRun, { policy, logger }: RunToolOptions): Demands {
  const { tool, args, held, decision, requestId } = run
  const before = demandedIn(decision.reason)
  return createDemands({
    tool: tool.name,
    declared: tool.policy.mayRequire ?? [],
    allowed: decision,
    judge: (demanded) => policy.decide(held, tool.name, { value: args, demanded: [...before, ...demanded] }),
    onLate: (error) => {
      logPluginFailure(
        logger,
        { tool, requestId },
        { outcome: 'late demand', error },
        'a handler demanded after its end',
      )
    },
  })
}
