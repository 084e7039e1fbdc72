import { insufficientScopeChallenge } from '@toolgate/auth'
import type { DeniedDecision, HeldScopes, Policy } from '@toolgate/policy'
import { rpcCode, rpcRefusal, type Refusal, type RpcId } from '../errors.ts'
import type { CallIdentity } from './judged-call.ts'

/** Bytes that `WWW-Authenticate` may have; common proxies give up at 8 KiB for all headers together. */
const longestChallenge = 4096

/** What the answer says of a denied call beside the decision. */
interface DeniedCall {
  readonly message: { readonly id: RpcId }
  readonly principal: { readonly issuer: string | undefined }
  readonly held: HeldScopes
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
  const challenges = denied.map(({ call, decision }) => policy.challenge(decision, call.held))
  const notRequestable = union(denied.map(({ decision }) => decision.notRequestable))
  // One challenge for the whole request: where a part of it is out of reach of any sign-in, signing in again is in vain.
  const asked = notRequestable.length > 0 ? [] : challenges
  const least = union(asked.map((challenge) => challenge.least))
  const full = union([least, ...asked.map((challenge) => challenge.full)])
  const tools = union(denied.map(({ decision }) => [decision.policy.tool]))
  const missing = union(denied.map(({ decision }) => decision.missing))
  const [first] = denied
  return rpcRefusal({
    status: 403,
    code: rpcCode.refused,
    message:
      `${tools.join(', ')} needs ${plural(missing.length, 'the scope', 'the scopes')} ${missing.join(' ')}, which this sign-in does not have: ` +
      (notRequestable.length > 0 ? askPeople(notRequestable, first?.call) : askAgain(missing)),
    id: first?.call.message.id ?? null,
    data: {
      tool: tools.length === 1 ? tools[0] : tools,
      required: union(denied.map(({ decision }) => decision.required)),
      granted:
        first === undefined ? [] : union([first.call.held.token, first.call.held.granted.map(({ scope }) => scope)]),
      missing,
      ...(notRequestable.length > 0 && { notRequestable }),
      requestId: first?.call.identity.requestId,
    },
    headers: { 'WWW-Authenticate': shortEnough([full, least], resourceMetadataUrl) },
    detail: `denied ${tools.join(', ')}: missing ${missing.join(' ')}`,
  })
}

function askAgain(missing: readonly string[]): string {
  return `sign in again and allow ${plural(missing.length, 'it', 'them')}, or ask for access.`
}

/** No claim is named: which group opens what is the operator's to tell. */
function askPeople(scopes: readonly string[], call: DeniedCall | undefined): string {
  const issuer = call?.principal.issuer ?? 'the authorization server'
  return (
    `no sign-in gives ${scopes.join(' ')}, it comes with a role or group. Ask whoever manages roles and groups at ${issuer}, ` +
    'or the operator of this server; signing in again does not help before that.'
  )
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
