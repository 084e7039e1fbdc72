import { insufficientScopeChallenge } from '@toolgate/auth'
import type { Principal } from '@toolgate/plugin'
import type { DeniedDecision, Policy } from '@toolgate/policy'
import { rpcCode, rpcRefusal, type Refusal, type RpcId } from '../errors.ts'
import type { CallIdentity } from './judged-call.ts'

/** Bytes that `WWW-Authenticate` may have; common proxies give up at 8 KiB for all headers together. */
const longestChallenge = 4096

/** What the answer says of a denied call beside the decision. */
interface DeniedCall {
  readonly message: { readonly id: RpcId }
  readonly principal: Pick<Principal, 'scopes'>
  readonly identity: Pick<CallIdentity, 'requestId'>
}

/**
 * The 403 of a call with too little scope: one challenge with every scope of the request and those that the token holds
 * already (clients of 2025 ask for the challenge's scopes alone), and a sentence that a model or a person can act on
 * (RFC 6750 section 3.1; MCP specification, basic/authorization, scope challenge handling).
 */
export function scopeRefusal(options: {
  readonly denied: readonly { readonly call: DeniedCall; readonly decision: DeniedDecision }[]
  readonly policy: Policy
  readonly resourceMetadataUrl: string
}): Refusal {
  const { denied, policy, resourceMetadataUrl } = options
  const union = (sets: readonly (readonly string[])[]) => [...new Set(sets.flat())]
  const challenges = denied.map(({ call, decision }) => policy.challenge(decision, call.principal.scopes))
  const least = union(challenges.map((challenge) => challenge.least))
  const full = union([least, ...challenges.map((challenge) => challenge.full)])
  const tools = union(denied.map(({ decision }) => [decision.policy.tool]))
  const missing = union(denied.map(({ decision }) => decision.missing))
  const [first] = denied
  return rpcRefusal({
    status: 403,
    code: rpcCode.refused,
    message:
      `${tools.join(', ')} needs ${plural(missing.length, 'the scope', 'the scopes')} ${missing.join(' ')}, which this ` +
      `sign-in does not have: sign in again and allow ${missing.length === 1 ? 'it' : 'them'}, or ask for access.`,
    id: first?.call.message.id ?? null,
    data: {
      tool: tools.length === 1 ? tools[0] : tools,
      required: least,
      granted: first?.call.principal.scopes ?? [],
      missing,
      requestId: first?.call.identity.requestId,
    },
    headers: { 'WWW-Authenticate': shortEnough([full, least], resourceMetadataUrl) },
    detail: `denied ${tools.join(', ')}: missing ${missing.join(' ')}`,
  })
}

/** The challenge with the first set of scopes that fits, or with none: a header that a proxy cuts helps nobody. */
function shortEnough(sets: readonly (readonly string[])[], resourceMetadataUrl: string): string {
  const headers = sets.map((scopes) => insufficientScopeChallenge({ scopes, resourceMetadataUrl }))
  return (
    headers.find((header) => Buffer.byteLength(header) <= longestChallenge) ??
    insufficientScopeChallenge({ resourceMetadataUrl })
  )
}

function plural(count: number, one: string, many: string): string {
  return count === 1 ? one : many
}
