import type { CallToolResult } from '@modelcontextprotocol/server'
import type { AuthorizeContext } from '@toolgate/plugin'
import type { Decision, Policy } from '@toolgate/policy'
import type { CatalogueEntry } from '@toolgate/registry'
import type { Logger } from 'pino'
import type { Asked } from './asked.ts'
import type { CallSlot } from './call-slots.ts'
import { createDemands, type Demands, type DemandsEnd } from './demands.ts'
import type { Verdict } from './judge-call.ts'
import type { CallRequest, JudgedCall } from './judged-call.ts'
import { blandResult, logPluginFailure, wordsOf } from './plugin-failure.ts'
import { errorResult } from './text-result.ts'

/** What the author's look needs of the host. */
export interface AuthorLookOptions {
  readonly policy: Policy
  readonly logger: Logger
  readonly limits: {
    /** Milliseconds that all looks of one request may take together. */
    readonly authorizeMs: number
  }
}

/** One call and what the policy says of it. */
export interface Judged {
  readonly call: CallRequest
  readonly asked: Asked
  readonly verdict: Verdict
}

/** What the calls of one request have in common. */
export interface CallSurroundings {
  /** The places of the calls, in their order. */
  readonly slots: readonly CallSlot[]
  /** A signal that aborts when the client goes away; made when it is asked for. */
  readonly gone: () => AbortSignal
}

/** A call whose scopes allow it, of a tool that has `authorize`. */
interface LookedAt {
  readonly call: CallRequest
  readonly allowed: Extract<JudgedCall, { readonly kind: 'allowed' }>
  /** Kept while the author's code runs on after it was given up. */
  readonly slot: CallSlot | undefined
}

/** Why a look was given up. */
type Cut = 'timed out' | 'the client went away'
type Ending =
  | { readonly kind: 'returned' }
  | { readonly kind: 'value' }
  | { readonly kind: 'threw'; readonly error: unknown }
  | { readonly kind: 'cut'; readonly cut: Cut }

/**
 * The last step of room 6, of requests that `decide` refused no call of: the second look by a tool's author. It can only ask for more. The looks of a request run side by
 * side under one deadline; the call is refused by an unmet demand, by whatever is thrown or returned, and by the deadline.
 *
 * @returns the calls with what is to become of them; undefined if no tool that they may run has `authorize`
 */
export function createAuthorLook(
  options: AuthorLookOptions,
): (judged: readonly Judged[], around: CallSurroundings) => Promise<readonly Judged[]> | undefined {
  return (judged, { slots, gone }) => {
    if (!judged.some(isLookedAt)) return undefined
    const items = judged.map((one, index) => toLookAt(one, slots[index]))
    return lookAtAll(options, judged, items, gone())
  }
}

/** Nobody's code runs for a caller who lacks the scopes, or for arguments that do not fit. */
function isLookedAt({ call, asked, verdict }: Judged): boolean {
  // The author looks at arguments, and of a completion only a part is known.
  // What a task was called with was looked at when it was called, and what was demanded is asked for again.
  if (asked.part || call.task !== undefined || !('call' in verdict)) return false
  return verdict.call.kind === 'allowed' && verdict.call.tool.authorize !== undefined
}

function toLookAt(judged: Judged, slot: CallSlot | undefined): LookedAt | undefined {
  const { call, verdict } = judged
  if (!isLookedAt(judged) || !('call' in verdict) || verdict.call.kind !== 'allowed') return undefined
  return { call, allowed: verdict.call, slot }
}

async function lookAtAll(
  options: AuthorLookOptions,
  judged: readonly Judged[],
  items: readonly (LookedAt | undefined)[],
  gone: AbortSignal,
): Promise<readonly Judged[]> {
  const { authorizeMs } = options.limits
  const until = performance.now() + authorizeMs
  const { promise: cut, resolve: giveUp } = Promise.withResolvers<Cut>()
  const leave = () => {
    giveUp('the client went away')
  }
  const deadline = setTimeout(() => {
    giveUp('timed out')
  }, authorizeMs)
  gone.addEventListener('abort', leave, { once: true })
  // Asked at each start and end: code that blocks lets neither the timer nor the socket speak.
  const over = (): Cut | undefined => {
    if (gone.aborted) return 'the client went away'
    return performance.now() >= until ? 'timed out' : undefined
  }
  try {
    return await Promise.all(
      judged.map(async (one, index) => {
        const item = items[index]
        return item === undefined ? one : { ...one, verdict: await look(options, item, { cut, over }) }
      }),
    )
  } finally {
    clearTimeout(deadline)
    gone.removeEventListener('abort', leave)
  }
}

interface Bounds {
  readonly cut: Promise<Cut>
  readonly over: () => Cut | undefined
}

async function look(options: AuthorLookOptions, item: LookedAt, bounds: Bounds): Promise<Verdict> {
  const { policy, logger } = options
  const { tool, args, decision: allowed } = item.allowed
  const { held, identity } = item.call
  const late = new AbortController()
  const demands = createDemands({
    tool: tool.name,
    declared: tool.policy.mayRequire ?? [],
    allowed,
    judge: (demanded) => policy.decide(held, tool.name, { value: args, demanded }),
    onLate: (error) => {
      const failure = { outcome: 'late demand', error }
      logPluginFailure(logger, { tool, requestId: identity.requestId }, failure, 'authorize demanded after its end')
      late.abort(error)
    },
  })
  const ending = await runLook(item, demands, bounds)
  return judgeEnding(options, item, { ending, end: demands.end(), late: late.signal })
}

async function runLook({ allowed, call, slot }: LookedAt, demands: Demands, { cut, over }: Bounds): Promise<Ending> {
  const before = over()
  if (before !== undefined) return { kind: 'cut', cut: before }
  const { tool, args } = allowed
  const controller = new AbortController()
  const context: AuthorizeContext = {
    principal: call.principal,
    signal: controller.signal,
    logger: tool.logger,
    requestId: call.identity.requestId,
    requireScopes: demands.requireScopes,
  }
  const running = runCode(tool, args, Object.freeze(context))
  const ending = await Promise.race([running, cut.then((why): Ending => ({ kind: 'cut', cut: why }))])
  const after = ending.kind === 'cut' ? ending.cut : over()
  if (after === undefined) return ending
  slot?.keep(running)
  controller.abort(new Error(`authorize was given up: ${after}`))
  return { kind: 'cut', cut: after }
}

/** Never rejects: a promise that is given up must not end the process later. */
async function runCode(tool: CatalogueEntry, args: unknown, context: AuthorizeContext): Promise<Ending> {
  try {
    const returned: unknown = await tool.authorize?.(args, context)
    return { kind: returned === undefined ? 'returned' : 'value' }
  } catch (error) {
    return { kind: 'threw', error }
  }
}

function judgeEnding(
  options: AuthorLookOptions,
  item: LookedAt,
  { ending, end, late }: { readonly ending: Ending; readonly end: DemandsEnd; readonly late: AbortSignal },
): Verdict {
  const { decision, fault } = end
  if (fault !== undefined) return refuse(options, item, { decision, why: 'demanded what it may not', error: fault })
  // A demand that is not met is what the caller can act on, however the code went on after it.
  if (decision.effect === 'deny') return { denied: decision }
  switch (ending.kind) {
    case 'returned':
      if (decision.effect !== 'allow') throw new TypeError('a decision with arguments must be final')
      return { call: { ...item.allowed, decision, late }, decision }
    case 'value': {
      const error = new TypeError('authorize returned a value: it allows nothing, and demands by requireScopes alone')
      return refuse(options, item, { decision, why: 'returned a value', error })
    }
    case 'cut':
      return refuse(options, item, {
        decision,
        why: ending.cut,
        error: new Error(`authorize was given up: ${ending.cut}`),
      })
    case 'threw':
      return refuse(options, item, { decision, why: 'threw', error: ending.error })
  }
}

function refuse(
  { logger, limits }: AuthorLookOptions,
  { allowed, call }: LookedAt,
  { decision, why, error }: { readonly decision: Decision; readonly why: string; readonly error: unknown },
): Verdict {
  const { tool, args } = allowed
  const { requestId } = call.identity
  const refused = (reason: string, result: CallToolResult): Verdict => ({
    call: { kind: 'refused', tool, args, result },
    decision,
    refused: reason,
  })
  const words = why === 'threw' ? wordsOf(error) : undefined
  if (words !== undefined) return refused('refused in words', errorResult(words))
  const failure = { outcome: 'refused', error: error ?? new Error('nothing was thrown') }
  logPluginFailure(logger, { tool, requestId }, failure, `authorize ${why}`)
  const sentence =
    why === 'timed out'
      ? `The call was refused: its tool did not judge it within ${String(limits.authorizeMs)} ms.`
      : 'The call was refused: its tool could not judge it.'
  return refused(why, blandResult(sentence, requestId))
}
