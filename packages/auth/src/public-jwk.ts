import { signatureAlgorithms } from './signature-scheme.ts'

const KEY_TYPES: readonly unknown[] = ['RSA', 'EC', 'OKP']
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']
const PUBLIC_MEMBERS = ['kty', 'key_ops', 'alg', 'kid', 'n', 'e', 'crv', 'x', 'y']

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a JWK holds what its owner should keep: a private part, or `k` of a symmetric key (RFC 7518 section 6). */
export function isExposed(key: Record<string, unknown>): boolean {
  return PRIVATE_MEMBERS.some((member) => Object.hasOwn(key, member))
}

/** Whether a JWK is of a known type and meant for signatures (RFC 7517 sections 4.1 to 4.4). The key material is not looked at. */
export function isUsable(key: Record<string, unknown>): boolean {
  if (!KEY_TYPES.includes(key.kty)) return false
  if (key.use !== undefined && key.use !== 'sig') return false
  if (key.key_ops !== undefined && !(Array.isArray(key.key_ops) && key.key_ops.includes('verify'))) return false
  if (key.kid !== undefined && typeof key.kid !== 'string') return false
  return key.alg === undefined || (typeof key.alg === 'string' && signatureAlgorithms.includes(key.alg))
}

/** The members of a JWK that a verification may look at. */
export function publicPart(key: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(PUBLIC_MEMBERS.map((member) => [member, key[member]]))
}
