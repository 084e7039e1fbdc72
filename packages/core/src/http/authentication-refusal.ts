import {
  challengeLines,
  invalidProofChallenge,
  invalidRequestChallenge,
  invalidTokenChallenge,
  unauthorizedChallenge,
  useNonceChallenge,
} from '@toolgate/auth'
import type { AuthError, ChallengeOptions, ChallengeSchemes, CredentialScheme } from '@toolgate/auth'
import { Refusal, type AnswerHeaders, type RefusalParts } from '../errors.ts'

/** What a 401 tells a client. */
export interface ChallengeFacts {
  /** The schemes by which tokens are good here. */
  readonly schemes: ChallengeSchemes
  readonly resourceMetadataUrl: string
  /** What the first sign-in asks for. */
  readonly initialScopes: readonly string[]
}

/**
 * What a request gets that is not authenticated: a challenge for every scheme of the host, the error in the one that was used.
 *
 * @param used the scheme of the request, if it was read
 */
export function authenticationRefusal(error: AuthError, facts: ChallengeFacts, used?: CredentialScheme): Refusal {
  const detail = `${error.code}: ${error.detail}`
  switch (error.code) {
    case 'invalid_request':
      return new Refusal({
        status: 400,
        headers: challenged({ ...facts, initialScopes: [] }, used, invalidRequestChallenge),
        body: { error: 'invalid_request' },
        detail,
        sentence: 'The credentials of the request are malformed.',
      })
    case 'too_many_unknown_tokens':
      // The token was not judged: a 401 would make a client throw away one that may be good, and sign in for another unknown one.
      return new Refusal({
        status: 429,
        headers: { 'Retry-After': String(error.retryAfterSeconds ?? 10) },
        body: { error: 'too_many_requests' },
        detail,
        sentence: 'Too many unknown access tokens came from this address. Try again in a moment.',
      })
    case 'introspection_unavailable':
    case 'keys_unavailable':
    case 'proof_not_recorded':
      return new Refusal({
        status: 503,
        headers: { 'Retry-After': String(error.retryAfterSeconds ?? 10) },
        body: { error: 'temporarily_unavailable' },
        detail,
        sentence: unavailable[error.code],
      })
    default:
      return new Refusal({ status: 401, ...unauthorized(error, facts, used), detail })
  }
}

const unreachable = 'The authorization server cannot be reached. Try again in a moment.'
const unavailable = {
  introspection_unavailable: unreachable,
  keys_unavailable: unreachable,
  proof_not_recorded: 'Too many requests. Try again in a moment.',
}

function unauthorized(
  error: AuthError,
  facts: ChallengeFacts,
  used: CredentialScheme | undefined,
): Pick<RefusalParts, 'headers' | 'body' | 'sentence'> {
  switch (error.code) {
    case 'missing_token':
      return {
        headers: challenged(facts, used, unauthorizedChallenge),
        body: { error: 'unauthorized', error_description: 'an access token is needed: sign in through OAuth' },
        sentence: 'An MCP client must sign in first.',
      }
    case 'invalid_dpop_proof':
      return {
        headers: challenged(facts, 'DPoP', invalidProofChallenge),
        body: { error: 'invalid_dpop_proof' },
        sentence: 'The proof that the token may be used is not valid here.',
      }
    case 'use_dpop_nonce':
      return {
        headers: { ...challenged(facts, 'DPoP', useNonceChallenge), 'DPoP-Nonce': error.nonce ?? '' },
        body: { error: 'use_dpop_nonce' },
        sentence: 'The proof needs the nonce of this answer.',
      }
    default:
      return {
        headers: challenged(facts, used, invalidTokenChallenge),
        body: { error: 'invalid_token' },
        sentence: 'The access token is not valid here. Sign in again.',
      }
  }
}

function challenged(
  { schemes, initialScopes, resourceMetadataUrl }: ChallengeFacts,
  used: CredentialScheme | undefined,
  write: (options: ChallengeOptions) => string,
): AnswerHeaders {
  const lines = challengeLines(schemes, used, { scopes: initialScopes, resourceMetadataUrl }, write)
  const [only = ''] = lines
  return { 'WWW-Authenticate': lines.length === 1 ? only : lines }
}
