import type { CallToolResult } from '@modelcontextprotocol/server'
import type { Audit, OutcomeEntry } from '@toolgate/audit'
import { ToolError, type Principal, type ToolContext } from '@toolgate/plugin'
import { assertAllowed, type AllowedDecision } from '@toolgate/policy'
import type { CatalogueTool } from '@toolgate/registry'
import type { Logger } from 'pino'
import type { CallSlot } from './call-slots.ts'
import { errorResult, toToolResult } from './tool-result.ts'

/** What running a tool needs of the host. */
export interface RunToolOptions {
  readonly audit: Audit
  readonly logger: Logger
  /** Bytes that a result may have as JSON. */
  readonly resultBytes: number
}

/** One allowed call. */
export interface ToolRun {
  readonly decision: AllowedDecision
  readonly tool: CatalogueTool
  /** Validated and frozen. */
  readonly args: unknown
  readonly principal: Principal
  readonly requestId: string
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal
  readonly progress: ToolContext['progress']
  readonly slot: CallSlot
}

type Outcome = OutcomeEntry['outcome']
type Ending = {
  readonly outcome: Outcome
  readonly result: CallToolResult
  readonly bytes?: number
  readonly error?: unknown
}

/**
 * Rooms 8 and 9: runs an allowed call under its deadline and answers a result in every case: what a plugin throws, returns
 * or fails to do ends as `isError`, bland unless it is a {@link ToolError}. The outcome is in the audit when this returns.
 *
 * @throws PolicyError `not-allowed` without a decision that allows this very tool; AuditError if the outcome cannot be kept
 */
export function createRunTool(options: RunToolOptions): (run: ToolRun) => Promise<CallToolResult> {
  return async (run) => {
    assertAllowed(run.decision)
    if (run.decision.policy.tool !== run.tool.name) throw new TypeError('the decision is about another tool')
    const started = performance.now()
    const ending = judgeSize(await runToEnd(run), options.resultBytes, run.requestId)
    const bland = ending.error !== undefined
    if (bland) logFailure(options.logger, run, ending)
    const kept = options.audit.outcome({
      requestId: run.requestId,
      outcome: ending.outcome,
      durationMs: performance.now() - started,
      correlationId: bland ? run.requestId : undefined,
      resultBytes: ending.bytes,
    })
    if (kept !== undefined) await kept
    return ending.result
  }
}

function logFailure(logger: Logger, { tool, requestId }: ToolRun, { outcome, error }: Ending): void {
  const fields = { correlationId: requestId, tool: tool.name, plugin: tool.plugin, outcome }
  try {
    logger.warn({ ...fields, err: error }, 'a tool call failed')
  } catch {
    // What a plugin throws may throw again when it is read.
    logger.warn({ ...fields, err: new Error('what was thrown cannot be read') }, 'a tool call failed')
  }
}

async function runToEnd(run: ToolRun): Promise<Ending> {
  const { tool, requestId } = run
  const controller = new AbortController()
  let settle: (ending: Ending) => void = () => undefined
  const cut = new Promise<Ending>((resolve) => (settle = resolve))
  const stop = (outcome: Outcome, sentence: string) => {
    const error = new Error(sentence)
    controller.abort(error)
    run.slot.cutOff()
    settle({ outcome, result: bland(sentence, requestId), error })
  }
  const cancel = () => {
    stop('cancelled', 'The call was cancelled.')
  }
  const late = () => {
    stop('timeout', `The tool did not answer within ${String(tool.timeoutMs)} ms.`)
  }
  const deadline = setTimeout(late, tool.timeoutMs)
  if (run.signal.aborted) cancel()
  else run.signal.addEventListener('abort', cancel, { once: true })
  try {
    return await Promise.race([callHandler(run, controller.signal), cut])
  } finally {
    clearTimeout(deadline)
    run.signal.removeEventListener('abort', cancel)
  }
}

async function callHandler(run: ToolRun, signal: AbortSignal): Promise<Ending> {
  const { tool, args, principal, requestId, slot } = run
  try {
    const context: ToolContext = { principal, signal, requestId, logger: tool.logger, progress: run.progress }
    const returned: unknown = await tool.handler(args, Object.freeze(context))
    return checkOutput(tool, toToolResult(returned), requestId)
  } catch (error) {
    const words = wordsOf(error)
    if (words !== undefined) return { outcome: 'tool-error', result: errorResult(words) }
    return {
      outcome: 'failed',
      result: bland('The tool failed.', requestId),
      error: error ?? new Error('nothing was thrown'),
    }
  } finally {
    slot.end()
  }
}

/** The words of a {@link ToolError}; undefined for whatever else was thrown. */
function wordsOf(thrown: unknown): string | undefined {
  try {
    const message: unknown = thrown instanceof ToolError ? thrown.message : undefined
    return typeof message === 'string' ? message : undefined
  } catch {
    return undefined
  }
}

function checkOutput(tool: CatalogueTool, result: CallToolResult, requestId: string): Ending {
  if (result.isError === true) return { outcome: 'tool-error', result }
  if (tool.validateOutput === undefined) return { outcome: 'ok', result }
  const checked = tool.validateOutput(result.structuredContent)
  if (checked.ok) return { outcome: 'ok', result }
  const error = new Error(`output: ${checked.faults.map((fault) => `${fault.pointer} ${fault.message}`).join('; ')}`)
  return { outcome: 'invalid-output', result: bland('The tool broke its own output schema.', requestId), error }
}

function judgeSize(ending: Ending, limit: number, requestId: string): Ending {
  try {
    const bytes = Buffer.byteLength(JSON.stringify(ending.result))
    if (bytes <= limit) return { ...ending, bytes }
    const error = new Error(`the result has ${String(bytes)} bytes, more than ${String(limit)}`)
    return { outcome: 'too-large', result: bland('The tool answered too much.', requestId), bytes, error }
  } catch (error) {
    return { outcome: 'failed', result: bland('The tool failed.', requestId), error }
  }
}

function bland(sentence: string, requestId: string): CallToolResult {
  return errorResult(`${sentence} Correlation id: ${requestId}`)
}
