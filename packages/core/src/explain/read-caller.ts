import { AuthError, boundKeyOf, inspectToken, isJwt, principalOf, type IssuerSettings } from '@toolgate/auth'
import type { ResolvedConfig } from '@toolgate/config'
import type { Principal } from '@toolgate/plugin'
import type { Authentication, GrantedScope } from '@toolgate/policy'
import { HostError, type Refusal } from '../errors.ts'
import { authenticationOf, type AuthenticationContext } from '../http/authentication-of.ts'
import { authenticationRefusal } from '../http/authentication-refusal.ts'
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
  /** How they signed in; absent where only scopes are given. */
  readonly authentication?: Authentication
  readonly issuer: string | undefined
  readonly subject: string | undefined
  readonly clientId: string | undefined
  /** Of the key that the token is bound to, if it is. */
  readonly keyThumbprint: string | undefined
  /** Why the host refuses the token whatever it calls; absent if only its signature is left to judge. */
  readonly fault: string | undefined
  /** The answer to such a token. */
  readonly refusal: Refusal | undefined
}

/**
 * Reads a caller by the settings of the issuer, as the host would, but for the signature.
 *
 * @param now seconds since the epoch
 * @throws HostError `opaque-token` for a token that says nothing before its issuer is asked, which this never does
 */
export async function readCaller(
  inspected: InspectedPolicy,
  source: CallerSource,
  now: number,
): Promise<ExplainedCaller> {
  if ('scopes' in source) return { ...nobody, scopes: source.scopes }
  const issuers = await issuersOf(inspected.config)
  if ('claims' in source) return fromClaims(inspected, source.claims, issuers, now)
  refuseOpaque(source.token, issuers)
  const { principal, claims, keyThumbprint, fault } = inspectToken(source.token, issuers, now)
  const settings = issuers.find(({ issuer }) => issuer === principal?.issuer)
  const moment = { skewSeconds: settings?.clockSkewSeconds ?? 0, now }
  const caller = { ...callerOf(inspected, principal, claims, moment), keyThumbprint }
  return fault === undefined ? caller : { ...caller, ...refusedBy(inspected, fault, claims) }
}

function refuseOpaque(token: string, issuers: readonly IssuerSettings[]): void {
  const asked = issuers.find(({ introspection }) => introspection !== undefined)
  if (asked === undefined || isJwt(token)) return
  const message = `this token is no JWT: it cannot be read without asking ${asked.issuer}, and it was sent nowhere`
  const mend = "Give --scopes, or --claims with a file of the issuer's answer to an introspection request."
  throw new HostError('opaque-token', message, [{ path: '--token', message, mend }])
}

const nobody: ExplainedCaller = {
  scopes: [],
  granted: [],
  issuer: undefined,
  subject: undefined,
  clientId: undefined,
  keyThumbprint: undefined,
  fault: undefined,
  refusal: undefined,
}

function callerOf(
  { policy }: InspectedPolicy,
  principal: Principal | undefined,
  claims: Readonly<Record<string, unknown>>,
  moment: AuthenticationContext,
): ExplainedCaller {
  if (principal === undefined) return nobody
  const { scopes, issuer, subject, clientId } = principal
  const authentication = authenticationOf(claims, moment)
  return { ...nobody, scopes, granted: policy.grant({ issuer, claims }), authentication, issuer, subject, clientId }
}

function fromClaims(
  inspected: InspectedPolicy,
  claims: Readonly<Record<string, unknown>>,
  issuers: readonly IssuerSettings[],
  now: number,
): ExplainedCaller {
  try {
    const only = issuers.length === 1 && !Object.hasOwn(claims, 'iss') ? issuers[0] : undefined
    const settings = only ?? issuers.find(({ issuer }) => issuer === claims['iss'])
    if (settings === undefined) throw new AuthError('invalid_token', 'iss is no issuer of this host')
    // A file of claims is often a part of them: whose they are does not change what they allow.
    const moment = { skewSeconds: settings.clockSkewSeconds, now }
    if (claims['active'] === false) throw new AuthError('invalid_token', 'the issuer says that the token is not active')
    const principal = principalOf({ sub: '(not named)', ...claims }, settings)
    // A part may lack cnf; one that is there counts as it would in a token.
    const boundKey = Object.hasOwn(claims, 'cnf') ? boundKeyOf(claims, settings) : undefined
    return { ...callerOf(inspected, principal, claims, moment), keyThumbprint: boundKey?.thumbprint }
  } catch (error) {
    if (error instanceof AuthError) return { ...nobody, ...refusedBy(inspected, error, claims) }
    throw error
  }
}

function refusedBy(
  { policy, resourceMetadataUrl, schemes }: InspectedPolicy,
  error: AuthError,
  claims: Readonly<Record<string, unknown>>,
): Pick<ExplainedCaller, 'fault' | 'refusal'> {
  const facts = { resourceMetadataUrl, schemes, initialScopes: policy.initialScopes }
  // The scheme by which a client sends such a token.
  const refusal = authenticationRefusal(error, facts, Object.hasOwn(claims, 'cnf') ? 'DPoP' : 'Bearer')
  return { fault: error.detail, refusal }
}

async function issuersOf(config: ResolvedConfig): Promise<readonly IssuerSettings[]> {
  if (config.authority === undefined) return config.authorizationServers
  const { embeddedIssuerSettings } = await import('@toolgate/authority')
  return [embeddedIssuerSettings(config.resource, config.title, config.authority.dpop)]
}
