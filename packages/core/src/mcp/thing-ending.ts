import { ProtocolError, type InputRequiredResult } from '@modelcontextprotocol/server'
import type { OutcomeEntry } from '@toolgate/audit'
import { CannotAsk } from '../asking/cannot-ask.ts'
import type { ConversationEnd } from '../asking/conversation-end.ts'
import { rpcCode } from '../errors.ts'
import { missingCapability } from './ending.ts'
import { isOf, wordsOf } from './plugin-failure.ts'

/** How a request for what is no tool ends. */
export type ThingEnding<Result> =
  | { readonly outcome: 'ok'; readonly result: Result | undefined; readonly bytes: number }
  | { readonly outcome: 'input-required'; readonly result: InputRequiredResult; readonly bytes: number }
  | {
      readonly outcome: Exclude<OutcomeEntry['outcome'], 'ok' | 'input-required'>
      /** What the caller is told; bland where it is left out. */
      readonly told?: ProtocolError
      readonly error?: unknown
      readonly missing?: readonly string[]
    }

/** The end of a request whose code asked what cannot be answered within it. */
export function askedThing(end: ConversationEnd): ThingEnding<never> {
  switch (end.kind) {
    case 'input-required': {
      const bytes = Buffer.byteLength(JSON.stringify(end.result))
      return { outcome: 'input-required', result: end.result, bytes }
    }
    case 'refused':
      return refusedThing(end.error)
    // Only tools declare pages.
    case 'page-required':
      return refusedThing(end.error)
    case 'over':
      return { outcome: 'tool-error', told: new ProtocolError(rpcCode.failed, end.words) }
  }
}

/** The end of a request that came with a request state, or responses, that are not good. */
export function refusedThing(told: ProtocolError): ThingEnding<never> {
  return { outcome: 'invalid-input', told }
}

/** The end of a request whose code threw. */
export function thrownThing(error: unknown): ThingEnding<never> {
  const words = wordsOf(error)
  if (words === undefined) return { outcome: 'failed', error: error ?? new Error('nothing was thrown') }
  const told = new ProtocolError(rpcCode.failed, words)
  if (isOf(error, CannotAsk)) return { outcome: 'missing-capability', told: missingCapability(error) ?? told }
  return { outcome: 'tool-error', told }
}
