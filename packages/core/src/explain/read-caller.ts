import { AuthError, inspectToken, principalOf, type IssuerSettings } from '@toolgate/auth'
import type { ResolvedConfig } from '@toolgate/config'
import type { Principal } from '@toolgate/plugin'
import type { GrantedScope } from '@toolgate/policy'
import type { Refusal } from '../errors.ts'
import { authenticationRefusal } from '../http/authenticate.ts'
import type { InspectedPolicy } from '../inspect-policy.ts'

/** Who is asked about: scopes as they stand in a token, a token, or the claims of one. */
export type CallerSource =
  | { readonly scopes: readonly string[] }
  | { readonly token: string }
  | { readonly claims: Readonly<Record<string, unknown>> }

/** A caller as an explanation sees them. Nothing of it was verified. */
export interface ExplainedCaller {
  readonly scopes: readonly string[]
  /** What the rules of `grants` give beside them. */
  readonly granted: readonly GrantedScope[]
  readonly issuer: string | undefined
  readonly subject: string | undefined
  readonly clientId: string | undefined
  /** Why the host refuses the token whatever it calls; absent if only its signature is left to judge. */
  readonly fault: string | undefined
  /** The answer to such a token. */
  readonly refusal: Refusal | undefined
}

/**
 * Reads a caller by the settings of the issuer, as the host would, but for the signature.
 *
 * @param now seconds since the epoch
 */
export async function readCaller(
  inspected: InspectedPolicy,
  source: CallerSource,
  now: number,
): Promise<ExplainedCaller> {
  if ('scopes' in source) return { ...nobody, scopes: source.scopes }
  const issuers = await issuersOf(inspected.config)
  if ('claims' in source) return fromClaims(inspected, source.claims, issuers)
  const { principal, claims, fault } = inspectToken(source.token, issuers, now)
  return { ...callerOf(inspected, principal, claims), ...(fault === undefined ? {} : refusedBy(inspected, fault)) }
}

const nobody: ExplainedCaller = {
  scopes: [],
  granted: [],
  issuer: undefined,
  subject: undefined,
  clientId: undefined,
  fault: undefined,
  refusal: undefined,
}

function callerOf(
  { policy }: InspectedPolicy,
  principal: Principal | undefined,
  claims: Readonly<Record<string, unknown>>,
): ExplainedCaller {
  if (principal === undefined) return nobody
  const { scopes, issuer, subject, clientId } = principal
  return { ...nobody, scopes, granted: policy.grant({ issuer, claims }), issuer, subject, clientId }
}

function fromClaims(
  inspected: InspectedPolicy,
  claims: Readonly<Record<string, unknown>>,
  issuers: readonly IssuerSettings[],
): ExplainedCaller {
  try {
    const only = issuers.length === 1 && !Object.hasOwn(claims, 'iss') ? issuers[0] : undefined
    const settings = only ?? issuers.find(({ issuer }) => issuer === claims['iss'])
    if (settings === undefined) throw new AuthError('invalid_token', 'iss is no issuer of this host')
    // A file of claims is often a part of them: whose they are does not change what they allow.
    return callerOf(inspected, principalOf({ sub: '(not named)', ...claims }, settings), claims)
  } catch (error) {
    if (error instanceof AuthError) return { ...nobody, ...refusedBy(inspected, error) }
    throw error
  }
}

function refusedBy(
  { policy, resourceMetadataUrl }: InspectedPolicy,
  error: AuthError,
): Pick<ExplainedCaller, 'fault' | 'refusal'> {
  const refusal = authenticationRefusal(error, { resourceMetadataUrl, initialScopes: policy.initialScopes })
  return { fault: error.detail, refusal }
}

async function issuersOf(config: ResolvedConfig): Promise<readonly IssuerSettings[]> {
  if (config.authority === undefined) return config.authorizationServers
  const { embeddedIssuerSettings } = await import('@toolgate/authority')
  return [embeddedIssuerSettings(config.resource, config.title)]
}
