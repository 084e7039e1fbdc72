import { insufficientScopeChallenge, schemeOfCaller, type ChallengeSchemes } from '@toolgate/auth'
import type { DeniedDecision, HeldScopes, Policy } from '@toolgate/policy'
import { rpcCode, rpcRefusal, type Refusal, type RpcId } from '../errors.ts'
import type { CallIdentity } from './judged-call.ts'
import { localIssuer } from './local-issuer.ts'

/** Bytes that `WWW-Authenticate` may have; common proxies give up at 8 KiB for all headers together. */
const longestChallenge = 4096

/** What the answer says of a denied call beside the decision. */
interface DeniedCall {
  readonly message: { readonly id: RpcId }
  readonly principal: { readonly issuer: string | undefined }
  readonly held: HeldScopes
  readonly keyThumbprint: string | undefined
  readonly identity: Pick<CallIdentity, 'requestId'>
}

/**
 * The 403 of a call with too little scope: one challenge with every scope of the request and those that the token holds
 * already (clients of 2025 ask for the challenge's scopes alone), and a sentence that a model or a person can act on
 * (RFC 6750 section 3.1; MCP specification, basic/authorization, scope challenge handling).
 */
export function scopeRefusal(options: {
  readonly denied: readonly {
    readonly call: DeniedCall
    /** How the caller named it; the name of its rule by default. */
    readonly asked?: { readonly shown: string }
    readonly decision: DeniedDecision
  }[]
  readonly policy: Policy
  readonly resourceMetadataUrl: string
  readonly schemes: ChallengeSchemes
}): Refusal {
  const { denied, policy, resourceMetadataUrl } = options
  const union = (sets: readonly (readonly string[])[]) => [...new Set(sets.flat())]
  const challenges = denied.map(({ call, decision }) => policy.challenge(decision, call.held))
  const notRequestable = union(denied.map(({ decision }) => decision.notRequestable))
  // One challenge for the whole request: where a part of it is out of reach of any sign-in, signing in again is in vain.
  const asked = notRequestable.length > 0 ? [] : challenges
  const least = union(asked.map((challenge) => challenge.least))
  const full = union([least, ...asked.map((challenge) => challenge.full)])
  const tools = union(denied.map(({ asked, decision }) => [asked?.shown ?? decision.policy.tool]))
  const missing = union(denied.map(({ decision }) => decision.missing))
  const [first] = denied
  const scheme = schemeOfCaller(options.schemes, first?.call.keyThumbprint)
  return rpcRefusal({
    status: 403,
    code: rpcCode.refused,
    message: scopeSentence({ tools, missing, notRequestable, issuer: first?.call.principal.issuer }),
    id: first?.call.message.id ?? null,
    data: {
      tool: tools.length === 1 ? tools[0] : tools,
      required: union(denied.map(({ decision }) => decision.required)),
      granted: first === undefined ? [] : grantedNames(first.call.held),
      missing,
      ...(notRequestable.length > 0 && { notRequestable }),
      requestId: first?.call.identity.requestId,
    },
    headers: {
      'WWW-Authenticate': firstThatFits([full, least], (scopes) =>
        insufficientScopeChallenge({ scopes, resourceMetadataUrl, scheme }),
      ),
    },
    detail: `denied ${tools.join(', ')}: missing ${missing.join(' ')}`,
  })
}

/** What is missing and what to do about it, for a model or a person. */
export function scopeSentence(denial: {
  readonly tools: readonly string[]
  readonly missing: readonly string[]
  readonly notRequestable: readonly string[]
  readonly issuer: string | undefined
}): string {
  const { tools, missing, notRequestable, issuer } = denial
  const scopes = plural(missing.length, 'the scope', 'the scopes')
  if (issuer === localIssuer) {
    return `${tools.join(', ')} needs ${scopes} ${missing.join(' ')}, which this client was not started with: ${localMend(missing)}.`
  }
  return (
    `${tools.join(', ')} needs ${scopes} ${missing.join(' ')}, which this sign-in does not have: ` +
    (notRequestable.length > 0 ? askPeople(notRequestable, issuer) : askAgain(missing))
  )
}

/** What gives a client without a token more scopes: nothing that it can do itself. */
export function localMend(scopes: readonly string[]): string {
  return `whoever runs it can add ${scopes.join(' ')} to --scopes of toolgate stdio, or to stdio.scopes in the configuration`
}

/** Every scope that a caller has, as answers name them. */
export function grantedNames({ token, granted }: HeldScopes): readonly string[] {
  return [...new Set([...token, ...granted.map(({ scope }) => scope)])]
}

function askAgain(missing: readonly string[]): string {
  return `sign in again and allow ${plural(missing.length, 'it', 'them')}, or ask for access.`
}

/** No claim is named: which group opens what is the operator's to tell. */
function askPeople(scopes: readonly string[], named: string | undefined): string {
  const issuer = named ?? 'the authorization server'
  return (
    `no sign-in gives ${scopes.join(' ')}, it comes with a role or group. Ask whoever manages roles and groups at ${issuer}, ` +
    'or the operator of this server; signing in again does not help before that.'
  )
}

/** The challenge with the first set of scopes that fits its header, or with none: a header that a proxy cuts helps nobody. */
export function firstThatFits(
  sets: readonly (readonly string[])[],
  challengeFor: (scopes: readonly string[]) => string,
): string {
  const headers = sets.map(challengeFor)
  return headers.find((header) => Buffer.byteLength(header) <= longestChallenge) ?? challengeFor([])
}

function plural(count: number, one: string, many: string): string {
  return count === 1 ? one : many
}
