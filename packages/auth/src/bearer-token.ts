import { AuthError } from './errors.ts'

/** Where a request may carry a token. */
export interface CredentialSources {
  /** Every `Authorization` header of the request (Node's `headersDistinct`: `headers` drops the second in silence). */
  readonly authorization: readonly string[]
  readonly query: URLSearchParams
}

const SCHEME = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?: |$)/
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i

/**
 * Reads the bearer token of a request. Only the `Authorization` header counts; its scheme is case-insensitive.
 *
 * Checks: one header at most, one token in it, no second token in the query string.
 * Does NOT check: that the token is a JWT, or good.
 *
 * RFC 6750 sections 2.1 and 3.1, RFC 9110 section 11.4.
 *
 * @throws {AuthError} `missing_token` without bearer credentials in the header, `invalid_request` if they are malformed
 *   or more than one
 */
export function readBearerToken({ authorization, query }: CredentialSources): string {
  if (authorization.length > 1) throw new AuthError('invalid_request', 'more than one Authorization header')
  const [header = ''] = authorization
  const inQuery = query.has('access_token')
  if (header === '') {
    throw new AuthError('missing_token', inQuery ? 'a token in the query string only' : 'no Authorization header')
  }
  const scheme = SCHEME.exec(header)?.[1]
  if (scheme === undefined) throw new AuthError('invalid_request', 'an Authorization header without a scheme')
  if (scheme.toLowerCase() !== 'bearer') {
    throw new AuthError('missing_token', 'credentials of another scheme')
  }
  if (inQuery) throw new AuthError('invalid_request', 'a token in the header and one in the query string')
  const token = BEARER.exec(header)?.[1]
  if (token === undefined) throw new AuthError('invalid_request', 'bearer credentials that are not one b64token')
  return token
}
