import { LOG_LEVEL_META_KEY, type JSONRPCMessage, type JSONRPCRequest } from '@modelcontextprotocol/server'
import {
  ToolError,
  type Conversation,
  type Elicit,
  type Elicitation,
  type Root,
  type SamplingAnswer,
  type UrlElicitation,
} from '@toolgate/plugin'
import type { LazySignal } from '../mcp/lazy-signal.ts'
import type { ConversationEnd } from './conversation-end.ts'
import type { FormChecks } from './form-schema.ts'
import { isLogLevel, messageForClient } from './log-message.ts'
import { elicitationOf, rootsOf, samplingOf, WrongAnswer, type Question, type QuestionKind } from './question.ts'
import type { ConversingRequest } from './conversing-request.ts'
import { urlElicitationOf } from './url-question.ts'
import { canBeAsked, cannotAsk } from './who-can-be-asked.ts'
import { RoundTrip, type RetryParams, type RoundTripOptions } from './round-trip.ts'

/** What conversations need of the host. */
export interface ConversationOptions extends RoundTripOptions {
  readonly checks: FormChecks
  /** Cuts secrets and tokens out of a text. */
  readonly redact: (text: string) => string
}

/** What a conversation tells the call that it belongs to. */
export interface ConversationHooks {
  /** Aborts when the call is cut off. */
  readonly cut: LazySignal
  /** The client is asked: its time is not the handler's. */
  waiting(): void
  resumed(): void
  /** The call ends by what its handler asked. */
  ended(end: ConversationEnd): void
}

/** Opens the conversation of a call. Throws ProtocolError -32602 for a request state or responses that are not good. */
export type Converse = (hooks: ConversationHooks) => Conversation

type Ask = (question: Question) => Promise<unknown>

/**
 * What handlers ask and tell their clients: by round trips at revision 2026-07-28, on the stream of the call in a session of an older
 * one, and not at all elsewhere, with the reason.
 */
export function createConversations(options: ConversationOptions): (request: ConversingRequest) => Converse {
  return (request) => (hooks) => {
    const { cut } = hooks
    const inCall = request.modern ? askByRounds(options, request, hooks) : askInSession(request, hooks)
    const { task } = request
    const ask: Ask = (question) => (task?.begun === true ? task.ask(question, hooks) : inCall(question))
    const askable = async (kind: QuestionKind, make: () => Question): Promise<unknown> => {
      if (!canBeAsked(request, kind)) throw cannotAsk(request, kind)
      return ask(make())
    }
    return {
      canAsk: Object.freeze({
        elicit: canBeAsked(request, 'elicit'),
        elicitUrl: canBeAsked(request, 'elicitUrl'),
        sample: canBeAsked(request, 'sample'),
        listRoots: canBeAsked(request, 'listRoots'),
      }),
      // What the schema admits is what the answer was checked against.
      elicit: (async (question: Elicitation | UrlElicitation) =>
        'url' in question
          ? askPage(question, request, ask, hooks)
          : askable('elicit', () => elicitationOf(question, options.checks))) as unknown as Elicit,
      sample: (question) => askable('sample', () => samplingOf(question)) as Promise<SamplingAnswer>,
      listRoots: (question) => askable('listRoots', () => rootsOf(question)) as Promise<readonly Root[]>,
      log: (level: unknown, data: unknown, logger?: unknown) => {
        if (cut.aborted) return
        const message = messageForClient({ level, data, logger }, levelOf(request), options.redact)
        if (message !== undefined) request.way.push(message)
      },
      letGo: (retryMs) => {
        if (!cut.aborted) request.way.letGo?.(retryMs)
      },
    }
  }
}

/** Where the call cannot go on without the page, and the revision has an error for it, it ends by that, and its handler is not resumed. */
async function askPage(
  asked: UrlElicitation,
  request: ConversingRequest,
  ask: Ask,
  hooks: ConversationHooks,
): Promise<unknown> {
  if (!canBeAsked(request, 'elicitUrl')) throw cannotAsk(request, 'elicitUrl')
  const question = urlElicitationOf(asked, request)
  if (asked.required !== true || request.modern) return ask(question)
  hooks.ended({ kind: 'page-required', error: question.required })
  return new Promise(() => undefined)
}

/** Made when something is asked, or when there is something to look at: most calls ask nothing. */
function askByRounds(options: ConversationOptions, request: ConversingRequest, hooks: ConversationHooks): Ask {
  const { message, target, args, principal } = request
  const ended = (end: ConversationEnd) => {
    hooks.ended(end)
  }
  const begin = () =>
    new RoundTrip(options, { principal, method: message.method, target, args }, retryOf(message), ended)
  let trip = resumesConversation(message) ? begin() : undefined
  return (question) => (trip ??= begin()).ask(question)
}

function askInSession({ session, way }: ConversingRequest, hooks: ConversationHooks): Ask {
  const push = (message: JSONRPCMessage) => {
    way.push(message)
  }
  return async (question) => {
    if (session === undefined) throw new TypeError('a client without a session cannot be asked')
    hooks.waiting()
    try {
      return question.read(await session.request(push, question.request, hooks.cut.signal))
    } catch (error) {
      if (!(error instanceof WrongAnswer)) throw error
      throw new ToolError(`The answer of the client is not what was asked for: ${error.message}`)
    } finally {
      hooks.resumed()
    }
  }
}

/** Whether a request goes on with what was asked before: that is looked at before its handler begins. */
export function resumesConversation({ params }: JSONRPCRequest): boolean {
  return params?.['inputResponses'] !== undefined || params?.['requestState'] !== undefined
}

function retryOf({ params }: JSONRPCRequest): RetryParams {
  return { inputResponses: params?.['inputResponses'], requestState: params?.['requestState'] }
}

/** The least severe level that the client wants to hear of; none unless it said so, with the request or in its session. */
function levelOf({ modern, message, session }: ConversingRequest): string | undefined {
  if (!modern) return session?.logLevel
  const level = message.params?._meta?.[LOG_LEVEL_META_KEY]
  return isLogLevel(level) ? level : undefined
}
