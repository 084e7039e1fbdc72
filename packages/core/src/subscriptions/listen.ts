import { ProtocolError, type JSONRPCRequest } from '@modelcontextprotocol/server'
import type { Audit } from '@toolgate/audit'
import type { Catalogue } from '@toolgate/registry'
import { rpcCode } from '../errors.ts'
import { keptText } from '../kept-text.ts'
import type { ServerInfo } from '../mcp/answer-json.ts'
import { readAsked } from '../mcp/asked.ts'
import type { Answer } from '../mcp/exchange.ts'
import type { CallIdentity } from '../mcp/judged-call.ts'
import type { Dispatched, JudgedRequest } from '../mcp/judged-request.ts'
import { requireAllowed } from '../mcp/require-allowed.ts'
import { declaresTasks, tasksRequired } from '../tasks/task-terms.ts'
import { honoured, readListenFilter, type ListenFilter, type Offer } from './listen-filter.ts'
import { ListenStream } from './listen-stream.ts'
import { readOf } from './may-read.ts'
import type { Subscriptions } from './subscriptions.ts'

/** Characters of the id of a subscription. */
const longestId = 1_024

/** What `subscriptions/listen` needs of the host. */
export interface ListenOptions {
  readonly subscriptions: Subscriptions
  readonly catalogue: Catalogue
  readonly audit: Audit
  readonly serverInfo: ServerInfo
  readonly offer: Offer
}

/** Whether there is anything to listen for; where there is not, the method does not exist. */
export function offersNews({ lists, updates, tasks }: Offer): boolean {
  return updates || tasks || lists.length > 0
}

/** The reads that a `subscriptions/listen` is judged as: one for each URI that it would be told of. */
export function readsOf(message: JSONRPCRequest, { updates }: Offer): readonly JSONRPCRequest[] {
  if (!updates) return []
  try {
    return [...readListenFilter(message).uris].map((uri) => readOf(uri, message.id))
  } catch (error) {
    // What is malformed is refused when it is answered: it names nothing to judge.
    if (error instanceof ProtocolError) return []
    throw error
  }
}

/** Room 7 for `subscriptions/listen` (MCP specification 2026-07-28, subscriptions): a stream of news, once every URI of it is allowed. */
export function createListen(options: ListenOptions): (request: JudgedRequest) => Dispatched {
  return (request) => {
    const { message } = request
    let filter: ListenFilter
    try {
      requireShortId(message)
      filter = readListenFilter(message)
      if (filter.taskIds.size > 0 && !declaresTasks(message)) throw tasksRequired('Nobody is told of tasks')
    } catch (error) {
      return refused(message, error, 400)
    }
    try {
      requireReadable(options, request)
      return open(options, request, filter)
    } catch (error) {
      for (const { requestId } of allowedOf(request)) end(options, requestId, 'cancelled')
      return refused(message, error, 200)
    }
  }
}

function open(options: ListenOptions, request: JudgedRequest, wanted: ListenFilter): Dispatched {
  const { subscriptions, serverInfo, offer } = options
  const { message, caller } = request
  const identity = keptIdentity(request.identity)
  const { filter, said } = honoured(wanted, offer, tasksOf(request))
  const since = performance.now()
  // Names alone: the rest of the request need not be kept for as long as the stream is.
  const told = allowedOf(request).map(({ requestId }) => requestId)
  let entered = true
  const stream: ListenStream = new ListenStream({
    id: message.id,
    caller,
    identity,
    filter,
    said,
    serverInfo,
    endsAt: subscriptions.endOf(caller),
    onEnd: () => {
      subscriptions.remove(stream)
      const outcome = entered ? 'ok' : 'cancelled'
      for (const requestId of told) end(options, requestId, outcome, performance.now() - since)
    },
  })
  const entering = subscriptions.add(stream, message.id)
  const answer: Answer = {
    kind: 'live',
    begin: (way) => {
      stream.begin(way)
      // What happened between the call and now would be told to nobody.
      for (const taskId of filter.taskIds) subscriptions.tellTask(stream, taskId)
    },
  }
  const refuse = (error: unknown): never => {
    entered = false
    stream.close()
    throw error
  }
  return {
    answer: entering === undefined ? Promise.resolve(answer) : entering.then(() => answer, refuse),
    close: () => {
      stream.close()
    },
  }
}

/** The id names the subscription, in each of its messages and for as long as it lasts. */
function requireShortId({ id }: JSONRPCRequest): void {
  if (typeof id !== 'string' || id.length <= longestId) return
  throw new ProtocolError(rpcCode.invalidParams, `Invalid params: the id has more than ${String(longestId)} characters`)
}

function keptIdentity(identity: CallIdentity): CallIdentity {
  const { clientName, clientVersion } = identity
  return { ...identity, clientName: keptText(clientName), clientVersion: keptText(clientVersion) }
}

function requireReadable({ catalogue }: ListenOptions, { subscribed = [] }: JudgedRequest): void {
  for (const { message, call, task } of subscribed) {
    if (task === undefined) requireAllowed(call, readAsked(catalogue, message), message)
  }
}

/** Tasks that the caller may ask for; of others nothing is said, whatever they are. */
function tasksOf({ subscribed = [] }: JudgedRequest): ReadonlySet<string> {
  return new Set(
    subscribed.flatMap(({ call, task }) => (task !== undefined && call.kind === 'allowed' ? [task.taskId] : [])),
  )
}

/** What is on record as allowed. */
function allowedOf({ subscribed = [] }: JudgedRequest): readonly { readonly requestId: string }[] {
  return subscribed.flatMap(({ call, requestId }) => (call.kind === 'allowed' ? [{ requestId }] : []))
}

function end({ audit }: ListenOptions, requestId: string, outcome: 'ok' | 'cancelled', durationMs = 0): void {
  // The stream is over either way.
  audit.outcome({ requestId, outcome, durationMs: Math.round(durationMs) }).catch(() => undefined)
}

function refused({ id }: JSONRPCRequest, error: unknown, status: number): Dispatched {
  const answer: Promise<Answer> =
    error instanceof ProtocolError
      ? Promise.resolve({ kind: 'json', status, message: { jsonrpc: '2.0', id, error: errorOf(error) } })
      : Promise.reject(error instanceof Error ? error : new TypeError('an error was thrown that is none'))
  return { answer, close: () => undefined }
}

function errorOf({ code, message, data }: ProtocolError): { code: number; message: string; data?: unknown } {
  return { code, message, ...(data !== undefined && { data }) }
}
