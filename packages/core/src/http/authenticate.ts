import {
  AuthError,
  invalidRequestChallenge,
  invalidTokenChallenge,
  readBearerToken,
  unauthorizedChallenge,
  type TokenVerifier,
} from '@toolgate/auth'
import type { Principal } from '@toolgate/plugin'
import type { HeldScopes, Policy } from '@toolgate/policy'
import { Refusal } from '../errors.ts'
import type { Room } from './host-state.ts'

/** What a 401 tells a client. */
export interface AuthenticateOptions {
  readonly verifier: TokenVerifier
  readonly resourceMetadataUrl: string
  /** Asked for the scopes that rules give: the claims go no further than this room. */
  readonly policy: Pick<Policy, 'grant'>
  /** What the first sign-in asks for. */
  readonly initialScopes: readonly string[]
}

/**
 * Room 4: bearer to verified principal, or 401 with a challenge, before a byte of the body is read. The raw token stops
 * here (RFC 6750 sections 2.1 and 3, RFC 9728 section 5.1).
 */
export function authenticate(options: AuthenticateOptions): Room {
  return async (context, next) => {
    try {
      const token = readBearerToken({
        authorization: context.req.headersDistinct.authorization ?? [],
        query: new URLSearchParams(context.querystring),
      })
      const { principal, id, claims } = await options.verifier.verify(token)
      const granted = options.policy.grant({ issuer: principal.issuer, claims })
      context.state.held = { token: principal.scopes, granted }
      context.state.principal = withGranted(principal, granted)
      context.state.tokenId = id
    } catch (error) {
      throw error instanceof AuthError ? authenticationRefusal(error, options) : error
    }
    await next()
  }
}

function withGranted(principal: Principal, granted: HeldScopes['granted']): Principal {
  const beside = granted.map(({ scope }) => scope).filter((scope) => !principal.scopes.includes(scope))
  return beside.length === 0 ? principal : Object.freeze({ ...principal, granted: Object.freeze(beside) })
}

/** What a request gets that is not authenticated. */
export function authenticationRefusal(
  error: AuthError,
  options: Pick<AuthenticateOptions, 'resourceMetadataUrl' | 'initialScopes'>,
): Refusal {
  const { resourceMetadataUrl, initialScopes } = options
  const detail = `${error.code}: ${error.detail}`
  switch (error.code) {
    case 'missing_token':
      return new Refusal({
        status: 401,
        headers: { 'WWW-Authenticate': unauthorizedChallenge({ scopes: initialScopes, resourceMetadataUrl }) },
        body: { error: 'unauthorized', error_description: 'an access token is needed: sign in through OAuth' },
        detail,
        sentence: 'An MCP client must sign in first.',
      })
    case 'invalid_token':
      return new Refusal({
        status: 401,
        headers: { 'WWW-Authenticate': invalidTokenChallenge({ scopes: initialScopes, resourceMetadataUrl }) },
        body: { error: 'invalid_token' },
        detail,
        sentence: 'The access token is not valid here. Sign in again.',
      })
    case 'invalid_request':
      return new Refusal({
        status: 400,
        headers: { 'WWW-Authenticate': invalidRequestChallenge({ resourceMetadataUrl }) },
        body: { error: 'invalid_request' },
        detail,
        sentence: 'The credentials of the request are malformed.',
      })
    case 'keys_unavailable':
      return new Refusal({
        status: 503,
        headers: { 'Retry-After': String(error.retryAfterSeconds ?? 10) },
        body: { error: 'temporarily_unavailable' },
        detail,
        sentence: 'The authorization server cannot be reached. Try again in a moment.',
      })
  }
}
