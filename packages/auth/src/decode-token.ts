import { base64url } from 'jose'
import { AuthError } from './errors.ts'
import type { AuthErrorCode } from './errors.ts'
import { memberFault } from './json-members.ts'
import { MAX_TOKEN_BYTES } from './token-form.ts'
import type { SignedParts } from './verify-signature.ts'

/** What is taken apart, and how its faults are told. */
export interface JwsForm {
  readonly what: 'token' | 'proof'
  readonly code: AuthErrorCode
  /** The longest that is looked at. */
  readonly maxKibibytes: number
}

const accessToken: JwsForm = { what: 'token', code: 'invalid_token', maxKibibytes: MAX_TOKEN_BYTES / 1024 }

/** A token taken apart. Nothing in it may be trusted before its signature is verified. */
export interface UnverifiedToken extends SignedParts {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

const COMPACT = /^(([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+))\.([A-Za-z0-9_-]+)$/
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function parseObject(segment: string, part: string, code: AuthErrorCode): Readonly<Record<string, unknown>> {
  let text: string
  let value: unknown
  try {
    text = utf8.decode(base64url.decode(segment))
    value = JSON.parse(text)
  } catch {
    throw new AuthError(code, `the ${part} is not base64url of UTF-8 JSON`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AuthError(code, `the ${part} is not a JSON object`)
  }
  const fault = memberFault(text, value)
  if (fault === 'duplicate') throw new AuthError(code, `the ${part} names a member twice`)
  if (fault === 'depth') throw new AuthError(code, `the ${part} is nested too deeply`)
  return value as Readonly<Record<string, unknown>>
}

/**
 * Takes a compact JWS apart, an access token unless `form` says otherwise.
 *
 * Checks: 16 KiB at most, three base64url segments, header and payload UTF-8 JSON objects without a duplicate member.
 * Does NOT check: the signature, or any value. An encrypted token (five segments) is refused.
 *
 * RFC 7515 sections 3.1 and 7.1, RFC 7519 section 7.2.
 *
 * @throws {AuthError} with the code of the form, `invalid_token` for an access token
 */
export function decodeToken(compact: string, { what, code, maxKibibytes }: JwsForm = accessToken): UnverifiedToken {
  if (compact.length > maxKibibytes * 1024) {
    throw new AuthError(code, `the ${what} is longer than ${String(maxKibibytes)} KiB`)
  }
  const match = COMPACT.exec(compact)
  if (match === null) throw new AuthError(code, `the ${what} is not three base64url segments`)
  const [, signed = '', header = '', payload = '', signature = ''] = match
  const part = (name: string) => (what === 'token' ? name : `${name} of the ${what}`)
  return {
    signed,
    signature,
    header: parseObject(header, part('header'), code),
    claims: parseObject(payload, part('payload'), code),
  }
}
