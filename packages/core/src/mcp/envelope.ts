import type {
  JSONRPCNotification,
  JSONRPCRequest,
  JSONRPCResponse,
  MessageClassification,
} from '@modelcontextprotocol/server'
import type { IncomingMessage } from 'node:http'
import { rpcCode, rpcRefusal, type Refusal, type RpcId } from '../errors.ts'
import { classifyRequest } from './classify-request.ts'
import { readMirroredHeaders, requireMirroredHeaders, type MirroredHeaders } from './header-checks.ts'
import { parseJson } from './parse-json.ts'
import { readBody } from './read-body.ts'
import { batchRevision, legacyRevisions, modernRevision, supportedRevisions } from './revisions.ts'

/** What came instead of a request or, in a batch, with one: it means something to a session alone. */
export type Beside = { readonly notification: JSONRPCNotification } | { readonly response: JSONRPCResponse }

/** What the body held: the one parsed form that every later room uses. */
export interface Envelope {
  /** The revision that the caller speaks. */
  readonly revision: string
  readonly classification: MessageClassification
  /** Requests in the order they came. */
  readonly requests: readonly JSONRPCRequest[]
  /** Everything else, of revisions with sessions. */
  readonly beside: readonly Beside[]
  readonly batch: boolean
}

/** What a transport says of a message beside its body. */
export interface BesideBody {
  /** Compared with the body; absent where the transport has no headers. */
  readonly headers?: MirroredHeaders
  /** The revision that was said beside the body or agreed on before. */
  readonly revision: string | undefined
}

const noHeaders: MirroredHeaders = { protocolVersion: undefined, method: undefined, name: undefined }

const largestBatch = 50

/**
 * Room 5: bytes to one parsed JSON-RPC message (or, at 2025-03-26, a batch).
 *
 * @param limit bytes of the body
 * @param invite asks a client for it that waits to be asked
 * @throws Refusal 400, 406, 413 or 415 as WIRE says
 */
export function readEnvelope(
  request: IncomingMessage,
  limit: number,
  invite: () => void,
): Envelope | Promise<Envelope> {
  const read = (bytes: Buffer) => {
    const body = parseJson(bytes)
    const headers = readMirroredHeaders(request)
    return toEnvelope(body, { headers, revision: headers.protocolVersion })
  }
  const body = readBody(request, limit, invite)
  return body instanceof Promise ? body.then(read) : read(body)
}

/**
 * One parsed body to its envelope, whatever transport it came by.
 *
 * @throws Refusal 400 for what is no request or notification of a revision that is spoken here, and where headers differ
 */
export function toEnvelope(body: unknown, beside: BesideBody): Envelope {
  return Array.isArray(body) ? batchEnvelope(body, beside) : singleEnvelope(body, beside)
}

function singleEnvelope(body: unknown, beside: BesideBody): Envelope {
  const { headers } = beside
  const route = classifyRequest(body, headers ?? noHeaders)
  const id = readableId(body)
  if (route.kind === 'reject') {
    throw rpcRefusal({ status: route.httpStatus, code: route.code, message: route.message, data: route.data, id })
  }
  if (route.kind === 'modern') {
    const revision = route.classification.revision ?? ''
    if (revision !== modernRevision) throw unsupportedVersion(revision, [modernRevision], id)
    const required = route.messageKind === 'request'
    if (headers !== undefined) requireMirroredHeaders(headers, route.message, { required, id })
    const requests = required ? [route.message] : []
    return { revision, classification: route.classification, requests, beside: [], batch: false }
  }
  if (route.reason === 'response') {
    const revision = legacyRevision(undefined, false, beside, id)
    return {
      revision,
      classification: { era: 'legacy' },
      requests: [],
      beside: [{ response: body as JSONRPCResponse }],
      batch: false,
    }
  }
  const message = body as JSONRPCRequest | JSONRPCNotification
  if (headers !== undefined) requireMirroredHeaders(headers, message, { required: false, id })
  const revision = legacyRevision(route.requestedVersion, route.reason === 'initialize', beside, id)
  const classification = { era: 'legacy' } as const
  if ('id' in message) return { revision, classification, requests: [message], beside: [], batch: false }
  return { revision, classification, requests: [], beside: [{ notification: message }], batch: false }
}

function legacyRevision(requested: string | undefined, initialize: boolean, beside: BesideBody, id: RpcId): string {
  // An initialize with an unknown version is answered with one that is spoken here: that is how versions are negotiated.
  if (initialize) {
    return requested !== undefined && legacyRevisions.includes(requested) ? requested : (legacyRevisions[0] ?? '')
  }
  const version = beside.revision ?? batchRevision
  if (!supportedRevisions.includes(version)) throw unsupportedVersion(version, supportedRevisions, id)
  return version
}

function batchEnvelope(body: readonly unknown[], beside: BesideBody): Envelope {
  const revision = beside.revision ?? batchRevision
  if (revision !== batchRevision) throw invalidRequest('this revision has no batches', null)
  if (body.length === 0 || body.length > largestBatch) {
    throw invalidRequest(`a batch holds 1 to ${String(largestBatch)} messages`, null)
  }
  const requests: JSONRPCRequest[] = []
  const besides: Beside[] = []
  for (const item of body) {
    if (Array.isArray(item)) throw invalidRequest('a batch may not hold a batch', null)
    const single = singleEnvelope(item, beside)
    if (single.classification.era !== 'legacy') throw invalidRequest('this revision has no batches', null)
    if (single.requests.some((message) => message.method === 'initialize')) {
      throw invalidRequest('initialize may not stand in a batch', null)
    }
    requests.push(...single.requests)
    besides.push(...single.beside)
  }
  if (new Set(requests.map((message) => message.id)).size < requests.length) {
    throw invalidRequest('two requests of the batch share an id', null)
  }
  return { revision, classification: { era: 'legacy' }, requests, beside: besides, batch: true }
}

/** The refusal of a response that nobody can be waiting for. */
export function unexpectedResponse({ id }: JSONRPCResponse): Refusal {
  return invalidRequest('no session of yours waits for a response', id ?? null)
}

function readableId(body: unknown): RpcId {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, 'id')) return null
  const id: unknown = Reflect.get(body, 'id')
  return typeof id === 'string' || typeof id === 'number' ? id : null
}

/** The refusal of what is no request here. */
export function invalidRequest(why: string, id: RpcId): Refusal {
  return rpcRefusal({ status: 400, code: rpcCode.invalidRequest, message: `Invalid request: ${why}`, id })
}

function unsupportedVersion(requested: string, supported: readonly string[], id: RpcId): Refusal {
  return rpcRefusal({
    status: 400,
    code: rpcCode.unsupportedVersion,
    message: `Unsupported protocol version: ${requested.slice(0, 64)}`,
    data: { supported, requested: requested.slice(0, 64) },
    id,
  })
}
