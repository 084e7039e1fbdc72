import type { AskingContext, CompletionContext } from '@toolgate/plugin'
import type { ConversingRequest } from '../asking/conversing-request.ts'
import type { Converse } from '../asking/open-conversation.ts'
import type { TakeSlots } from './call-slots.ts'
import type { AnswerWay } from './answer-way.ts'
import type { ThingLists } from './list-things.ts'
import type { RecordDecisionOptions } from './record-decision.ts'
import type { RunThing } from './run-thing.ts'

/** What room 7 needs for what is no tool. */
export interface ThingHandlersOptions extends RecordDecisionOptions {
  readonly lists: ThingLists
  readonly run: RunThing
  /** What readers and prompts may ask and tell their clients. */
  readonly converse: (request: ConversingRequest) => Converse
  readonly takeSlots: TakeSlots
}

/** The way of a request's answer, and whether it is still wanted. */
export type RequestWay = AnswerWay & { readonly signal: AbortSignal }

/** Nothing is demanded and nobody is asked while somebody types, or looks at a list. */
export function completionContext({ principal, signal, logger, requestId }: AskingContext): CompletionContext {
  return Object.freeze({ principal, signal, logger, requestId })
}
