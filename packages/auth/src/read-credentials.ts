import { AuthError } from './errors.ts'

/** Where a request may carry a token and the proof that belongs to it. */
export interface CredentialSources {
  /** Every `Authorization` header of the request (Node's `headersDistinct`: `headers` drops the second in silence). */
  readonly authorization: readonly string[]
  readonly query: URLSearchParams
  /** Every `DPoP` header of the request; undefined where the host takes no bound token, so that the scheme is none of ours. */
  readonly dpop?: readonly string[] | undefined
}

/** The schemes that a token can come by, as they are registered. */
export type CredentialScheme = 'Bearer' | 'DPoP'

/** What a request authenticates itself with. Nothing of it is verified. */
export type Credentials =
  | { readonly scheme: 'Bearer'; readonly token: string }
  /** `proof` is the one `DPoP` header. */
  | { readonly scheme: 'DPoP'; readonly token: string; readonly proof: string }

const SCHEME = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?: |$)/
const CREDENTIALS = /^([A-Za-z]+) +([A-Za-z0-9\-._~+/]+=*)$/

/**
 * Reads the token of a request, and the proof beside it. Only the `Authorization` header counts for the token; its scheme is
 * case-insensitive.
 *
 * Checks: one `Authorization` header at most, one token in it, no second token in the query string; one `DPoP` header with the
 * scheme DPoP, none with the scheme Bearer.
 * Does NOT check: that token or proof are JWTs, or good, or belong together.
 *
 * RFC 6750 sections 2.1 and 3.1, RFC 9110 section 11.4, RFC 9449 sections 4.3 (1) and 7.1.
 *
 * @throws {AuthError} `missing_token` without credentials of a scheme of ours in the header, `invalid_request` if they are
 *   malformed or more than one, `invalid_dpop_proof` without exactly one proof where one is due
 */
export function readCredentials({ authorization, query, dpop }: CredentialSources): Credentials {
  if (authorization.length > 1) throw new AuthError('invalid_request', 'more than one Authorization header')
  const [header = ''] = authorization
  const inQuery = query.has('access_token')
  if (header === '') {
    throw new AuthError('missing_token', inQuery ? 'a token in the query string only' : 'no Authorization header')
  }
  const [, named, token] = CREDENTIALS.exec(header) ?? []
  const scheme = knownScheme(named ?? SCHEME.exec(header)?.[1], dpop !== undefined)
  if (inQuery) throw new AuthError('invalid_request', 'a token in the header and one in the query string')
  if (token === undefined) throw new AuthError('invalid_request', `${scheme} credentials that are not one b64token`)
  if (scheme === 'DPoP') return { scheme, token, proof: onlyProof(dpop ?? []) }
  if (dpop !== undefined && dpop.length > 0) throw new AuthError('invalid_request', 'a proof beside a bearer token')
  return { scheme, token }
}

function knownScheme(scheme: string | undefined, dpopIsKnown: boolean): CredentialScheme {
  if (scheme === undefined) throw new AuthError('invalid_request', 'an Authorization header without a scheme')
  if (scheme.toLowerCase() === 'bearer') return 'Bearer'
  if (dpopIsKnown && scheme.toLowerCase() === 'dpop') return 'DPoP'
  throw new AuthError('missing_token', 'credentials of another scheme')
}

function onlyProof(headers: readonly string[]): string {
  const [proof] = headers
  if (proof === undefined) throw new AuthError('invalid_dpop_proof', 'no DPoP header')
  if (headers.length > 1) throw new AuthError('invalid_dpop_proof', 'more than one DPoP header')
  return proof
}
