import { insufficientAuthenticationChallenge, schemeOfCaller, type ChallengeSchemes } from '@toolgate/auth'
import type { FreshnessRequirement } from '@toolgate/plugin'
import { demandText, faultTexts, type HeldScopes, type Policy, type StaleDecision } from '@toolgate/policy'
import { rpcCode, rpcRefusal, type Refusal, type RpcId } from '../errors.ts'
import type { CallIdentity } from './judged-call.ts'
import { localIssuer } from './local-issuer.ts'
import { firstThatFits } from './scope-refusal.ts'

/** What the answer says of a stale call beside the decision. */
interface StaleCall {
  readonly message: { readonly id: RpcId }
  readonly principal: { readonly issuer: string | undefined }
  readonly held: HeldScopes
  readonly keyThumbprint: string | undefined
  readonly identity: Pick<CallIdentity, 'requestId'>
}

/**
 * The 401 of a call whose scopes suffice and whose sign-in does not: one challenge for the whole request, with the strictest
 * age, the `acr` values that do for all of it, and the scopes that the new token must bring again (RFC 9470 section 3).
 */
export function freshnessRefusal(options: {
  readonly stale: readonly {
    readonly call: StaleCall
    /** How the caller named it; the name of its rule by default. */
    readonly asked?: { readonly shown: string }
    readonly decision: StaleDecision
  }[]
  /** What the other calls of the request ask of the sign-in: a new one must not lose them. */
  readonly beside?: readonly FreshnessRequirement[]
  readonly policy: Policy
  readonly resourceMetadataUrl: string
  readonly schemes: ChallengeSchemes
}): Refusal {
  const { stale, beside = [], policy, resourceMetadataUrl } = options
  const union = (sets: readonly (readonly string[])[]) => [...new Set(sets.flat())]
  const { acr, maxAgeSeconds } = together([...stale.map(({ decision }) => decision.freshness.requires), ...beside])
  const challenges = stale.map(({ call, decision }) => policy.challenge(decision, call.held))
  const least = union(challenges.map((challenge) => challenge.least))
  const full = union([least, ...challenges.map((challenge) => challenge.full)])
  const tools = union(stale.map(({ asked, decision }) => [asked?.shown ?? decision.policy.tool]))
  const demand = { ...(acr !== undefined && { acr }), ...(maxAgeSeconds !== undefined && { maxAgeSeconds }) }
  const [first] = stale
  const local = first?.call.principal.issuer === localIssuer
  const scheme = schemeOfCaller(options.schemes, first?.call.keyThumbprint)
  return rpcRefusal({
    status: 401,
    code: rpcCode.refused,
    message: local
      ? `${tools.join(', ')} needs ${demandText(demand)}, and a client of toolgate stdio has no sign-in: call it over HTTP.`
      : acr?.length === 0
        ? `${tools.join(', ')} and what is called with it need different kinds of sign-in (acr), which no one sign-in is: call them one by one.`
        : `${tools.join(', ')} needs ${demandText(demand)}: sign in again, then call again.`,
    id: first?.call.message.id ?? null,
    data: {
      tool: tools.length === 1 ? tools[0] : tools,
      requires: demand,
      requestId: first?.call.identity.requestId,
    },
    headers: {
      'WWW-Authenticate': firstThatFits([full, least], (scopes) =>
        insufficientAuthenticationChallenge({
          scopes,
          resourceMetadataUrl,
          scheme,
          acrValues: acr ?? [],
          maxAgeSeconds,
        }),
      ),
    },
    detail: `stale sign-in for ${tools.join(', ')}: ${union(stale.map(({ decision }) => faultTexts(decision.freshness))).join('; ')}`,
  })
}

/** One sign-in that does for all; an empty `acr` if there is none. */
function together(demands: readonly FreshnessRequirement[]): FreshnessRequirement {
  const ages = demands.flatMap(({ maxAgeSeconds }) => (maxAgeSeconds === undefined ? [] : [maxAgeSeconds]))
  const [first, ...others] = demands.flatMap(({ acr }) => (acr === undefined ? [] : [acr]))
  const common = first?.filter((value) => others.every((values) => values.includes(value)))
  return { ...(ages.length > 0 && { maxAgeSeconds: Math.min(...ages) }), ...(common !== undefined && { acr: common }) }
}
