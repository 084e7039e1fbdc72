import {
  ProtocolError,
  Server,
  type JSONRPCRequest,
  type ListToolsResult,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { internalError, rpcCode } from '../errors.ts'
import type { ClientSession } from '../sessions/client-session.ts'
import { offersNews } from '../subscriptions/listen.ts'
import { answerCall } from './answer-call.ts'
import type { AnswerWay } from './answer-way.ts'
import { DirectCall } from './direct-call.ts'
import { Exchange, type Answer } from './exchange.ts'
import type { ToolList } from './list-tools.ts'
import type { Dispatched, JudgedRequest, ProtocolHandlerOptions } from './judged-request.ts'
import { isPlain } from './plain-request.ts'
import { createPreparedLists } from './prepared-lists.ts'
import type { CallChannel } from './report-progress.ts'
import { legacyRevisions, modernRevision } from './revisions.ts'
import { cacheHintsOf, capabilitiesOf } from './server-options.ts'
import type { ThingHandlers } from './thing-handlers.ts'
import type { RequestWay } from './thing-options.ts'

/**
 * Room 7: the protocol itself. A plain call or list is answered by the direct lane: the call as bytes, the list by the bytes that
 * the SDK wrote for the first caller with these scopes. Everything else is the SDK's, on the same parsed message: a server object is
 * made per request and given a handler for each method; nothing is registered per tool.
 */
export function createProtocolHandler(options: ProtocolHandlerOptions): (request: JudgedRequest) => Dispatched {
  const lists = createPreparedLists(options.list)
  return (request) => {
    if (options.listen !== undefined && listens(request, options)) return options.listen(request)
    const task = options.tasks?.(request)
    if (task !== undefined) return task
    const plain = isPlain(request)
    if (plain && request.call !== undefined) return new DirectCall(request, options)
    const alike = plain && !(request.message.method === 'resources/list' && options.things.listsChange)
    const prepared = alike ? lists.answer(request) : undefined
    if (prepared !== undefined) return { answer: Promise.resolve(prepared), close: () => undefined }
    const exchange = createExchange(request)
    const answer = dispatch(exchange, request, options)
    // What plugins list at each request is for one caller alone.
    if (alike) {
      void answer.then(
        (done) => {
          lists.keep(request, done)
        },
        () => undefined,
      )
    }
    return {
      answer,
      close: () => void exchange.close(),
      cancel: () => {
        exchange.cancel()
      },
    }
  }
}

/** Where nothing is ever told, the method is one that does not exist. */
function listens({ message, envelope }: JudgedRequest, { news }: ProtocolHandlerOptions): boolean {
  const modern = envelope.classification.era === 'modern'
  return modern && message.method === 'subscriptions/listen' && offersNews(news)
}

function createExchange({ envelope, session, running, outlet }: JudgedRequest): Exchange {
  const streaming = !envelope.batch
  const opens = session?.openStream?.bind(session)
  if (opens === undefined) return new Exchange(envelope.classification, { streaming, outlet })
  const openStream = streaming ? opens : undefined
  return new Exchange(envelope.classification, { streaming, openStream, onEnd: running?.end })
}

async function dispatch(exchange: Exchange, request: JudgedRequest, options: ProtocolHandlerOptions): Promise<Answer> {
  const server = createServer(exchange, request, options)
  try {
    await server.connect(exchange)
    return await exchange.answer(withoutJudged(request.message))
  } catch (error) {
    // The decision is on record, so what became of the call must be as well.
    if (request.call?.kind === 'allowed' && request.slot?.leave() === true) options.recordAbandoned(request.requestId)
    if (exchange.givenUp !== undefined) return exchange.givenUp
    throw error
  }
}

/** The rest of a call is judged already: what the SDK would say of it could only differ, and its copy would cost. */
function withoutJudged(message: JSONRPCRequest): JSONRPCRequest {
  if (message.method !== 'tools/call' && message.method !== 'prompts/get') return message
  if (message.params === undefined) return message
  const { name, _meta } = message.params
  return { ...message, params: { name, ...(_meta === undefined ? {} : { _meta }) } }
}

type Guard = <Result>(answer: () => Promise<Result>) => Promise<Result>

// McpServer, which the SDK recommends, would register every tool again for every request.
/* eslint-disable @typescript-eslint/no-deprecated */
function createServer(exchange: Exchange, request: JudgedRequest, options: ProtocolHandlerOptions): Server {
  const modern = request.envelope.classification.era === 'modern'
  const guard: Guard = async (answer) => {
    try {
      return await answer()
    } catch (error) {
      if (error instanceof ProtocolError) throw error
      exchange.fail(error)
      throw new ProtocolError(rpcCode.internalError, internalError, { correlationId: request.requestId })
    }
  }
  const { session, message } = request
  // Where a level can be said, or a subscription held: with the request itself, or in a session.
  const tells = modern || session !== undefined || options.opensSession(message)
  const server = new Server(options.serverInfo, {
    capabilities: capabilitiesOf(options, { modern, tells }),
    supportedProtocolVersions: modern ? [modernRevision] : [...legacyRevisions],
    cacheHints: cacheHintsOf(options.things),
    ...(options.instructions === undefined ? {} : { instructions: options.instructions }),
  })
  server.setRequestHandler('tools/list', ({ params }) =>
    guard(() => Promise.resolve(pageOf(request, options.list, params?.cursor))),
  )
  server.setRequestHandler('tools/call', (_message, context) =>
    guard(async () => (await answerCall(request, options, channelOf(context, exchange))).result),
  )
  registerThings(server, request, options.things, { guard, wayOf: (context) => channelOf(context, exchange) })
  if (session !== undefined) {
    server.setRequestHandler('logging/setLevel', ({ params }) => {
      session.logLevel = params.level
      return {}
    })
    registerSubscriptions(server, session, request, { options, guard })
  }
  return server
}

/** Subscriptions of a session. To end one is nobody's to refuse, so it is not judged, and says nothing of what there is. */
function registerSubscriptions(
  server: Server,
  session: ClientSession,
  request: JudgedRequest,
  { options, guard }: { readonly options: ProtocolHandlerOptions; readonly guard: Guard },
): void {
  if (!options.news.updates) return
  server.setRequestHandler('resources/subscribe', () =>
    guard(async () => {
      await options.subscribe(session, request)
      return {}
    }),
  )
  server.setRequestHandler('resources/unsubscribe', ({ params }) => {
    session.unsubscribe(params.uri)
    return {}
  })
}

/** The methods about things that some plugin offers; the others do not exist. */
function registerThings(
  server: Server,
  request: JudgedRequest,
  things: ThingHandlers,
  { guard, wayOf }: { readonly guard: Guard; readonly wayOf: (context: ServerContext) => RequestWay },
): void {
  const { resources, prompts, completions } = things.offered
  if (resources) {
    server.setRequestHandler('resources/list', (_message, context) =>
      guard(() => things.resources(request, wayOf(context))),
    )
    server.setRequestHandler('resources/templates/list', () => guard(() => Promise.resolve(things.templates(request))))
    server.setRequestHandler('resources/read', (_message, context) => guard(() => things.read(request, wayOf(context))))
  }
  if (prompts) {
    server.setRequestHandler('prompts/list', () => guard(() => Promise.resolve(things.prompts(request))))
    server.setRequestHandler('prompts/get', (_message, context) => guard(() => things.get(request, wayOf(context))))
  }
  if (completions) {
    server.setRequestHandler('completion/complete', (_message, context) =>
      guard(() => things.complete(request, wayOf(context))),
    )
  }
}
/* eslint-enable @typescript-eslint/no-deprecated */

function pageOf({ held }: JudgedRequest, list: ToolList, cursor: string | undefined): ListToolsResult {
  const page = list.page(held, cursor)
  if (page === undefined) throw new ProtocolError(rpcCode.invalidParams, 'Invalid cursor: list again from the start')
  return page
}

/** The way back through the SDK. */
function channelOf(
  { mcpReq }: ServerContext,
  exchange: Exchange,
): CallChannel & AnswerWay & { readonly signal: AbortSignal } {
  return {
    progressToken: mcpReq._meta?.progressToken,
    over: () => mcpReq.signal.aborted,
    notify: (notification) => {
      // What cannot be delivered any more is no fault of the call; a rejection that nobody takes would end the process.
      mcpReq.notify(notification).catch(() => undefined)
    },
    push: (sent) => {
      exchange.push(sent)
    },
    letGo: (retryMs) => {
      exchange.letGo(retryMs)
    },
    signal: mcpReq.signal,
  }
}
