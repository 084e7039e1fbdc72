import { AuthError } from './errors.ts'

/** Longest token that is looked at, in bytes. */
export const MAX_TOKEN_BYTES = 16 * 1024

const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/

/**
 * Whether a token is a JWT, whole or damaged: it has a dot, and what stands before the first dot, or between the first and the
 * second, is base64url of a JSON object. How many segments there are, and what the object says, does not matter; the
 * decoder is a lenient one. The wider the reading, the less is sent to an issuer: a JWT, whosever it is, goes nowhere.
 *
 * RFC 7515 section 3.1, RFC 7516 section 3.1, RFC 7519 section 7.2.
 */
export function isJwt(token: string): boolean {
  const segments = token.split('.', 2)
  return segments.length > 1 && segments.some(isObject)
}

function isObject(segment: string): boolean {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(Buffer.from(segment, 'base64url')))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

/**
 * Checks the form of a token that is no JWT: 16 KiB at most, a b64token (RFC 6750 section 2.1).
 *
 * @throws {AuthError} `invalid_token`
 */
export function requireOpaqueForm(token: string): void {
  if (token.length > MAX_TOKEN_BYTES) throw new AuthError('invalid_token', 'the token is longer than 16 KiB')
  if (!B64TOKEN.test(token)) throw new AuthError('invalid_token', 'the token is not one b64token')
}
