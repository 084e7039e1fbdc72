import { base64url } from 'jose'
import { AuthError } from './errors.ts'
import { memberFault } from './json-members.ts'

/** Longest token that is looked at, in bytes. */
const MAX_TOKEN_BYTES = 16 * 1024

/** A token taken apart. Nothing in it may be trusted before its signature is verified. */
export interface UnverifiedToken {
  /** The compact serialization that was taken apart. */
  readonly compact: string
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

const COMPACT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+$/
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function parseObject(segment: string, part: 'header' | 'payload'): Readonly<Record<string, unknown>> {
  let text: string
  let value: unknown
  try {
    text = utf8.decode(base64url.decode(segment))
    value = JSON.parse(text)
  } catch {
    throw new AuthError('invalid_token', `the ${part} is not base64url of UTF-8 JSON`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AuthError('invalid_token', `the ${part} is not a JSON object`)
  }
  const fault = memberFault(text)
  if (fault === 'duplicate') throw new AuthError('invalid_token', `the ${part} names a member twice`)
  if (fault === 'depth') throw new AuthError('invalid_token', `the ${part} is nested too deeply`)
  return value as Readonly<Record<string, unknown>>
}

/**
 * Takes a compact JWS apart.
 *
 * Checks: 16 KiB at most, three base64url segments, header and payload UTF-8 JSON objects without a duplicate member.
 * Does NOT check: the signature, or any value. An encrypted token (five segments) is refused.
 *
 * RFC 7515 sections 3.1 and 7.1, RFC 7519 section 7.2.
 *
 * @throws {AuthError} `invalid_token`
 */
export function decodeToken(compact: string): UnverifiedToken {
  if (compact.length > MAX_TOKEN_BYTES) throw new AuthError('invalid_token', 'the token is longer than 16 KiB')
  const [, header, payload] = COMPACT.exec(compact) ?? []
  if (header === undefined || payload === undefined) {
    throw new AuthError('invalid_token', 'the token is not three base64url segments')
  }
  return { compact, header: parseObject(header, 'header'), claims: parseObject(payload, 'payload') }
}
