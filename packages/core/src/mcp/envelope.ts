import {
  classifyInboundRequest,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type MessageClassification,
} from '@modelcontextprotocol/server'
import type { IncomingMessage } from 'node:http'
import { rpcCode, rpcRefusal, type Refusal, type RpcId } from '../errors.ts'
import { readMirroredHeaders, requireMirroredHeaders, type MirroredHeaders } from './mirrored-headers.ts'
import { parseJson } from './parse-json.ts'
import { readBody } from './read-body.ts'
import { batchRevision, legacyRevisions, modernRevision, supportedRevisions } from './revisions.ts'

/** What the body held: the one parsed form that every later room uses. */
export interface Envelope {
  /** The revision that the caller speaks. */
  readonly revision: string
  readonly classification: MessageClassification
  /** Requests in the order they came; notifications are acknowledged and need nothing else in a stateless host. */
  readonly requests: readonly JSONRPCRequest[]
  readonly batch: boolean
}

const largestBatch = 50

/**
 * Room 5: bytes to one parsed JSON-RPC message (or, at 2025-03-26, a batch).
 *
 * @param limit bytes of the body
 * @throws Refusal 400, 406, 413 or 415 as WIRE says
 */
export async function readEnvelope(request: IncomingMessage, limit: number): Promise<Envelope> {
  const body = parseJson(await readBody(request, limit))
  const headers = readMirroredHeaders(request)
  return Array.isArray(body) ? batchEnvelope(body, headers) : singleEnvelope(body, headers)
}

function classify(body: unknown, headers: MirroredHeaders): ReturnType<typeof classifyInboundRequest> {
  return classifyInboundRequest({
    httpMethod: 'POST',
    body,
    ...(headers.protocolVersion === undefined ? {} : { protocolVersionHeader: headers.protocolVersion }),
    ...(headers.method === undefined ? {} : { mcpMethodHeader: headers.method }),
    ...(headers.name === undefined ? {} : { mcpNameHeader: headers.name }),
  })
}

function singleEnvelope(body: unknown, headers: MirroredHeaders): Envelope {
  const route = classify(body, headers)
  const id = readableId(body)
  if (route.kind === 'reject') {
    throw rpcRefusal({ status: route.httpStatus, code: route.code, message: route.message, data: route.data, id })
  }
  if (route.kind === 'modern') {
    const revision = route.classification.revision ?? ''
    if (revision !== modernRevision) throw unsupportedVersion(revision, [modernRevision], id)
    const required = route.messageKind === 'request'
    requireMirroredHeaders(headers, route.message, { required, id })
    const requests = required ? [route.message] : []
    return { revision, classification: route.classification, requests, batch: false }
  }
  if (route.reason === 'response') throw invalidRequest('no session of yours waits for a response', id)
  const message = body as JSONRPCRequest | JSONRPCNotification
  requireMirroredHeaders(headers, message, { required: false, id })
  const revision = legacyRevision(route.requestedVersion, route.reason === 'initialize', headers, id)
  const requests = 'id' in message ? [message] : []
  return { revision, classification: { era: 'legacy' }, requests, batch: false }
}

function legacyRevision(
  requested: string | undefined,
  initialize: boolean,
  headers: MirroredHeaders,
  id: RpcId,
): string {
  // An initialize with an unknown version is answered with one that is spoken here: that is how versions are negotiated.
  if (initialize) {
    return requested !== undefined && legacyRevisions.includes(requested) ? requested : (legacyRevisions[0] ?? '')
  }
  const version = headers.protocolVersion ?? batchRevision
  if (!supportedRevisions.includes(version)) throw unsupportedVersion(version, supportedRevisions, id)
  return version
}

function batchEnvelope(body: readonly unknown[], headers: MirroredHeaders): Envelope {
  const revision = headers.protocolVersion ?? batchRevision
  if (revision !== batchRevision) throw invalidRequest('this revision has no batches', null)
  if (body.length === 0 || body.length > largestBatch) {
    throw invalidRequest(`a batch holds 1 to ${String(largestBatch)} messages`, null)
  }
  const requests: JSONRPCRequest[] = []
  for (const item of body) {
    if (Array.isArray(item)) throw invalidRequest('a batch may not hold a batch', null)
    const single = singleEnvelope(item, headers)
    if (single.classification.era !== 'legacy') throw invalidRequest('this revision has no batches', null)
    if (single.requests.some((message) => message.method === 'initialize')) {
      throw invalidRequest('initialize may not stand in a batch', null)
    }
    requests.push(...single.requests)
  }
  if (new Set(requests.map((message) => message.id)).size < requests.length) {
    throw invalidRequest('two requests of the batch share an id', null)
  }
  return { revision, classification: { era: 'legacy' }, requests, batch: true }
}

function readableId(body: unknown): RpcId {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, 'id')) return null
  const id: unknown = Reflect.get(body, 'id')
  return typeof id === 'string' || typeof id === 'number' ? id : null
}

function invalidRequest(why: string, id: RpcId): Refusal {
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
