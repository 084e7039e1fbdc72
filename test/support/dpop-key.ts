import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose'

/** What a proof is for, and what is wrong with it. */
export interface ProofOptions {
  /** The URL of the resource. */
  readonly url: string
  readonly method?: string
  /** The access token; none at a token endpoint. */
  readonly token?: string | undefined
  /** Seconds since the epoch. */
  readonly now?: number
  /** Replaces or adds claims; undefined takes one away. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Replaces or adds header members; undefined takes one away. */
  readonly header?: Readonly<Record<string, unknown>>
}

/** The key of a client, with which it signs proofs (RFC 9449 section 4.2). */
export interface DpopKey {
  readonly privateKey: CryptoKey
  readonly jwk: JWK
  /** As `cnf.jkt` of a token has it. */
  readonly thumbprint: string
  proof(options: ProofOptions): Promise<string>
}

function defined(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

/** Makes a key. */
export async function createDpopKey(alg = 'ES256'): Promise<DpopKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(publicKey)
  return {
    privateKey,
    jwk,
    thumbprint: await calculateJwkThumbprint(jwk, 'sha256'),
    proof({ url, method = 'POST', token, now = Date.now() / 1000, claims, header }) {
      const ath = token === undefined ? undefined : createHash('sha256').update(token).digest('base64url')
      const own = { jti: crypto.randomUUID(), htm: method, htu: url, iat: Math.floor(now), ath }
      return new SignJWT(defined({ ...own, ...claims }))
        .setProtectedHeader({ alg, ...defined({ typ: 'dpop+jwt', jwk, ...header }) })
        .sign(privateKey, { crit: { 'x-unknown': true } })
    },
  }
}
