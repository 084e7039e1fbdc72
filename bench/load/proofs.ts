import { createHash, randomUUID } from 'node:crypto'
import { importJWK, SignJWT, type JWK } from 'jose'

/** What proofs are about, beside the key: the URL as the host is configured, and the token (RFC 9449 section 4.2). */
export interface ProofSubject {
  readonly resource: string
  readonly token: string
}

/** Signs so many proofs for requests by POST, each to be used once. */
export async function signProofs(privateJwk: JWK, subject: ProofSubject, count: number): Promise<string[]> {
  const key = await importJWK(privateJwk, 'ES256')
  const { kty, crv, x, y } = privateJwk as Required<Pick<JWK, 'kty' | 'crv' | 'x' | 'y'>>
  const ath = createHash('sha256').update(subject.token).digest('base64url')
  const sign = (): Promise<string> =>
    new SignJWT({ htm: 'POST', htu: subject.resource, ath, jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: { kty, crv, x, y } })
      .setIssuedAt()
      .sign(key)
  return Promise.all(Array.from({ length: count }, sign))
}
