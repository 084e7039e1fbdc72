import { hash } from 'node:crypto'

/** What identifies a key of a type, in the order of the alphabet. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
}

/**
 * The SHA-256 thumbprint of a public key, base64url.
 *
 * RFC 7638 section 3, RFC 8037 section 2.
 *
 * @returns undefined for a key of another type, or one that lacks a member
 */
export function jwkThumbprint(jwk: Readonly<Record<string, unknown>>): string | undefined {
  const { kty } = jwk
  const members = typeof kty === 'string' && Object.hasOwn(MEMBERS, kty) ? MEMBERS[kty] : undefined
  if (members?.every((name) => typeof jwk[name] === 'string' && jwk[name] !== '') !== true) return undefined
  return hash('sha256', JSON.stringify(Object.fromEntries(members.map((name) => [name, jwk[name]]))), 'base64url')
}
