import type { HeldScopes } from '@toolgate/policy'
import type { AnswerHeaders, Refusal, RpcId } from '../errors.ts'
import type { InspectedPolicy } from '../inspect-policy.ts'
import type { Verdict } from '../mcp/judge-call.ts'
import { freshnessRefusal } from '../mcp/freshness-refusal.ts'
import { scopeRefusal } from '../mcp/scope-refusal.ts'
import { argumentsRefused, invalidArguments, refusedByAuthor, unknownNamed, type RpcFault } from '../mcp/unrun-call.ts'

/** What the wire shows of a call. `body` is absent where the tool itself writes it. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: AnswerHeaders
  readonly body: unknown
}

/** What an answer names of the request it is for. */
export interface AnsweredRequest {
  readonly id: RpcId
  readonly requestId: string
  readonly issuer: string | undefined
  readonly held: HeldScopes
  /** Of the key that the token is bound to, if it is. */
  readonly keyThumbprint: string | undefined
}

/** A refusal as it leaves. */
export function refusalAnswer({ status, headers, body }: Refusal): HttpAnswer {
  return { status, headers: { ...headers, 'Cache-Control': 'no-store' }, body }
}

/** The answer of the host to a judged call, by the functions that write it there (WIRE: 401 and 403, Transport). */
export function callAnswer(inspected: InspectedPolicy, verdict: Verdict, request: AnsweredRequest): HttpAnswer {
  const { id, requestId, issuer, held, keyThumbprint } = request
  const call = { message: { id }, principal: { issuer }, held, keyThumbprint, identity: { requestId } }
  if ('stale' in verdict) {
    return refusalAnswer(freshnessRefusal({ ...inspected, stale: [{ call, decision: verdict.stale }] }))
  }
  if ('denied' in verdict) {
    return refusalAnswer(scopeRefusal({ ...inspected, denied: [{ call, decision: verdict.denied }] }))
  }
  const headers = { 'Cache-Control': 'no-store' }
  const errorAnswer = ({ code, message }: RpcFault) => ({
    status: 200,
    headers,
    body: { jsonrpc: '2.0', id, error: { code, message } },
  })
  const judged = verdict.call
  switch (judged.kind) {
    case 'unknown': {
      const { code, message, data } = unknownNamed(judged.name)
      const error = { code, message, ...(data !== undefined && { data }) }
      return { status: 200, headers, body: { jsonrpc: '2.0', id, error } }
    }
    case 'invalid-arguments':
      if (judged.tool.kind !== 'tool') return errorAnswer(argumentsRefused(judged.faults))
      return { status: 200, headers, body: { jsonrpc: '2.0', id, result: invalidArguments(judged.faults) } }
    case 'refused':
      if (judged.tool.kind !== 'tool') return errorAnswer(refusedByAuthor(judged.result))
      return { status: 200, headers, body: { jsonrpc: '2.0', id, result: judged.result } }
    case 'allowed':
      return { status: 200, headers, body: undefined }
  }
}
