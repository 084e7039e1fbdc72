import type { JSONRPCRequest } from '@modelcontextprotocol/server'
import { ProtocolError } from '@modelcontextprotocol/server'
import type { Audit } from '@toolgate/audit'
import type { Catalogue } from '@toolgate/registry'
import { rpcCode } from '../errors.ts'
import { readAsked } from '../mcp/asked.ts'
import type { JudgedRequest } from '../mcp/judged-request.ts'
import { requireAllowed } from '../mcp/require-allowed.ts'
import type { ClientSession } from '../sessions/client-session.ts'
import { readOf } from './may-read.ts'

/** The URI that a `resources/subscribe` or `resources/unsubscribe` names; undefined if it is malformed. */
export function subscribedUri({ params }: JSONRPCRequest): string | undefined {
  const uri: unknown = params?.['uri']
  return typeof uri === 'string' ? uri : undefined
}

/**
 * Room 7 for `resources/subscribe` of revisions before 2026-07-28, judged as the read that it leads to (MCP specification 2025-11-25,
 * server/resources, subscriptions).
 *
 * @throws ProtocolError as a read of the resource would, and -32005 if the session has too many
 */
export async function subscribe(
  { catalogue, audit }: { readonly catalogue: Catalogue; readonly audit: Audit },
  session: ClientSession,
  { call, message, requestId }: JudgedRequest,
): Promise<void> {
  const uri = subscribedUri(message)
  if (call === undefined || uri === undefined) throw new ProtocolError(rpcCode.invalidParams, 'Invalid params')
  const read = readOf(uri, message.id)
  requireAllowed(call, readAsked(catalogue, read), read)
  const done = session.subscribe(uri)
  await audit.outcome({ requestId, outcome: done ? 'ok' : 'cancelled', durationMs: 0 })
  if (!done) throw new ProtocolError(rpcCode.failed, 'This session has too many subscriptions: unsubscribe from one')
}
