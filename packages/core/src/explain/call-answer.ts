import type { HeldScopes } from '@toolgate/policy'
import type { Refusal, RpcId } from '../errors.ts'
import type { InspectedPolicy } from '../inspect-policy.ts'
import type { Verdict } from '../mcp/judge-call.ts'
import { scopeRefusal } from '../mcp/scope-refusal.ts'
import { invalidArguments, unknownTool } from '../mcp/unrun-call.ts'

/** What the wire shows of a call. `body` is absent where the tool itself writes it. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** What an answer names of the request it is for. */
export interface AnsweredRequest {
  readonly id: RpcId
  readonly requestId: string
  readonly issuer: string | undefined
  readonly held: HeldScopes
}

/** A refusal as it leaves. */
export function refusalAnswer({ status, headers, body }: Refusal): HttpAnswer {
  return { status, headers: { ...headers, 'Cache-Control': 'no-store' }, body }
}

/** The answer of the host to a judged call, by the functions that write it there (WIRE: 401 and 403, Transport). */
export function callAnswer(inspected: InspectedPolicy, verdict: Verdict, request: AnsweredRequest): HttpAnswer {
  const { id, requestId, issuer, held } = request
  if ('denied' in verdict) {
    const call = { message: { id }, principal: { issuer }, held, identity: { requestId } }
    const { policy, resourceMetadataUrl } = inspected
    return refusalAnswer(scopeRefusal({ denied: [{ call, decision: verdict.denied }], policy, resourceMetadataUrl }))
  }
  const headers = { 'Cache-Control': 'no-store' }
  const { call } = verdict
  switch (call.kind) {
    case 'unknown': {
      const { code, message } = unknownTool(call.name)
      return { status: 200, headers, body: { jsonrpc: '2.0', id, error: { code, message } } }
    }
    case 'invalid-arguments':
      return { status: 200, headers, body: { jsonrpc: '2.0', id, result: invalidArguments(call.faults) } }
    case 'allowed':
      return { status: 200, headers, body: undefined }
  }
}
