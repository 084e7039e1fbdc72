import { hash } from 'node:crypto'
import { importJWK } from 'jose'
import type { BoundKey } from './bound-key.ts'
import { decodeToken } from './decode-token.ts'
import type { JwsForm, UnverifiedToken } from './decode-token.ts'
import { AuthError } from './errors.ts'
import { excerpt } from './excerpt.ts'
import { jwkThumbprint } from './jwk-thumbprint.ts'
import { normalizeHtu } from './normalize-htu.ts'
import { isExposed, isRecord, isUsable, publicPart } from './public-jwk.ts'
import { verifySignature } from './verify-signature.ts'

/** By what a proof is judged. */
export interface ProofContext {
  /** The access token that came with it. */
  readonly token: string
  /** The key that this token is bound to. */
  readonly boundKey: BoundKey
  /** The method of the request. */
  readonly method: string
  /** The configured URL of the resource, in its normal form. */
  readonly resource: string
  readonly algorithms: readonly string[]
  readonly proofAgeSeconds: number
  /** Seconds since the epoch: proofs made before may have been used without anybody's remembering. */
  readonly since: number
  /** Seconds since the epoch. */
  readonly now: number
}

/** What a good proof says of itself. */
export interface VerifiedProof {
  readonly jti: string
  /** Seconds since the epoch: the proof is refused afterwards by its `iat`. */
  readonly until: number
  readonly nonce: unknown
}

type Members = UnverifiedToken['header']

const form: JwsForm = { what: 'proof', code: 'invalid_dpop_proof', maxKibibytes: 8 }
const LONGEST_JTI = 256

/**
 * Verifies a DPoP proof for one request.
 *
 * Checks, in this order: 8 KiB at most, a compact JWS whose header and payload name no member twice; no `crit`; `typ` exactly
 * `dpop+jwt`; `alg` by allow-list; `jwk` a public signature key without private members, whose thumbprint is that of the token's
 * key; `htm` the method; `htu` the configured resource; `ath` the hash of the token; `jti` of 1 to 256 characters; `iat` neither
 * too old nor ahead; `exp` and `nbf` where they are there; the signature, by that key.
 *
 * Does NOT check: the nonce, and whether the proof was used before: see {@link createProofVerifier}. What is in the body or in
 * other headers of the request is not part of a proof.
 *
 * RFC 9449 sections 4.2, 4.3 and 11.1, RFC 7638 section 3, RFC 7515 section 5.2.
 *
 * @throws {AuthError} `invalid_dpop_proof`
 */
export async function verifyDpopProof(compact: string, context: ProofContext): Promise<VerifiedProof> {
  const proof = decodeToken(compact, form)
  const { header, claims } = proof
  if (Object.hasOwn(header, 'crit')) refuse('the header of the proof has crit')
  if (header.typ !== 'dpop+jwt') refuse(`typ of the proof is ${excerpt(header.typ)}`)
  const alg = requireAlgorithm(header, context)
  const jwk = requireBoundKey(header, context)
  requireRequest(claims, context)
  const jti = requireJti(claims)
  const until = requireTime(claims, context)
  await requireSignature(proof, jwk, alg)
  return { jti, until, nonce: claims.nonce }
}

function refuse(detail: string): never {
  throw new AuthError('invalid_dpop_proof', detail)
}

function requireAlgorithm({ alg }: Members, { algorithms }: ProofContext): string {
  if (typeof alg !== 'string' || !algorithms.includes(alg)) refuse(`alg of the proof is ${excerpt(alg)}`)
  return alg
}

function requireBoundKey({ jwk }: Members, { boundKey }: ProofContext): Record<string, unknown> {
  if (!isRecord(jwk)) refuse('the header of the proof has no jwk')
  if (isExposed(jwk)) refuse('jwk of the proof holds a private or symmetric key')
  if (!isUsable(jwk)) refuse('jwk of the proof is no public signature key')
  const key = publicPart(jwk)
  // Before the signature: no other key than the one that the issuer has bound the token to is ever tried.
  const thumbprint = jwkThumbprint(key) ?? refuse('jwk of the proof lacks a member')
  if (thumbprint !== boundKey.thumbprint) refuse('jwk of the proof is not the key of the token')
  return key
}

function requireRequest(claims: Members, { method, resource, token }: ProofContext): void {
  if (claims.htm !== method) refuse(`htm of the proof is ${excerpt(claims.htm)}`)
  if (normalizeHtu(claims.htu) !== resource) refuse(`htu of the proof is ${excerpt(claims.htu)}`)
  if (claims.ath !== hash('sha256', token, 'base64url')) refuse('ath of the proof is not the hash of the token')
}

function requireJti({ jti }: Members): string {
  if (typeof jti !== 'string' || jti === '' || jti.length > LONGEST_JTI) {
    refuse('jti of the proof is not a string of 1 to 256 characters')
  }
  return jti
}

function requireTime(claims: Members, { boundKey, proofAgeSeconds, since, now }: ProofContext): number {
  const skew = boundKey.clockSkewSeconds
  const issuedAt = numericDate(claims, 'iat') ?? refuse('the proof has no iat')
  const until = issuedAt + proofAgeSeconds + skew
  if (issuedAt > now + skew) refuse(`the proof was made ${seconds(issuedAt - now)} in the future`)
  if (now > until) refuse(`the proof was made ${seconds(now - issuedAt)} ago`)
  if (issuedAt < since) refuse('the proof was made before this host began to remember proofs')
  const expiresAt = numericDate(claims, 'exp')
  if (expiresAt !== undefined && now - skew >= expiresAt) refuse('the proof has expired')
  const notBefore = numericDate(claims, 'nbf')
  if (notBefore !== undefined && notBefore > now + skew) refuse('the proof is not valid yet')
  return until
}

function numericDate(claims: Members, name: 'iat' | 'exp' | 'nbf'): number | undefined {
  if (!Object.hasOwn(claims, name)) return undefined
  const value = claims[name]
  if (typeof value !== 'number' || value < 0) refuse(`${name} of the proof is not a date in seconds`)
  return value
}

function seconds(value: number): string {
  return `${String(Math.round(value))} s`
}

async function requireSignature(proof: UnverifiedToken, jwk: Record<string, unknown>, alg: string): Promise<void> {
  try {
    const key = await importJWK(jwk, alg)
    if (key instanceof Uint8Array) throw new TypeError('the key is a secret')
    await verifySignature(proof, alg, key)
  } catch {
    refuse('the signature of the proof does not verify')
  }
}
