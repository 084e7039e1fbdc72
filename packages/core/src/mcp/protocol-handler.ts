import {
  ProtocolError,
  Server,
  type CallToolResult,
  type JSONRPCRequest,
  type ListToolsResult,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { Principal } from '@toolgate/plugin'
import type { HeldScopes } from '@toolgate/policy'
import { LRUCache } from 'lru-cache'
import { internalError, rpcCode } from '../errors.ts'
import type { CallSlot } from './call-slots.ts'
import type { Envelope } from './envelope.ts'
import { Exchange, type Answer } from './exchange.ts'
import type { JudgedCall } from './judged-call.ts'
import type { ToolList } from './list-tools.ts'
import { reportProgress } from './report-progress.ts'
import { legacyRevisions, modernRevision } from './revisions.ts'
import type { ToolRun } from './run-tool.ts'
import { invalidArguments, unknownTool } from './unrun-call.ts'

/** What room 7 needs of the host. */
export interface ProtocolHandlerOptions {
  readonly serverInfo: { readonly name: string; readonly title: string; readonly version: string }
  readonly instructions: string | undefined
  readonly list: ToolList
  readonly runTool: (run: ToolRun) => Promise<CallToolResult>
  /** Records an allowed call whose client went away before its tool began. */
  readonly recordAbandoned: (requestId: string) => void
}

/** One request, judged. */
export interface JudgedRequest {
  readonly message: JSONRPCRequest
  readonly envelope: Envelope
  readonly principal: Principal
  /** What the list is decided by. */
  readonly held: HeldScopes
  readonly requestId: string
  /** Of a `tools/call` that names a tool; absent otherwise. */
  readonly call: JudgedCall | undefined
  /** Of a `tools/call` that names a tool. */
  readonly slot: CallSlot | undefined
}

/** A request on its way, to be closed when the client goes away. */
export interface Dispatched {
  readonly answer: Promise<Answer>
  close(): void
}

/** Milliseconds that a client may keep a list. */
const listLifetimeMs = 60_000
/** Bytes of prepared lists that are held. */
const listBytes = 64 * 1024 * 1024

/**
 * Room 7: the protocol itself, by the SDK, on the same parsed message. A server object is made per request and given two
 * handlers; nothing is registered per tool. Lists are prepared once per set of effective scopes and kept as text.
 */
export function createProtocolHandler(options: ProtocolHandlerOptions): (request: JudgedRequest) => Dispatched {
  const lists = new LRUCache<string, string>({
    maxSize: listBytes,
    sizeCalculation: (text, key) => text.length + key.length,
  })
  return (request) => {
    const listKey = listKeyOf(request, options.list)
    const prepared = listKey === undefined ? undefined : lists.get(listKey)
    if (prepared !== undefined) {
      return { answer: Promise.resolve(splice(request.message.id, prepared)), close: () => undefined }
    }
    const exchange = new Exchange(request.envelope.classification, !request.envelope.batch)
    const answer = dispatch(exchange, request, options)
    return {
      answer: listKey === undefined ? answer : answer.then((done) => keep(lists, listKey, done)),
      close: () => void exchange.close(),
    }
  }
}

async function dispatch(exchange: Exchange, request: JudgedRequest, options: ProtocolHandlerOptions): Promise<Answer> {
  const server = createServer(exchange, request, options)
  try {
    await server.connect(exchange)
    return await exchange.answer(withoutJudged(request.message))
  } catch (error) {
    // The decision is on record, so what became of the call must be as well.
    if (request.call?.kind === 'allowed' && request.slot?.leave() === true) options.recordAbandoned(request.requestId)
    throw error
  }
}

/** The rest of a call is judged already: what the SDK would say of it could only differ, and its copy would cost. */
function withoutJudged(message: JSONRPCRequest): JSONRPCRequest {
  if (message.method !== 'tools/call' || message.params === undefined) return message
  const { name, _meta } = message.params
  return { ...message, params: { name, ...(_meta === undefined ? {} : { _meta }) } }
}

// McpServer, which the SDK recommends, would register every tool again for every request.
/* eslint-disable @typescript-eslint/no-deprecated */
function createServer(exchange: Exchange, request: JudgedRequest, options: ProtocolHandlerOptions): Server {
  const modern = request.envelope.classification.era === 'modern'
  const guard = async <Result>(answer: () => Promise<Result>): Promise<Result> => {
    try {
      return await answer()
    } catch (error) {
      if (error instanceof ProtocolError) throw error
      exchange.fail(error)
      throw new ProtocolError(rpcCode.internalError, internalError, { correlationId: request.requestId })
    }
  }
  const server = new Server(options.serverInfo, {
    capabilities: { tools: {} },
    supportedProtocolVersions: modern ? [modernRevision] : [...legacyRevisions],
    cacheHints: { 'tools/list': { ttlMs: listLifetimeMs, cacheScope: 'private' } },
    ...(options.instructions === undefined ? {} : { instructions: options.instructions }),
  })
  server.setRequestHandler('tools/list', ({ params }) =>
    guard(() => Promise.resolve(pageOf(request, options.list, params?.cursor))),
  )
  server.setRequestHandler('tools/call', (_message, context) => guard(() => answerCall(request, options, context)))
  return server
}
/* eslint-enable @typescript-eslint/no-deprecated */

function pageOf({ held }: JudgedRequest, list: ToolList, cursor: string | undefined): ListToolsResult {
  const page = list.page(held, cursor)
  if (page === undefined) throw new ProtocolError(rpcCode.invalidParams, 'Invalid cursor: list again from the start')
  return page
}

async function answerCall(
  { call, slot, principal, requestId }: JudgedRequest,
  options: ProtocolHandlerOptions,
  context: ServerContext,
): Promise<CallToolResult> {
  if (call === undefined || slot === undefined) {
    throw new TypeError('a tools/call must be judged before it is dispatched')
  }
  switch (call.kind) {
    case 'unknown':
      throw unknownTool(call.name)
    case 'invalid-arguments':
      return invalidArguments(call.faults)
    case 'allowed': {
      const { tool, decision, args } = call
      if (!slot.start()) throw new ProtocolError(rpcCode.internalError, internalError)
      const { signal } = context.mcpReq
      const progress = reportProgress(context)
      return options.runTool({ decision, tool, args, principal, requestId, signal, progress, slot })
    }
  }
}

function listKeyOf({ message, envelope, held }: JudgedRequest, list: ToolList): string | undefined {
  if (message.method !== 'tools/list') return undefined
  const cursor = message.params?.cursor
  // A page of its own is rare, and a cursor that is not a string is for the SDK to refuse.
  return cursor === undefined ? `${envelope.revision} ${list.keyOf(held)}` : undefined
}

function keep(lists: LRUCache<string, string>, key: string, answer: Answer): Answer {
  if (answer.kind === 'json' && 'result' in answer.message) {
    lists.set(key, JSON.stringify(answer.message.result))
  }
  return answer
}

function splice(id: string | number, result: string): Answer {
  return { kind: 'text', status: 200, text: `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}` }
}
