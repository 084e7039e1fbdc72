import { ProtocolError, type InputRequiredResult } from '@modelcontextprotocol/server'
import type { AskingContext, Conversation, Principal } from '@toolgate/plugin'
import { assertAllowed, type AllowedDecision, type HeldScopes } from '@toolgate/policy'
import type { CatalogueThing } from '@toolgate/registry'
import { internalError, rpcCode } from '../errors.ts'
import type { Converse } from '../asking/open-conversation.ts'
import type { CallSlot } from './call-slots.ts'
import { Deadline } from './deadline.ts'
import type { Demands } from './demands.ts'
import { createHandlerDemands } from './handler-demands.ts'
import { LazySignal } from './lazy-signal.ts'
import { logPluginFailure } from './plugin-failure.ts'
import type { RunToolOptions } from './run-tool.ts'
import { grantedNames, scopeSentence } from './scope-refusal.ts'
import { askedThing, refusedThing, thrownThing, type ThingEnding } from './thing-ending.ts'

/** One allowed request for a thing that is no tool. */
export interface ThingRun {
  readonly decision: AllowedDecision
  readonly thing: CatalogueThing
  /** By what the decision was made. */
  readonly args: unknown
  /** How answers name it. */
  readonly shown: string
  readonly late: AbortSignal | undefined
  readonly principal: Principal
  readonly held: HeldScopes
  readonly requestId: string
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal
  /** Opens what the code may ask and tell the client. */
  readonly converse: Converse
  readonly slot: CallSlot
}

/** The code of a plugin that a run is of, and what its value is made of. */
export interface ThingWork<Result> {
  readonly run: (context: AskingContext) => unknown
  /** Undefined where there is nothing of this name after all. */
  readonly toResult: (returned: unknown) => Result | undefined
}

/** Runs the code of a thing. */
export type RunThing = <Result>(
  run: ThingRun,
  work: ThingWork<Result>,
) => Promise<Result | InputRequiredResult | undefined>

/**
 * Rooms 8 and 9 for what is no tool. These methods have no result with `isError`: whatever a plugin throws, returns or fails to do ends
 * as a protocol error, bland unless it is a ToolError. The outcome is in the audit when this returns.
 *
 * @throws ProtocolError `refused`, `failed` or `Internal error`; PolicyError `not-allowed` without a decision that allows this very
 * thing; AuditError if the outcome cannot be kept
 */
export function createRunThing(options: RunToolOptions): RunThing {
  return async <Result>(run: ThingRun, work: ThingWork<Result>) => {
    assertAllowed(run.decision)
    const { thing, requestId } = run
    if (run.decision.policy.tool !== thing.name) throw new TypeError('the decision is about something else')
    const started = performance.now()
    const ending = await settle(run, work, options)
    const bland = !('result' in ending) && ending.told === undefined
    if (bland) logPluginFailure(options.logger, { tool: thing, requestId }, ending, `${thing.name} failed`)
    await options.audit.outcome({
      requestId,
      outcome: ending.outcome,
      durationMs: performance.now() - started,
      missing: 'missing' in ending ? ending.missing : undefined,
      correlationId: bland ? requestId : undefined,
      resultBytes: 'result' in ending ? ending.bytes : undefined,
    })
    if ('result' in ending) return ending.result
    throw ending.told ?? new ProtocolError(rpcCode.internalError, internalError, { correlationId: requestId })
  }
}

async function settle<Result>(
  run: ThingRun,
  work: ThingWork<Result>,
  options: RunToolOptions,
): Promise<ThingEnding<Result>> {
  const controller = new LazySignal()
  const { promise: cut, resolve } = Promise.withResolvers<ThingEnding<Result>>()
  const stop = (outcome: 'cancelled' | 'failed' | 'timeout') => () => {
    const error = new Error(`the request ended: ${outcome}`)
    controller.abort(error)
    run.slot.cutOff()
    resolve({ outcome, error })
  }
  const endings = [
    [run.signal, stop('cancelled')],
    [run.late, stop('failed')],
  ] as const
  const deadline = new Deadline(run.thing.timeoutMs, stop('timeout'))
  const demands = createHandlerDemands(run.thing, run, options)
  deadline.start()
  try {
    for (const [signal, end] of endings) {
      if (signal?.aborted === true) {
        run.slot.end()
        end()
        return await cut
      }
      signal?.addEventListener('abort', end, { once: true })
    }
    const conversation = conversationOf(run, { cut: controller, deadline, end: resolve })
    const ending = await Promise.race([runCode(run, work, { demands, cut: controller, options, conversation }), cut])
    return unmet(run, demands) ?? ending
  } catch (error) {
    run.slot.end()
    if (error instanceof ProtocolError) return refusedThing(error)
    throw error
  } finally {
    deadline.end()
    for (const [signal, end] of endings) signal?.removeEventListener('abort', end)
  }
}

function conversationOf<Result>(
  { converse, slot }: ThingRun,
  {
    cut,
    deadline,
    end,
  }: {
    readonly cut: LazySignal
    readonly deadline: Deadline
    readonly end: (ending: ThingEnding<Result>) => void
  },
): Conversation {
  return converse({
    cut,
    waiting: () => {
      deadline.pause()
    },
    resumed: () => {
      deadline.resume()
    },
    ended: (ended) => {
      cut.abort(new Error('the client is asked, and the request comes again with its answer'))
      slot.end()
      end(askedThing(ended))
    },
  })
}

async function runCode<Result>(
  { thing, principal, requestId, slot }: ThingRun,
  work: ThingWork<Result>,
  bounds: {
    readonly demands: Demands
    readonly cut: LazySignal
    readonly options: RunToolOptions
    readonly conversation: Conversation
  },
): Promise<ThingEnding<Result>> {
  const { logger } = thing
  const { requireScopes } = bounds.demands
  try {
    const { conversation } = bounds
    const { signal } = bounds.cut
    const context: AskingContext = { principal, signal, logger, requestId, requireScopes, ...conversation }
    const result = work.toResult(await work.run(Object.freeze(context)))
    const bytes = result === undefined ? 0 : Buffer.byteLength(JSON.stringify(result))
    if (bytes <= bounds.options.resultBytes) return { outcome: 'ok', result, bytes }
    return { outcome: 'too-large', error: new Error(`the result has ${String(bytes)} bytes`) }
  } catch (error) {
    return thrownThing(error)
  } finally {
    slot.end()
  }
}

/** A demand that is not met ends the request, whatever became of the code after it: it has begun, so it is no HTTP 403. */
function unmet({ shown, principal, held, requestId }: ThingRun, demands: Demands): ThingEnding<never> | undefined {
  const { decision, fault } = demands.end()
  if (fault !== undefined) return { outcome: 'failed', error: fault }
  if (decision.effect !== 'deny') return undefined
  const { required, missing, notRequestable } = decision
  const sentence = scopeSentence({ tools: [shown], missing, notRequestable, issuer: principal.issuer })
  const facts = { required, missing, granted: grantedNames(held), requestId }
  return { outcome: 'insufficient-scope', missing, told: new ProtocolError(rpcCode.refused, sentence, facts) }
}
